import type { WidgetStatus } from '#contract';
import { rfc3339 } from '#contract';
import type { BoxRow, Instant } from '#read-model';
import type { CachedSite } from './box-copy.js';
import { freshnessAt, LOST_AFTER_MS } from './freshness.js';

/** A payload, and how long it holds while the rows and the freshness stay as they are. */
export interface Shown {
  readonly payload: WidgetStatus;
  /** Instant of `next`: from then on the answer is another one. Infinity without a known future. */
  readonly holdsUntil: Instant;
}

/**
 * What the box of a site, or of a group on it, shows at `now` (behaviour D19, D21; architecture 6).
 *
 * @param group       the group asked for, null for the site itself
 * @param rightUntil  until when the rows are known to be right
 * @returns null if there is no such site any more
 */
export function shownAt(site: CachedSite, group: string | null, now: Instant, rightUntil: Instant): Shown | null {
  const own = site.boxes.get('');
  if (site.site.removed || !own) return null;
  const asked = group === null ? undefined : site.boxes.get(group);
  const found = asked !== undefined && !asked.removed;
  const box = found ? asked : own;
  // Whoever saw the group's last version must not be told a lower one: the tombstone carries the version of the deletion.
  const version = asked?.removed ? Math.max(own.version, asked.version) : box.version;
  const { status, since, next } = atInstant(box, now);
  const freshness = freshnessAt(now, rightUntil);
  const lost = freshness === 'lost';
  const payload: WidgetStatus = {
    status: lost ? 'offline' : status,
    since: rfc3339(lost && status !== 'offline' ? Math.max(since, rightUntil + LOST_AFTER_MS) : since),
    version,
    next: next && !lost ? { at: rfc3339(next.at), status: next.status } : null,
    ...(group === null ? {} : { group: { id: group, found } }),
    ...(freshness === 'fresh' ? {} : { stale: true }),
  };
  return { payload, holdsUntil: next?.at ?? Infinity };
}

/** The box at an instant: past `next.at` the future has begun, its event follows within a second (architecture 6). */
function atInstant(box: BoxRow, now: Instant): Pick<BoxRow, 'status' | 'since' | 'next'> {
  const { status, since, next } = box;
  if (!next || now < next.at) return { status, since, next };
  return { status: next.status, since: next.status === status ? since : next.at, next: null };
}
