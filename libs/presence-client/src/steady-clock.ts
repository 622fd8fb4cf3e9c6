/** Milliseconds on this device's clock, for durations only: no rule of the service reads it (behaviour, case 20). */
export type Moment = number;

/** The two clocks a page has, both in ms: one that people set, and one that stands still while some machines sleep. */
export interface Clocks {
  wall(): number;
  steady(): number;
}

/** The wall clock that runs away from the steady one by more, ms, says that the machine slept; less is drift and rounding. */
const SLEEP_MS = 2_000;

/**
 * A clock that never goes back and counts the time a machine slept. Between two looks both clocks of a page move alike; if the wall
 * clock moved further, the machine slept (or somebody set the clock: then a beat too many does no harm). A wall clock set back is
 * ignored.
 */
export class SteadyClock {
  #now: Moment;
  #wall: number;
  #steady: number;

  constructor(private readonly clocks: Clocks) {
    this.#now = this.#wall = clocks.wall();
    this.#steady = clocks.steady();
  }

  /** What time it is, and how long the machine slept since the last look (0 if it did not). */
  look(): { readonly now: Moment; readonly slept: number } {
    const [wall, steady] = [this.clocks.wall(), this.clocks.steady()];
    const passed = Math.max(0, steady - this.#steady);
    const ahead = wall - this.#wall - passed;
    const slept = ahead > SLEEP_MS ? ahead : 0;
    this.#now += passed + slept;
    this.#wall = wall;
    this.#steady = steady;
    return { now: this.#now, slept };
  }
}
