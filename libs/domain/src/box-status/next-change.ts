import type { Agent } from '../agent-presence/agent.js';
import type { Instant, Status } from '../agent-presence/status.js';
import { knownUntil, openingFor } from '../tenant-settings/opening.js';
import { entitlementsOf } from '../tenant-settings/plan.js';
import type { Site } from '../tenant-settings/site.js';
import { heedsHours, modeAt, modeOf } from '../tenant-settings/site-mode.js';
import { copyTallies, count, type Tallies } from './tallies.js';
import { contribution, type Next, SITE_ITSELF, statusOf, type TenantBoxes } from './tenant-boxes.js';

/** A box to look ahead for: `SITE_ITSELF` or a group's id, and what it shows now. */
export interface Scope {
  readonly id: string;
  readonly status: Status;
}

/** How the agents will count from an instant on, by the timers they have set (behaviour D15), everything else staying as it is. */
export interface AgentsThen {
  readonly at: Instant;
  readonly tallies: Tallies;
}

/** Lets the statuses for a while run out one after the other; ascending, what ends at one instant ends together. */
export function agentsToCome(boxes: TenantBoxes): AgentsThen[] {
  if (boxes.timed.size === 0) return [];
  const steps: AgentsThen[] = [];
  let tallies = boxes.tallies;
  for (const { agent, until, restores } of timers(boxes)) {
    tallies = copyTallies(tallies);
    const { timer: _over, ...intent } = { ...agent.intent, status: restores };
    count(tallies, contribution(boxes, agent), -1);
    count(tallies, contribution(boxes, { ...agent, intent }), 1);
    if (steps.at(-1)?.at === until) steps.pop();
    steps.push({ at: until, tallies });
  }
  return steps;
}

/**
 * When each box of a site will change by what is known today, and to what (behaviour D21): timers of agents, turns of the opening hours,
 * the end of a mode for a while. Boxes without a known change are left out. Nothing is said beyond the turns that are known.
 */
export function nextChanges(boxes: TenantBoxes, site: Site, scopes: readonly Scope[], agents = agentsToCome(boxes)): ReadonlyMap<string, Next> {
  const found = new Map<string, Next>();
  const modeEnds = modeOf(site).timer?.until;
  const withHours = site.openings !== undefined && entitlementsOf(boxes.tenant).hours;
  if (agents.length === 0 && modeEnds === undefined && !withHours) return found;
  for (const { id, status } of scopes) {
    const groupId = id === SITE_ITSELF ? null : id;
    const opening = withHours ? openingFor(site.openings, groupId) : undefined;
    const turns = opening?.upcoming ?? [];
    const instants = [...agents, ...turns].map(({ at }) => at).concat(modeEnds ?? []);
    for (const at of instants.sort((a, b) => a - b)) {
      if (at > knownUntil(opening) && heedsHours(modeAt(site, at))) break;
      const tallies = agents.findLast((step) => step.at <= at)?.tallies;
      const then = statusOf(boxes, site, groupId, tallies, at);
      if (then === status) continue;
      found.set(id, { at, status: then });
      break;
    }
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
