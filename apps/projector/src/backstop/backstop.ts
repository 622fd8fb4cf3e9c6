import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { type Settings, SETTINGS } from '#config';
import { type Pools, POOLS } from '#database';
import { leaseEnd, STATUS_TIMER, statusTimerEnd } from '#domain/agent-presence/index';
import { MODE_TIMER, modeTimerEnd } from '#domain/tenant-settings/index';
import { EVENT_STORE, type EventStore } from '#event-store';
import { Brake, countUnsigned, expireDue, holdBack, keeperSilence, type Patience, patienceOf, readOverdue, ringAlarms } from '#leases';
import { type Logger, LOGGER } from '#observability';

const LOOK_EVERY_MS = 1_000;
/** A timekeeper that was silent for this long is taken for dead, ms: five of its signs of life. */
const SILENCE_MS = 5_000;
/** After the deadline, ms, so that a timekeeper that is only slow does its own work (behaviour D9: a dead one delays by at most 10 s). */
const OVERDUE_MS = 7_000;
/** A timer is exact to a second while its keeper lives; while it is silent nobody else is in the way, ms. */
const TIMER_OVERDUE_MS = 3_000;
/** Taken at a time: some seconds of work. The rest comes with the next look. */
const PER_LOOK = 5_000;

/**
 * The second who can end leases and timers: while no timekeeper gives a sign of life the projector carries out what is overdue (behaviour
 * D9). Two roles must die before a box can stay online.
 */
@Injectable()
export class Backstop implements OnApplicationBootstrap, OnApplicationShutdown {
  #timer: NodeJS.Timeout | undefined;
  #look: Promise<void> | null = null;
  #standingIn = false;
  /** Of this process, ms: a timekeeper that was never heard of may be about to start as well. */
  readonly #startedAt = performance.now();
  readonly #patience: Patience;
  readonly #brake: Brake;

  constructor(
    @Inject(POOLS) private readonly pools: Pools,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(LOGGER) private readonly log: Logger,
    @Inject(SETTINGS) { leaseSeconds }: Settings,
  ) {
    const { engine } = pools;
    this.#patience = patienceOf(leaseSeconds);
    const heldBackMs = this.#patience.graceMs;
    this.#brake = new Brake({
      countUnsigned: () => countUnsigned(engine),
      holdBack: () => holdBack(engine, heldBackMs),
      onHeldBack: (falling) => log.error({ falling, heldBackMs }, 'a sudden mass expiry was held back by the backstop'),
    });
  }

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => void (this.#look ??= this.#standIn().finally(() => (this.#look = null))), LOOK_EVERY_MS);
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    await this.#look;
  }

  async #standIn(): Promise<void> {
    try {
      const silenceMs = (await keeperSilence(this.pools.engine)) ?? performance.now() - this.#startedAt;
      const standingIn = silenceMs > SILENCE_MS;
      if (standingIn !== this.#standingIn) {
        this.log.warn({ silenceMs }, standingIn ? 'the timekeeper is silent: standing in' : 'the timekeeper is back');
      }
      this.#standingIn = standingIn;
      if (standingIn) await this.#endOverdue();
    } catch (error) {
      // Postgres is away: the projection says so already.
      this.log.debug({ err: error }, 'the backstop could not look');
    }
  }

  async #endOverdue(): Promise<void> {
    const { engine } = this.pools;
    const onFault = (err: unknown): void => this.log.error({ err }, 'the backstop cannot carry out something that is overdue');
    const late = { overdueMs: TIMER_OVERDUE_MS, limit: PER_LOOK, onFault };
    await ringAlarms(engine, this.store, STATUS_TIMER, statusTimerEnd, late);
    await ringAlarms(engine, this.store, MODE_TIMER, modeTimerEnd, late);
    const { blindMs } = this.#patience;
    const overdue = await readOverdue(engine, OVERDUE_MS, blindMs, PER_LOOK);
    const unsigned = overdue.filter(({ signedOut }) => !signedOut);
    if (await this.#brake.isPulledBy(unsigned, performance.now())) return;
    const leaseNos = overdue.map(({ leaseNo }) => leaseNo);
    const ended = await expireDue(engine, this.store, leaseEnd, leaseNos, { blindMs, onFault });
    this.#brake.noteEnded(ended.map(({ leaseNo }) => leaseNo));
  }
}
