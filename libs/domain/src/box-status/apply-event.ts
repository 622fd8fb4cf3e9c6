import { agentFold } from '../agent-presence/agent.js';
import type { AgentEvent } from '../agent-presence/events.js';
import type { Instant, Status } from '../agent-presence/status.js';
import type { ConversationEvent } from '../conversations/events.js';
import type { GroupEvent, SiteEvent, TenantEvent } from '../tenant-settings/events.js';
import { groupFold } from '../tenant-settings/group.js';
import { entitlementsOf } from '../tenant-settings/plan.js';
import { siteFold } from '../tenant-settings/site.js';
import { tenantFold } from '../tenant-settings/tenant.js';
import { agentsToCome, nextChanges } from './next-change.js';
import { count } from './tallies.js';
import { type Box, contribution, groupExists, type Next, noteTimer, recount, SITE_ITSELF, type SiteBoxes, statusOf, type TenantBoxes } from './tenant-boxes.js';

/** Every fact of a tenant's log. */
export type BoxEvent = (AgentEvent | TenantEvent | SiteEvent | GroupEvent | ConversationEvent) & { readonly effectiveAt: Instant };

export interface BoxChange {
  readonly siteId: string;
  readonly groupId: string | null;
  readonly box: Box;
  /** null: this box is new. */
  readonly before: Status | null;
}

/**
 * Folds one event in log order and returns the boxes it changed; `[]` when nothing visible changed.
 * The version steps here, once per event, so that live and rebuilt agree (architecture 6). Unknown events change nothing.
 */
export function applyEvent(boxes: TenantBoxes, event: BoxEvent): BoxChange[] {
  if ('conversationId' in event.data) return []; // no box of everybody's follows one visitor (behaviour D17)
  if ('agentId' in event.data) return applyToAgent(boxes, event as AgentEvent & Timed);
  if ('siteId' in event.data) return applyToSite(boxes, event as SiteEvent & Timed);
  if ('groupId' in event.data) return applyToGroup(boxes, event as GroupEvent & Timed);
  if ('tenantId' in event.data) return applyToTenant(boxes, event as TenantEvent & Timed);
  return [];
}

type Timed = { readonly effectiveAt: Instant };

function applyToAgent(boxes: TenantBoxes, event: AgentEvent & Timed): BoxChange[] {
  const { agentId } = event.data;
  const before = boxes.agents.get(agentId) ?? agentFold.initial;
  const after = agentFold.evolve(before, event);
  if (after === before) return [];
  boxes.agents.set(agentId, after);
  let seen = boxes.timed.size > 0; // a timer makes a future known, or ends: whoever turns a switch moves it
  noteTimer(boxes, after);
  seen ||= boxes.timed.size > 0;
  const was = contribution(boxes, before);
  const is = contribution(boxes, after);
  if (count(boxes.tallies, was, -1)) seen = true;
  if (count(boxes.tallies, is, 1)) seen = true;
  if (!seen) return []; // most changes of a team of some size: every box has as much as it asks for
  // Rule 7, and D20: where the plan has no groups, all of them answer as the site.
  const everyGroup = was.groupIds.length === 0 || is.groupIds.length === 0 || !entitlementsOf(boxes.tenant).groups;
  return refresh(boxes, event.effectiveAt, everyGroup ? presentGroups(boxes) : new Set([...was.groupIds, ...is.groupIds]));
}

function applyToSite(boxes: TenantBoxes, event: SiteEvent & Timed): BoxChange[] {
  const { siteId } = event.data;
  const known = boxes.sites.get(siteId);
  const site = siteFold.evolve(known?.site ?? siteFold.initial, event);
  if (known) known.site = site;
  else boxes.sites.set(siteId, { site, version: 0, boxes: new Map() });
  if (event.type === 'SiteRemoved') return known ? bury(siteId, known, event.effectiveAt) : [];
  return DECIDES_NOTHING.has(event.type) ? [] : refresh(boxes, event.effectiveAt, presentGroups(boxes), { onlySite: siteId });
}

/** Facts of sites that decide no box: what follows from a zone, or from holidays, stands in the OpeningsChanged after it. */
export const DECIDES_NOTHING: ReadonlySet<string> = new Set([
  'SiteOriginsChanged', 'SiteTimeZoneChanged', 'HolidaysExtended', 'NoticesChanged', 'CoverageLost', 'CoverageRestored',
]);

