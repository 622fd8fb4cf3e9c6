import { type ArmedLease, Brake, type BrakePorts, type DueLease, ExpiryWheel, type WatchedLease } from '#leases';

/** Everything the watch needs from outside; the simulation brings its own. */
export interface WatchPorts extends BrakePorts {
  /** A clock that only goes forwards, at the pace of time, ms from anywhere. The hour is asked of the rows only. */
  readonly clock: { now(): number };
  readOpen(afterLeaseNo: number, limit: number): Promise<readonly WatchedLease[]>;
  readNewlyArmed(withinMs: number): Promise<readonly ArmedLease[]>;
  readWatched(leaseNos: readonly number[]): Promise<readonly WatchedLease[]>;
  /** Ends those that have run out by now, each once, whoever else tries (`expireDue`). */
  expire(leaseNos: readonly number[]): Promise<readonly Pick<DueLease, 'leaseNo'>[]>;
  /** Leaves a sign of life; gives the hour by Postgres's clock, ms. */
  noteKeeper(): Promise<number>;
}

/** Rows read at a time at the start, and leases looked at in one look. */
const PAGE = 10_000;
/** Leases ended between two signs of life: some hundred milliseconds. */
const ENDED_AT_A_TIME = 500;
// A sign-in may commit some time after its row was stamped; longer than any transaction of a service may stay open (10 s + a statement).
const ARMING_OVERLAP_MS = 16_000;
/** While nobody may expire (blind, held back) a due lease is looked at again after this, ms. */
const AGAIN_MS = 500;
/** New leases are taken up this often, ms: a quarter of the shortest lease. */
const TAKE_UP_MS = 500;
/** The backstop takes over after five of these, ms. */
const SIGN_OF_LIFE_MS = 1_000;
/** Postgres's clock has moved by more than this against ours, ms: it was set, or a machine slept. */
const JUMP_MS = 1_000;
/** Somebody else ended it so lately that it belongs to the present wave, ms. */
const JUST_ENDED_MS = 10_000;

/**
 * Watches all open leases and ends them on time (behaviour D9). The wheel holds lower bounds only: a lease that fires is read again, and
 * armed anew if it has beaten since. Whether a lease is due, the rows say; a wrong or jumping clock here costs a look, nothing else.
 * Two watches may run: the row's lock decides who ends a lease.
 */
export class LeaseWatch {
  #wheel = new ExpiryWheel();
  readonly #brake: Brake;
  /** When leases that were taken up lately had been armed, so that the overlap of two looks does not arm twice. */
  readonly #recent = new Map<number, number>();
  #takenUpAt: number | null = null;
  #nextSign = 0;
  /** The last attempt to end somebody failed: then there is no sign of life, so that the backstop tries. */
  #failing = false;
  /** Postgres's clock less ours. */
  #offset: number | null = null;

  constructor(private readonly ports: WatchPorts) {
    this.#brake = new Brake(ports);
  }

  /** Entries in the wheel. */
  get watched(): number {
    return this.#wheel.size;
  }

  /**
   * One look: takes up what is new, ends what is due, at most some ten thousand. Call it a few times a second. Gives how many leases were
   * ended. Throws what ports throw; the next look goes on.
   */
  async look(): Promise<number> {
    const now = this.ports.clock.now();
    if (this.#takenUpAt === null) await this.#takeUpAll(now);
    else if (now >= this.#takenUpAt + TAKE_UP_MS) await this.#takeUpNew(this.#takenUpAt, now);
    const ended = await this.#endDue(now);
    await this.#giveSign();
    return ended;
  }

  async #takeUpAll(now: number): Promise<void> {
    const wheel = new ExpiryWheel();
    for (let after = 0; ; ) {
      const readAt = this.ports.clock.now();
      const page = await this.ports.readOpen(after, PAGE);
      for (const lease of page) wheel.arm(lease.leaseNo, readAt + lease.remainingMs);
      const last = page.at(-1);
      if (!last || page.length < PAGE) break;
      after = last.leaseNo;
    }
    this.#wheel = wheel;
    await this.#takeUpNew(now, now); // what was opened meanwhile, at places that had been read already
  }

  async #takeUpNew(since: number, now: number): Promise<void> {
    const armed = await this.ports.readNewlyArmed(now - since + ARMING_OVERLAP_MS);
    for (const { leaseNo, remainingMs, armedAt } of armed) {
      if (this.#recent.get(leaseNo) === armedAt) continue;
      this.#recent.set(leaseNo, armedAt);
      this.#wheel.arm(leaseNo, now + remainingMs);
    }
    const seen = new Set(armed.map(({ leaseNo }) => leaseNo));
    for (const leaseNo of this.#recent.keys()) if (!seen.has(leaseNo)) this.#recent.delete(leaseNo);
    this.#takenUpAt = now;
  }

  async #endDue(now: number): Promise<number> {
    const fired = this.#wheel.take(now, PAGE);
    if (fired.length === 0) return 0;
    const toArm = new Map(fired.map((leaseNo) => [leaseNo, now + AGAIN_MS]));
    try {
      const leases = await this.ports.readWatched(fired);
      toArm.clear();
      const due: WatchedLease[] = [];
      const falling: WatchedLease[] = [];
      for (const lease of leases) {
        const { leaseNo, remainingMs, signedOut, endedMs } = lease;
        if (endedMs === null) toArm.set(leaseNo, now + (remainingMs > 0 ? remainingMs : AGAIN_MS));
        if (endedMs === null && remainingMs <= 0) due.push(lease);
        if (!signedOut && (endedMs === null ? remainingMs <= 0 : endedMs < JUST_ENDED_MS)) falling.push(lease);
      }
      this.#failing = true;
      const isHeldBack = falling.length > 0 && (await this.#brake.isPulledBy(falling, now));
      // Whoever is still there afterwards, because nobody may expire now or because it has just beaten, is looked at again.
      const ended = isHeldBack ? 0 : await this.#end(due, toArm);
      this.#failing = false;
      return ended;
    } finally {
      for (const [leaseNo, at] of toArm) this.#wheel.arm(leaseNo, at);
    }
  }

  /** Part by part, so that a great many do not look like a dead timekeeper. */
  async #end(due: readonly WatchedLease[], toArm: Map<number, number>): Promise<number> {
    let ended = 0;
    for (let from = 0; from < due.length; from += ENDED_AT_A_TIME) {
      const part = due.slice(from, from + ENDED_AT_A_TIME).map(({ leaseNo }) => leaseNo);
      const done = (await this.ports.expire(part)).map(({ leaseNo }) => leaseNo);
      for (const leaseNo of done) toArm.delete(leaseNo);
      this.#brake.noteEnded(done);
      ended += done.length;
      this.#failing = false;
      await this.#giveSign();
    }
    return ended;
  }

  async #giveSign(): Promise<void> {
    const now = this.ports.clock.now();
    if (now < this.#nextSign || this.#failing) return;
    const offset = (await this.ports.noteKeeper()) - this.ports.clock.now();
    this.#nextSign = now + SIGN_OF_LIFE_MS;
    if (this.#offset !== null && Math.abs(offset - this.#offset) > JUMP_MS) this.#takenUpAt = null;
    this.#offset = offset;
  }
}
