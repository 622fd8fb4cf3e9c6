import type { WidgetStatus } from '#contract';

/** Milliseconds of the page's steady clock: for durations only. */
export type Moment = number;
/** Milliseconds since the epoch on the clock of the service: the only one a rule is read by (behaviour, "t = server time"). */
export type ServerTime = number;

/** What a visitor sees. */
export interface View {
  /** `unknown`: nothing was ever heard of this box. */
  readonly status: WidgetStatus['status'] | 'unknown';
  readonly since: string | null;
  readonly version: number | null;
  readonly next: WidgetStatus['next'];
  /** Milliseconds since this was last confirmed; null while it is confirmed all the time. */
  readonly age: number | null;
  /** The service says itself that it is cut off from the truth. */
  readonly stale: boolean;
  /** There is no site of this key: nothing to wait for. */
  readonly wrongKey: boolean;
}

/** Readers keep the last status for so long while nothing is heard, then the box counts as offline (behaviour D10). */
const LOST_AFTER_MS = 15 * 60_000;

/** Whether a frame may replace what is known: a lower version is dropped, an equal one applied (behaviour D22). */
export function replaces(frame: WidgetStatus, known: WidgetStatus | null): boolean {
  return !known || frame.version >= known.version;
}

/** What to show at `now`: past `next.at` the known future has begun, also without a push (architecture 6). `age` as in View. */
export function shownAt(known: WidgetStatus | null, now: ServerTime, age: number | null, wrongKey: boolean): View {
  if (!known) return { status: 'unknown', since: null, version: null, next: null, age, stale: false, wrongKey };
  const { status, since, version, next, stale } = known;
  const begun = next && now >= Date.parse(next.at);
  const lost = age !== null && age > LOST_AFTER_MS;
  return {
    status: lost ? 'offline' : begun ? next.status : status,
    since: begun ? next.at : since,
    version,
    next: begun || lost ? null : next,
    age,
    stale: !!stale,
    wrongKey,
  };
}

/**
 * Milliseconds before the next attempt after `failures` (1, 2, ...) in a row: 1 s, 2 s, 4 s ... `longest`, of which the upper half is
 * drawn (`random` 0..1), so that the pages of a fallen service do not come back in step.
 */
export function retryDelay(failures: number, random: number, longest: number): number {
  return Math.min(longest, 1_000 * 2 ** (failures - 1)) * (0.5 + random / 2);
}
