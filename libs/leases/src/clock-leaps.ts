/** A clock that tells milliseconds. */
interface Ticking {
  now(): number;
}

/** The two clocks have moved apart by more than this, ms: one of them did not tell the time. */
const LEAP_MS = 1_000;

/**
 * Watches the steady clock beside the one on the wall. They move apart when somebody sets the time, and when the machine has slept while the
 * steady one stood still; which of them is right cannot be told.
 */
export class ClockLeaps {
  #apart: number;
  #count = 0;

  /** @param wall without it nothing is ever noticed */
  constructor(
    private readonly steady: Ticking,
    private readonly wall?: Ticking,
  ) {
    this.#apart = this.#now();
  }

  /** Leaps noticed so far: what was asked before one is not known after it. */
  get count(): number {
    return this.#count;
  }

  /** Has there been one since the last look? A slow drift is none. */
  look(): boolean {
    const apart = this.#now();
    const by = Math.abs(apart - this.#apart);
    this.#apart = apart;
    if (by < LEAP_MS) return false;
    this.#count += 1;
    return true;
  }

  #now(): number {
    return this.wall ? this.wall.now() - this.steady.now() : 0;
  }
}
