import type { Instant } from './lease-rows.js';
import type { Beat, Standing } from './record-beats.js';

/** A beat that waits for the row's decision, with everybody who waits for the answer. */
export interface Undecided {
  /** The newest of the session. */
  beat: Beat;
  /** When the oldest was received. */
  readonly since: Instant;
  readonly settle: ((outcome: Promise<Standing>) => void)[];
}

/** When the oldest of them was received; infinity if there is none. */
export function oldestOf(entries: Iterable<Undecided>): Instant {
  let oldest = Number.POSITIVE_INFINITY;
  for (const { since } of entries) oldest = Math.min(oldest, since);
  return oldest;
}
