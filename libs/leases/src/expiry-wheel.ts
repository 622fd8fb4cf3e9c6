import type { Instant } from './lease-rows.js';

/** Width of a bucket, ms: the finest lateness that is worth a look at the rows. */
const BUCKET_MS = 250;

/**
 * Lower bounds of deadlines, by time. A beat does not touch the wheel: it only makes a bound too low, and a fired lease is read again and
 * armed with its new deadline. So a lease costs a look per lease time, however often it beats.
 * Pure: time comes with every call. 8 bytes a lease.
 */
export class ExpiryWheel {
  readonly #buckets = new Map<number, number[]>();
  #size = 0;
  /** All buckets before this one are empty. */
  #first = Number.POSITIVE_INFINITY;

  /** Entries; a lease armed twice counts twice. */
  get size(): number {
    return this.#size;
  }

  /** The lease will not end before `at`. */
  arm(leaseNo: number, at: Instant): void {
    const bucket = Math.ceil(at / BUCKET_MS);
    const entries = this.#buckets.get(bucket);
    if (entries) entries.push(leaseNo);
    else this.#buckets.set(bucket, [leaseNo]);
    this.#first = Math.min(this.#first, bucket);
    this.#size += 1;
  }

  /** Takes out whoever may have ended by `now`, at most `limit` and a bucket more; each lease once. */
  take(now: Instant, limit: number): number[] {
    const last = Math.floor(now / BUCKET_MS);
    const taken = new Set<number>();
    if (this.#size === 0) this.#first = Number.POSITIVE_INFINITY;
    for (const bucket of this.#dueBuckets(last)) {
      if (taken.size >= limit) break;
      const entries = this.#buckets.get(bucket) ?? [];
      for (const leaseNo of entries) taken.add(leaseNo);
      this.#size -= entries.length;
      this.#buckets.delete(bucket);
      this.#first = bucket + 1;
    }
    return [...taken];
  }

  /** After a long pause there are fewer buckets than steps of time, so the smaller of the two is walked. */
  #dueBuckets(last: number): number[] {
    if (this.#first > last) return [];
    const steps = last - this.#first + 1;
    if (steps > this.#buckets.size) return [...this.#buckets.keys()].filter((b) => b <= last).sort((a, b) => a - b);
    return Array.from({ length: steps }, (_, i) => this.#first + i).filter((b) => this.#buckets.has(b));
  }
}
