import { type Agent, effectiveStatusOf } from '../agent-presence/agent.js';
import { count, emptyTallies, type Tallies } from '../box-status/tallies.js';
import { audienceOf, contribution, gateAt, groupExists, statusOf, type TenantBoxes } from '../box-status/tenant-boxes.js';
import { openingFor } from '../tenant-settings/opening.js';
import { entitlementsOf } from '../tenant-settings/plan.js';
import type { Site } from '../tenant-settings/site.js';
import { heedsHours, modeOf } from '../tenant-settings/site-mode.js';

/**
 * How a box stands, for whoever has to answer for it (behaviour D24): open with somebody there, open although everybody who holds it open
 * has signed out, busy; offline because the hours are over, because nobody came although they are not, or for another reason (a mode, a
 * disabled group).
 */
export type BoxStanding = 'online' | 'unattended' | 'busy' | 'outside-hours' | 'missed' | 'closed';

/** How an agent stands: online with a device in use, or online although signed out on all of them. */
export type AgentStanding = 'online' | 'unattended' | 'busy' | 'offline';

export function agentStanding(agent: Agent): AgentStanding {
  const status = effectiveStatusOf(agent);
  return status === 'online' && agent.sessions.every(({ signedOut }) => signedOut) ? 'unattended' : status;
}

/** The agents who are not only there by a lease that is left, counted as boxes count them. Kept in step with the fold, fact by fact. */
export class Attendance {
  readonly tallies: Tallies = emptyTallies();

  /** After a fact about an agent. Before the fold: `was`; what groups exist has not changed in between. */
  agentChanged(boxes: TenantBoxes, was: Agent | undefined, is: Agent | undefined): void {
    if (was) this.add(boxes, was, -1);
    if (is) this.add(boxes, is, 1);
  }

  /** After a group came or went. */
  recount(boxes: TenantBoxes): void {
    Object.assign(this.tallies, { ...emptyTallies(), byGroup: this.tallies.byGroup });
    this.tallies.byGroup.clear();
    for (const agent of boxes.agents.values()) this.add(boxes, agent, 1);
  }

  private add(boxes: TenantBoxes, agent: Agent, by: 1 | -1): void {
    if (agentStanding(agent) !== 'unattended') count(this.tallies, contribution(boxes, agent), by);
  }
}

/** How the box of a site, or of a group on it, stands; null: it is not there. */
export function boxStanding(boxes: TenantBoxes, site: Site, groupId: string | null, attendance: Attendance): BoxStanding | null {
  if (site.standing !== 'present' || (groupId !== null && !groupExists(boxes, groupId))) return null;
  const gate = gateAt(boxes, site, groupId);
  const status = statusOf(boxes, site, groupId);
  if (status === 'busy') return 'busy';
  if (status === 'online') {
    return gate === 'agents' && audienceOf(boxes, groupId, attendance.tallies).online === 0 ? 'unattended' : 'online';
  }
  if (gate === 'agents') return 'missed';
  return closedByHours(boxes, site, groupId) ? 'outside-hours' : 'closed';
}

function closedByHours(boxes: TenantBoxes, site: Site, groupId: string | null): boolean {
  const { groups, hours } = entitlementsOf(boxes.tenant);
  const scope = groups ? groupId : null;
  if (scope !== null && boxes.groups.get(scope)?.enabled === false) return false;
  return hours && heedsHours(modeOf(site).mode) && openingFor(site.openings, scope)?.open === false;
}
