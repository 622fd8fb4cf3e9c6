/** Injection token of the process's Clock. */
export const CLOCK = Symbol('CLOCK');

/** Gives the time in milliseconds since 1970-01-01T00:00Z. */
export interface Clock {
  now(): number;
}

/** A clock that measures its offset again and again. */
export interface MeasuredClock extends Clock {
  /** Postgres's clock minus this process's, ms, as last measured; 0 before. */
  readonly offset: number;
  /** Measures now. True if a measurement was taken (Postgres answered, and fast enough to be believed). */
  measure(): Promise<boolean>;
  stop(): void;
}

/** How often, ms: quartz drifts below 0.1 ms in that time; a jump of the system's clock is repaired within it. */
const MEASURE_EVERY_MS = 5000;

/** An answer slower than this tells nothing better than half of it, so it is not believed. ms */
const LONGEST_ROUND_TRIP_MS = 250;

/**
 * @param readRemote asks Postgres for `clock_timestamp()`, ms since epoch; may reject, the last offset stays then
 * @param local this process's clock; an argument so that tests can set it 3 h wrong (case 20)
 */
export function measuredClock(
  readRemote: () => Promise<number>,
  local: () => number = Date.now,
  everyMs = MEASURE_EVERY_MS,
): MeasuredClock {
  let offset = 0;
  const measure = async (): Promise<boolean> => {
    try {
      const sent = local();
      const steady = performance.now();
      const remote = await readRemote();
      const roundTrip = performance.now() - steady;
      if (roundTrip > LONGEST_ROUND_TRIP_MS || !Number.isFinite(remote)) return false;
      offset = remote + roundTrip / 2 - (sent + roundTrip);
      return true;
    } catch {
      return false;
    }
  };
  const timer = setInterval(() => void measure(), everyMs);
  timer.unref();
  return {
    now: () => Math.round(local() + offset),
    get offset() {
      return offset;
    },
    measure,
    stop: () => clearInterval(timer),
  };
}
