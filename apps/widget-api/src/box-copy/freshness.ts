import type { Instant } from '#read-model';

/** Older than this, the projector's newest sign of life makes answers `stale` (architecture 7). Milliseconds. */
export const STALE_AFTER_MS = 5_000;
/** How long the last status known is kept while nothing is heard; then offline is the safer lie (behaviour D10). Milliseconds. */
export const LOST_AFTER_MS = 15 * 60_000;

/** fresh: what is cached is the truth of the last seconds. stale: it was right when last heard of. lost: too old to be shown. */
export type Freshness = 'fresh' | 'stale' | 'lost';

/** Until when the copy of a partition is known to be right: the projector's newest sign of life, or when something began to be missing. */
export function rightUntil(newestSign: Instant, behindSince: Instant | null): Instant {
  return behindSince === null ? newestSign : Math.min(newestSign, behindSince);
}

export function freshnessAt(now: Instant, knownRightUntil: Instant): Freshness {
  const age = now - knownRightUntil;
  if (age <= STALE_AFTER_MS) return 'fresh';
  return age <= LOST_AFTER_MS ? 'stale' : 'lost';
}
