/** Milliseconds since 1970-01-01T00:00Z. */
type Instant = number;

/** A Monday without a change of clocks near it. */
const DAY = '2026-03-02';

/**
 * An instant of the specs' day in UTC, written the way people say it: `at('12:02:00')`, `at('12:02:00.500')`.
 * Throws RangeError for what is no time of day.
 */
export function at(timeOfDay: string): Instant {
  const instant = Date.parse(`${DAY}T${timeOfDay}Z`);
  if (Number.isNaN(instant)) throw new RangeError(`no time of day: ${timeOfDay}`);
  return instant;
}

/** A clock that stands still until somebody moves it. Fits wherever a `{ now(): number }` is asked for. */
export class ManualClock {
  constructor(private instant: Instant = at('12:00:00')) {}

  /** Milliseconds since the epoch. */
  now(): Instant {
    return this.instant;
  }

  /** Moves on by `milliseconds`; a clock that is set back needs `set`. Throws RangeError below 0. */
  advance(milliseconds: number): void {
    if (milliseconds < 0) throw new RangeError('a clock advances forwards: use set() to put it back');
    this.instant += milliseconds;
  }

  set(instant: Instant): void {
    this.instant = instant;
  }
}
