import type { Agent } from '../agent-presence/agent.js';
import type { Instant, Status } from '../agent-presence/status.js';
import type { Group } from '../tenant-settings/group.js';
import { isOpenAt, openingFor } from '../tenant-settings/opening.js';
import { entitlementsOf } from '../tenant-settings/plan.js';
import type { Site } from '../tenant-settings/site.js';
import { modeAt, modeOf } from '../tenant-settings/site-mode.js';
import { type Tenant, tenantFold } from '../tenant-settings/tenant.js';
import { boxStatus, type Gate, gateOf, type Tally } from './box-status.js';
import { audienceOfGroup, type Contribution, contributionOf, copyTallies, count, emptyTallies, type Tallies } from './tallies.js';

/** What a box shows, since when, and under which version (behaviour D21; architecture 6). */
export interface Box {
  readonly status: Status;
  readonly since: Instant;
  /** Value of the site's counter when this box last changed. */
  readonly version: number;
  /** The known future from timers and opening hours (behaviour D15, D21); null: nothing is known to change. */
  readonly next: Next | null;
  /** Tombstone of a deleted group: whoever still asks gets the site's box, at a version not lower than this. */
  readonly removed: boolean;
}

export interface Next {
  readonly at: Instant;
  readonly status: Status;
}

/** A site with its own box under `''` and its groups' boxes under their ids. */
export interface SiteBoxes {
  site: Site;
  /** One counter for the site and all its groups; steps once per event that changes a box. */
  version: number;
  readonly boxes: Map<string, Box>;
}

/**
 * Everything of one tenant that decides what its boxes show; the fold of the tenant's log.
 * Mutable on purpose: it is the inner loop of the projector and of every replay. Only `applyEvent` writes it.
 */
export interface TenantBoxes {
  tenant: Tenant;
  readonly agents: Map<string, Agent>;
  readonly groups: Map<string, Group>;
  readonly sites: Map<string, SiteBoxes>;
  readonly tallies: Tallies;
  /** Agents whose status is one for a while: few, and only they make a future known. */
  readonly timed: Set<string>;
}

/** Key of the site's own box in `SiteBoxes.boxes`. */
export const SITE_ITSELF = '';

export function emptyTenantBoxes(): TenantBoxes {
  return { tenant: tenantFold.initial, agents: new Map(), groups: new Map(), sites: new Map(), tallies: emptyTallies(), timed: new Set() };
}

/** A copy that moves on by itself; what folds give is shared, because it is never changed in place. */
export function copyTenantBoxes({ tenant, agents, groups, sites, tallies, timed }: TenantBoxes): TenantBoxes {
  const copied = [...sites].map(([id, { site, version, boxes }]): [string, SiteBoxes] => [id, { site, version, boxes: new Map(boxes) }]);
  return { tenant, agents: new Map(agents), groups: new Map(groups), sites: new Map(copied), tallies: copyTallies(tallies), timed: new Set(timed) };
}

/** Counts all agents anew: after loading a tenant from rows, and when a group comes or goes. */
export function recount(boxes: TenantBoxes): void {
  const { tallies } = boxes;
  Object.assign(tallies, { ...emptyTallies(), byGroup: tallies.byGroup });
  tallies.byGroup.clear();
  boxes.timed.clear();
  for (const agent of boxes.agents.values()) {
    count(tallies, contribution(boxes, agent), 1);
    noteTimer(boxes, agent);
  }
}

export function groupExists(boxes: TenantBoxes, groupId: string): boolean {
  return boxes.groups.get(groupId)?.standing === 'present';
}

/** What one scope of a site shows, `groupId` null being the site itself. `tallies` and `at` may be hypothetical (preview, the known future). */
export function statusOf(boxes: TenantBoxes, site: Site, groupId: string | null, tallies: Tallies = boxes.tallies, at?: Instant): Status {
  return boxStatus(audienceOf(boxes, groupId, tallies), gateAt(boxes, site, groupId, at));
}

/** The agents that count for a scope (behaviour D3). D20: a plan without groups keeps them stored but answers as the site. */
export function audienceOf(boxes: TenantBoxes, groupId: string | null, tallies: Tallies = boxes.tallies): Tally {
  return groupId === null || !entitlementsOf(boxes.tenant).groups ? tallies.all : audienceOfGroup(tallies, groupId);
}

/** The gate of a scope: as folded, or as it is known to stand at a later instant (behaviour D6, D20). */
export function gateAt(boxes: TenantBoxes, site: Site, groupId: string | null, at?: Instant): Gate {
  const { groups, hours } = entitlementsOf(boxes.tenant);
  const group = groups ? groupId : null;
  const opening = hours ? openingFor(site.openings, group) : undefined;
  return gateOf({
    enabled: group === null || (boxes.groups.get(group)?.enabled ?? true),
    mode: at === undefined ? modeOf(site).mode : modeAt(site, at),
    open: at === undefined ? (opening?.open ?? true) : isOpenAt(opening, at),
  });
}

/** How an agent counts in this tenant. */
export function contribution(boxes: TenantBoxes, agent: Agent): Contribution {
  return contributionOf(agent, (id) => groupExists(boxes, id));
}

/** Keeps `timed` in step with an agent's intent. */
export function noteTimer(boxes: TenantBoxes, agent: Agent): void {
  if (agent.intent.timer) boxes.timed.add(agent.agentId);
  else boxes.timed.delete(agent.agentId);
}
