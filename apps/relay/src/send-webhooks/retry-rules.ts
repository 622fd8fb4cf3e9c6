/** Everything here is in milliseconds. */
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/**
 * Pauses before the second, third, ... attempt: soon for a receiver that is just being restarted, then ever rarer, 23 hours and 50 minutes
 * in all. After the last attempt a delivery has failed.
 */
export const RETRY_AFTER: readonly number[] = [
  5 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 6 * HOUR, 10 * HOUR + 7 * MINUTE,
];

/** Each pause is that much longer or shorter at random, so that many that failed together do not come back together. */
const JITTER = 0.1;
/** The longest pause an answer may ask for (Retry-After). */
const LONGEST_WISH = HOUR;
const FIRST_REST = SECOND;
const LONGEST_REST = 5 * MINUTE;

/** What is known when an attempt has failed. */
export interface Failed {
  /** Attempts before this one. */
  readonly attempts: number;
  readonly firstTriedAt: number | null;
  readonly at: number;
  /** What the answer asked for, ms. */
  readonly retryAfterMs?: number | undefined;
}

/** How long until the next attempt, ms; null: that was the last one. `random` gives numbers in [0, 1). */
export function retryIn({ attempts, firstTriedAt, at, retryAfterMs = 0 }: Failed, schedule: readonly number[], random: () => number): number | null {
  const pause = schedule[attempts];
  // A day is a day: with a backlog, attempts come later than they were meant to.
  if (pause === undefined || (firstTriedAt !== null && at - firstTriedAt >= sum(schedule))) return null;
  return Math.round(Math.max(pause * (1 - JITTER + 2 * JITTER * random()), Math.min(retryAfterMs, LONGEST_WISH)));
}

/**
 * Whether an endpoint is given up: nothing at all was delivered to it while a delivery used up its attempts, or for as long as they take.
 * An endpoint that refuses one event and takes others goes on.
 */
export function isGivenUp(
  { failingSince, firstTriedAt, at, exhausted }: { failingSince: number; firstTriedAt: number; at: number; exhausted: boolean },
  schedule: readonly number[],
): boolean {
  return failingSince <= (exhausted ? firstTriedAt : at - sum(schedule));
}

/** How long an endpoint is left alone after so many rounds in which nothing was delivered, however much is due, ms. */
export function restAfter(failures: number): number {
  return failures === 0 ? 0 : Math.min(LONGEST_REST, FIRST_REST * 2 ** Math.min(failures - 1, 20));
}

const sum = (pauses: readonly number[]): number => pauses.reduce((total, pause) => total + pause, 0);
