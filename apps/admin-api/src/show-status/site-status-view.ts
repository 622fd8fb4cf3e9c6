import { rfc3339, type SiteStatus } from '#contract';
import { type Box, type Explanation, explainBox, type Next, SITE_ITSELF, type TenantBoxes } from '#domain/box-status/index';
import type { BoxRow } from '#read-model';

/** An answer that still has to be put into words. */
export interface ExplainedStatus {
  readonly view: Omit<SiteStatus, 'sentence'>;
  readonly explained: Explanation;
  readonly timeZone: string;
}

/**
 * What a site, or a group on it, shows, and why. Status and reasons are of one snapshot; `rows` add what the fold does not keep: the
 * tombstones of deleted groups, and `next`. Null: there is no such site.
 */
export function siteStatusView(
  boxes: TenantBoxes,
  rows: readonly BoxRow[],
  siteId: string,
  group: string | null,
  knownAt: number,
  settled = SETTLED,
): ExplainedStatus | null {
  const site = boxes.sites.get(siteId);
  const own = site?.boxes.get(SITE_ITSELF);
  if (!site || !own) return null;
  const asked = group === null ? own : site.boxes.get(group);
  const box: Box = asked ?? own;
  const row = rows.find(({ groupId }) => groupId === (asked ? group : null));
  // Whoever saw a deleted group's last version must not be told a lower one.
  const grave = group !== null && !asked ? rows.find(({ groupId, removed }) => groupId === group && removed) : undefined;
  const explained = explainBox(boxes, site.site, group);
  const next = row?.version === box.version ? row.next : null;
  const version = Math.max(box.version, grave?.version ?? 0);
  const view = { status: box.status, since: rfc3339(box.since), version, next: nextView(next), knownAt: rfc3339(knownAt), settled };
  return { view: { ...explanationView(explained), ...view }, explained, timeZone: site.site.timeZone };
}

/** The tree, and what follows from it, as the contract has it. */
export function explanationView({ reasons, wouldOpen, heldOpen }: Explanation): Pick<SiteStatus, 'reasons' | 'wouldOpen' | 'heldOpen'> {
  return {
    reasons: reasons.map((reason) => ({ ...reason })),
    ...(wouldOpen ? { wouldOpen: { ...wouldOpen } } : {}),
    ...(heldOpen ? { heldOpen: { ...heldOpen, agentIds: [...heldOpen.agentIds] } } : {}),
  };
}

export function nextView(next: Next | null): SiteStatus['next'] {
  return next && { at: rfc3339(next.at), status: next.status };
}

/** The present is younger than the lease and 10 s: a session may turn out to have ended before now (architecture 6). */
export const SETTLED = false;
