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
  if (nothingToCome(boxes, site, agents)) return found;
  for (const { id, status } of scopes) {
    for (const next of statusesToCome(boxes, site, id === SITE_ITSELF ? null : id, agents)) {
      if (next.status === status) continue;
      found.set(id, next);
      break;
    }
  }
  return found;
}

/** When an open box will close, by what is known; null: nothing is known to close it. */
export function knownClosing(boxes: TenantBoxes, site: Site, groupId: string | null, agents = agentsToCome(boxes)): Instant | null {
  if (nothingToCome(boxes, site, agents)) return null;
  for (const { at, status } of statusesToCome(boxes, site, groupId, agents)) if (status === 'offline') return at;
  return null;
}

function nothingToCome(boxes: TenantBoxes, site: Site, agents: readonly AgentsThen[]): boolean {
  return agents.length === 0 && modeOf(site).timer === undefined && !withHours(boxes, site);
}

function withHours(boxes: TenantBoxes, site: Site): boolean {
  return site.openings !== undefined && entitlementsOf(boxes.tenant).hours;
}

/** What a box will show at each instant at which something is known to happen, ascending; the same status may come again. */
function* statusesToCome(boxes: TenantBoxes, site: Site, groupId: string | null, agents: readonly AgentsThen[]): Generator<Next> {
  const opening = withHours(boxes, site) ? openingFor(site.openings, groupId) : undefined;
  const instants = [...agents, ...(opening?.upcoming ?? [])].map(({ at }) => at).concat(modeOf(site).timer?.until ?? []);
  for (const at of instants.sort((a, b) => a - b)) {
    if (at > knownUntil(opening) && heedsHours(modeAt(site, at))) return;
    const tallies = agents.findLast((step) => step.at <= at)?.tallies;
    yield { at, status: statusOf(boxes, site, groupId, tallies, at) };
  }
}

function timers(boxes: TenantBoxes): { agent: Agent; until: Instant; restores: Status }[] {
  return [...boxes.timed]
    .flatMap((agentId) => {
      const agent = boxes.agents.get(agentId);
      return agent?.intent.timer ? [{ agent, ...agent.intent.timer }] : [];
    })
    .sort((a, b) => a.until - b.until);
}
