import { leaseEnd, STATUS_TIMER, statusTimerEnd } from '#domain/agent-presence/index';
import { MODE_TIMER, modeTimerEnd } from '#domain/tenant-settings/index';
import type { EventStore } from '#event-store';
import { Brake, countUnsigned, expireDue, holdBack, keeperSilence, type Patience, readOverdue, ringAlarms, type Sql } from '#leases';

export interface StandInOptions {
  readonly patience: Patience;
  /** A clock that only goes forwards, at the pace of time, ms from anywhere. The hour is asked of the rows only. */
  readonly clock: { now(): number };
  /** The timekeeper has fallen silent, or is back. */
  onChange(standingIn: boolean, silenceMs: number): void;
  /** Something overdue cannot be carried out, by a fault of ours. */
  onFault(error: unknown): void;
  /** The brake was pulled: so many sessions fell due within ten seconds. */
  onHeldBack(falling: number): void;
}

/** A timekeeper that was silent for this long is taken for dead, ms: five of its signs of life. */
const SILENCE_MS = 5_000;
/** After the deadline, ms, so that a timekeeper that is only slow does its own work (behaviour D9: a dead one delays by at most 10 s). */
const OVERDUE_MS = 7_000;
/** A timer is exact to a second while its keeper lives; while it is silent nobody else is in the way, ms. */
export const TIMER_OVERDUE_MS = 3_000;
/** Taken at a time: some seconds of work. The rest comes with the next look. */
export const PER_LOOK = 5_000;

/** Carries out what is overdue while no timekeeper gives a sign of life (behaviour D9). */
export class StandIn {
  readonly #brake: Brake;
  readonly #startedAt: number;
  #standingIn = false;

  constructor(
    private readonly sql: Sql,
    private readonly store: EventStore,
    private readonly options: StandInOptions,
  ) {
    const { clock, patience, onHeldBack } = options;
    // A timekeeper that was never heard of may be about to start as well.
    this.#startedAt = clock.now();
    this.#brake = new Brake({ countUnsigned: () => countUnsigned(sql), holdBack: () => holdBack(sql, patience.graceMs), onHeldBack });
  }

  /** As the last look found it. */
  get standingIn(): boolean {
    return this.#standingIn;
  }

  /** One look, once a second. Gives how many leases were ended. Throws what Postgres throws. */
  async look(): Promise<number> {
    const { clock, onChange } = this.options;
    const silenceMs = (await keeperSilence(this.sql)) ?? clock.now() - this.#startedAt;
    const standingIn = silenceMs > SILENCE_MS;
    if (standingIn !== this.#standingIn) onChange(standingIn, silenceMs);
    this.#standingIn = standingIn;
    return standingIn ? this.#endOverdue() : 0;
  }

  async #endOverdue(): Promise<number> {
    const { sql, store } = this;
    const { patience, clock, onFault } = this.options;
    const late = { overdueMs: TIMER_OVERDUE_MS, limit: PER_LOOK, onFault };
    await ringAlarms(sql, store, STATUS_TIMER, statusTimerEnd, late);
    await ringAlarms(sql, store, MODE_TIMER, modeTimerEnd, late);
    const overdue = await readOverdue(sql, OVERDUE_MS, patience.blindMs, PER_LOOK);
    const unsigned = overdue.filter(({ signedOut }) => !signedOut);
    if (await this.#brake.isPulledBy(unsigned, clock.now())) return 0;
    const leaseNos = overdue.map(({ leaseNo }) => leaseNo);
    const ended = await expireDue(sql, store, leaseEnd, leaseNos, { blindMs: patience.blindMs, onFault });
    this.#brake.noteEnded(ended.map(({ leaseNo }) => leaseNo));
    return ended.length;
  }
}