/** The boxes of a removed site end: what they showed, they showed until now. */
function bury(siteId: string, entry: SiteBoxes, at: Instant): BoxChange[] {
  const version = ++entry.version;
  return [...entry.boxes].flatMap(([id, before]): BoxChange[] => {
    if (before.removed) return [];
    const box = { status: before.status, since: Math.max(at, before.since), version, next: null, removed: true };
    entry.boxes.set(id, box);
    return [{ siteId, groupId: id === SITE_ITSELF ? null : id, box, before: before.status }];
  });
}

function applyToGroup(boxes: TenantBoxes, event: GroupEvent & Timed): BoxChange[] {
  const { groupId } = event.data;
  if (event.type === 'GroupHoursChanged' || event.type === 'GroupHolidaysExtended') return [];
  boxes.groups.set(groupId, groupFold.evolve(boxes.groups.get(groupId) ?? groupFold.initial, event));
  if (event.type === 'GroupDisabled' || event.type === 'GroupEnabled') return refresh(boxes, event.effectiveAt, new Set([groupId]));
  // A group that comes or goes makes members of agents, or groupless ones.
  recount(boxes);
  return refresh(boxes, event.effectiveAt, presentGroups(boxes), event.type === 'GroupRemoved' ? { removedGroup: groupId } : {});
}

function applyToTenant(boxes: TenantBoxes, event: TenantEvent & Timed): BoxChange[] {
  boxes.tenant = tenantFold.evolve(boxes.tenant, event);
  return event.type === 'PlanChanged' ? refresh(boxes, event.effectiveAt, presentGroups(boxes)) : [];
}

function presentGroups(boxes: TenantBoxes): Set<string> {
  return new Set([...boxes.groups.keys()].filter((id) => groupExists(boxes, id)));
}

interface Narrowed {
  readonly onlySite?: string;
  readonly removedGroup?: string;
}

/** Decides the boxes of the site itself and of these groups anew, on every site, and steps the version of each site that changed. */
function refresh(boxes: TenantBoxes, at: Instant, groupIds: ReadonlySet<string>, { onlySite, removedGroup }: Narrowed = {}): BoxChange[] {
  const changes: BoxChange[] = [];
  const agents = agentsToCome(boxes);
  const ids = [SITE_ITSELF, ...groupIds];
  for (const [siteId, entry] of onlySite === undefined ? boxes.sites : only(boxes.sites, onlySite)) {
    if (entry.site.standing !== 'present') continue;
    const scopes = ids.map((id) => ({ id, status: statusOf(boxes, entry.site, id === SITE_ITSELF ? null : id) }));
    const known = nextChanges(boxes, entry.site, scopes, agents);
    const moved = scopes.filter(({ id, status }) => !shows(entry.boxes.get(id), status, known.get(id) ?? null));
    const buried = removedGroup === undefined ? undefined : entry.boxes.get(removedGroup);
    if (moved.length === 0 && !buried) continue;
    const version = ++entry.version;
    const put = (id: string, status: Status, removed: boolean): void => {
      const before = entry.boxes.get(id);
      // A fact that became known late never moves `since` back behind what was already shown.
      const since = before?.status === status && !removed ? before.since : Math.max(at, before?.since ?? at);
      const box = { status, since, version, next: known.get(removed ? SITE_ITSELF : id) ?? null, removed };
      entry.boxes.set(id, box);
      changes.push({ siteId, groupId: id === SITE_ITSELF ? null : id, box, before: before?.status ?? null });
    };
    for (const { id, status } of moved) put(id, status, false);
    if (buried && removedGroup !== undefined) put(removedGroup, statusOf(boxes, entry.site, null), true);
  }
  return changes;
}

function only<T>(all: ReadonlyMap<string, T>, key: string): [string, T][] {
  const found = all.get(key);
  return found === undefined ? [] : [[key, found]];
}

function shows(box: Box | undefined, status: Status, next: Next | null): boolean {
  return box?.status === status && box.next?.at === next?.at && box.next?.status === next?.status;
}
