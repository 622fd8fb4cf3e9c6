import type { Instant } from '../agent-presence/status.js';
import { applyEvent, type BoxChange, type BoxEvent, DECIDES_NOTHING } from '../box-status/apply-event.js';
import { audienceOf, groupExists, SITE_ITSELF, type TenantBoxes } from '../box-status/tenant-boxes.js';
import type { GapEnd } from '../tenant-settings/events.js';
import { openingFor } from '../tenant-settings/opening.js';
import { entitlementsOf } from '../tenant-settings/plan.js';
import { modeOf } from '../tenant-settings/site-mode.js';

/** A gap begins (`over` null), or is over. One that begins where one is already goes on. */
export interface GapTurn {
  readonly siteId: string;
  readonly groupId: string | null;
  readonly at: Instant;
  readonly over: GapEnd | null;
}

/**
 * Is nobody there although the box of the site, or of the group on it, is meant to be open? Not while a person, the hours, a disabled group
 * or the mode keeps it closed or opens it without anybody; nor outside the hours in a mode that does not heed them. Where the plan has no
 * groups, or there is none of this id, there is no box of its own to be covered.
 */
export function isUncovered(boxes: TenantBoxes, siteId: string, groupId: string | null): boolean {
  if (notMeantOpen(boxes, siteId, groupId) !== null) return false;
  const { online, busy } = audienceOf(boxes, groupId);
  return online + busy === 0;
}

/** Why people do not decide whether the box is open, in the order of the rules (behaviour D6, D7); null: they do. */
function notMeantOpen(boxes: TenantBoxes, siteId: string, groupId: string | null): Exclude<GapEnd, 'somebody-there'> | null {
  const site = boxes.sites.get(siteId)?.site;
  const { groups, hours } = entitlementsOf(boxes.tenant);
  if (site?.standing !== 'present' || boxes.tenant.standing === 'removed') return 'removed';
  if (groupId !== null && !(groups && groupExists(boxes, groupId))) return 'removed';
  if (groupId !== null && boxes.groups.get(groupId)?.enabled === false) return 'group-disabled';
  const { mode } = modeOf(site);
  if (mode === 'force-online' || mode === 'force-offline' || mode === 'hours') return 'mode-changed';
  return hours && openingFor(site.openings, groupId)?.open === false ? 'hours-ended' : null;
}

/** Folds one event (`applyEvent`), and tells where gaps of coverage begin and end by it. */
export function applyWatched(boxes: TenantBoxes, event: BoxEvent): { changes: BoxChange[]; gaps: GapTurn[] } {
  const { effectiveAt: at } = event;
  const moved = scopesMovedBy(boxes, event);
  const before = new Map(moved.filter((scope) => isThere(boxes, ...scope)).map((scope) => [nameOf(scope), isUncovered(boxes, ...scope)]));
  const changes = applyEvent(boxes, event);
  const told = event.type === 'HoursChanged' || event.type === 'OpeningsChanged';
  const gaps = moved.flatMap((scope): GapTurn[] => {
    const was = before.get(nameOf(scope));
    // A box that is new has lost nobody: its first gap begins when somebody leaves, or when its hours begin or are told.
    if (was === undefined) return [];
    const [siteId, groupId] = scope;
    if (isUncovered(boxes, ...scope)) return was && !told ? [] : [{ siteId, groupId, at, over: null }];
    return was ? [{ siteId, groupId, at, over: notMeantOpen(boxes, ...scope) ?? 'somebody-there' }] : [];
  });
  const ofPeople = moved.length === 0 ? changes : changes.filter(({ siteId, groupId }) => !before.has(nameOf([siteId, groupId])));
  return { changes, gaps: [...gaps, ...ofPeople.flatMap((change) => turnsOfAgents(boxes, change, at))] };
}

/** A box: the site, and the group on it or null. */
type Scope = readonly [siteId: string, groupId: string | null];
const nameOf = ([siteId, groupId]: Scope): string => `${siteId} ${groupId ?? ''}`;

/**
 * The boxes that may be meant to be open, or not any more, by an event. All others have their gates where they were: somebody came or left
 * there exactly if what they show changed, be it because a person moved, or because the group moved in which people were counted.
 */
function scopesMovedBy(boxes: TenantBoxes, { type, data }: BoxEvent): Scope[] {
  if ('conversationId' in data || 'agentId' in data) return [];
  const onSite = (siteId: string): Scope[] => [null, ...boxes.groups.keys()].map((groupId) => [siteId, groupId]);
  if ('siteId' in data) return DECIDES_NOTHING.has(type) ? [] : onSite(data.siteId);
  if ('groupId' in data) return [...boxes.sites.keys()].map((siteId) => [siteId, data.groupId]);
  return type === 'PlanChanged' || type === 'TenantRemoved' ? [...boxes.sites.keys()].flatMap(onSite) : [];
}

function turnsOfAgents(boxes: TenantBoxes, { siteId, groupId, box, before }: BoxChange, at: Instant): GapTurn[] {
  if (box.status === before || before === null) return [];
  if (box.status === 'offline') return isUncovered(boxes, siteId, groupId) ? [{ siteId, groupId, at, over: null }] : [];
  return before === 'offline' ? [{ siteId, groupId, at, over: 'somebody-there' }] : [];
}

function isThere(boxes: TenantBoxes, siteId: string, groupId: string | null): boolean {
  return boxes.sites.get(siteId)?.boxes.get(groupId ?? SITE_ITSELF)?.removed === false;
}
