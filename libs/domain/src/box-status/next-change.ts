import type { Agent } from '../agent-presence/agent.js';
import type { Instant, Status } from '../agent-presence/status.js';
import { copyTallies, count } from './tallies.js';
import { contribution, type Next, SITE_ITSELF, statusOf, type TenantBoxes } from './tenant-boxes.js';

/** A box to look ahead for: `SITE_ITSELF` or a group's id, and what it shows now. */
export interface Scope {
  readonly id: string;
  readonly status: Status;
}

/**
 * When each box will change by what is known today, and to what (behaviour D21): lets the timers of statuses for a while (D15) run out one
 * after the other, everything else staying as it is. Boxes without a known change are left out.
 */
export function nextChanges(boxes: TenantBoxes, scopes: readonly Scope[]): ReadonlyMap<string, Next> {
  const found = new Map<string, Next>();
  if (boxes.timed.size === 0) return found;
  const tallies = copyTallies(boxes.tallies);
  const ends = timers(boxes);
  for (const [i, { agent, until, restores }] of ends.entries()) {
    const { timer: _over, ...intent } = { ...agent.intent, status: restores };
    count(tallies, contribution(boxes, agent), -1);
    count(tallies, contribution(boxes, { ...agent, intent }), 1);
    if (ends[i + 1]?.until === until) continue; // what ends at one instant ends together
    for (const { id, status } of scopes) {
      if (found.has(id)) continue;
      const then = statusOf(boxes, id === SITE_ITSELF ? null : id, tallies);
      if (then !== status) found.set(id, { at: until, status: then });
    }
    if (found.size === scopes.length) break;
  }
  return found;
}

function timers(boxes: TenantBoxes): { agent: Agent; until: Instant; restores: Status }[] {
  return [...boxes.timed]
    .flatMap((agentId) => {
      const agent = boxes.agents.get(agentId);
      return agent?.intent.timer ? [{ agent, ...agent.intent.timer }] : [];
    })
    .sort((a, b) => a.until - b.until);
}
