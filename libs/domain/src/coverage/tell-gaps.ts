import type { Instant } from '../agent-presence/status.js';
import type { GapEnd, SiteEvent } from '../tenant-settings/events.js';
import { evolveSite, gapOf, type Site } from '../tenant-settings/site.js';

/** A stretch in which nobody was there although a box was meant to be open. */
export interface Gap {
  readonly groupId: string | null;
  readonly since: Instant;
  /** null: it lasts. */
  readonly over: { readonly at: Instant; readonly because: GapEnd } | null;
}

/** Kind of the system's actor that tells of coverage. */
export const COVERAGE_WATCH = 'coverage';

/**
 * What has to be told of some gaps of a site at `now`, with nominal times: one that has lasted for `alertAfterMs` is lost coverage since then,
 * and restored once it is over, whatever the reason. What was told before is not told again; nothing is told of a site that is gone.
 */
export function tellGaps(gaps: readonly Gap[], alertAfterMs: number, site: Site, now: Instant): Told[] {
  if (site.standing !== 'present') return [];
  const { siteId } = site;
  const events: Told[] = [];
  let known = site;
  const tell = (event: Told): void => {
    events.push(event);
    known = evolveSite(known, event);
  };
  for (const { groupId, since, over } of gaps.toSorted((a, b) => a.since - b.since)) {
    const alertAt = since + alertAfterMs;
    const gap = { siteId, groupId, since: new Date(since).toISOString() };
    const last = gapOf(known, groupId);
    if (!last?.open || last.since !== since) {
      if ((over?.at ?? now) < alertAt || since <= (last?.since ?? -Infinity)) continue;
      tell({ type: 'CoverageLost', data: { ...gap, afterSeconds: alertAfterMs / 1000 }, effectiveAt: alertAt });
    }
    if (over) tell({ type: 'CoverageRestored', data: { ...gap, because: over.because }, effectiveAt: over.at });
  }
  return events.sort((a, b) => a.effectiveAt - b.effectiveAt);
}

type Told = SiteEvent & { readonly effectiveAt: Instant };
