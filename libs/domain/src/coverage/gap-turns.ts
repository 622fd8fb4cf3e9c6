import type { Instant } from '../agent-presence/status.js';
import { applyEvent, type BoxChange, type BoxEvent } from '../box-status/apply-event.js';
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
  const { conversationId, agentId, siteId } = event.data as { conversationId?: string; agentId?: string; siteId?: string };
  const of = { at: event.effectiveAt };
  if (conversationId !== undefined) return { changes: applyEvent(boxes, event), gaps: [] };
  if (agentId !== undefined) {
    // Agents move no gate: where what is shown stays, so does whether somebody is there.
    const changes = applyEvent(boxes, event);
    return { changes, gaps: changes.flatMap((change) => turnsOfAgents(boxes, change, of.at)) };
  }
  const scopes = (): (readonly [string, string | null])[] =>
    (siteId === undefined ? [...boxes.sites.keys()] : [siteId]).flatMap((site) => [null, ...boxes.groups.keys()].map((group) => [site, group] as const));
  const before = new Map(scopes().filter((scope) => isThere(boxes, ...scope)).map((scope) => [scope.join(' '), isUncovered(boxes, ...scope)]));
  const changes = applyEvent(boxes, event);
  const told = event.type === 'HoursChanged' || event.type === 'OpeningsChanged';
  const gaps = scopes().flatMap((scope): GapTurn[] => {
    const was = before.get(scope.join(' '));
    // A box that is new has lost nobody: its first gap begins when somebody leaves, or when its hours begin or are told.
    if (was === undefined) return [];
    const [site, group] = scope;
    const turn = { siteId: site, groupId: group, ...of };
    if (isUncovered(boxes, site, group)) return was && !told ? [] : [{ ...turn, over: null }];
    return was ? [{ ...turn, over: notMeantOpen(boxes, site, group) ?? 'somebody-there' }] : [];
  });
  return { changes, gaps };
}

function turnsOfAgents(boxes: TenantBoxes, { siteId, groupId, box, before }: BoxChange, at: Instant): GapTurn[] {
  if (box.status === before || before === null) return [];
  if (box.status === 'offline') return isUncovered(boxes, siteId, groupId) ? [{ siteId, groupId, at, over: null }] : [];
  return before === 'offline' ? [{ siteId, groupId, at, over: 'somebody-there' }] : [];
}

function isThere(boxes: TenantBoxes, siteId: string, groupId: string | null): boolean {
  return boxes.sites.get(siteId)?.boxes.get(groupId ?? SITE_ITSELF)?.removed === false;
}
