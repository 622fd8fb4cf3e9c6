import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { type Settings, SETTINGS } from '#config';
import { type Pools, POOLS } from '#database';
import { EVENT_STORE, type EventStore } from '#event-store';
import { patienceOf } from '#leases';
import { type Logger, LOGGER, type Metrics, METRICS } from '#observability';
import { coverageAlertMs, ringGaps, ringOpenings } from '#openings';
import { PER_LOOK, StandIn, TIMER_OVERDUE_MS } from './stand-in.js';

const LOOK_EVERY_MS = 1_000;

/**
 * The second who can end leases and timers: while no timekeeper gives a sign of life the projector carries out what is overdue (behaviour
 * D9). Two roles must die before a box can stay online.
 */
@Injectable()
export class Backstop implements OnApplicationBootstrap, OnApplicationShutdown {
  #timer: NodeJS.Timeout | undefined;
  #look: Promise<void> | null = null;
  readonly #standIn: StandIn;

  constructor(
    @Inject(POOLS) private readonly pools: Pools,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(LOGGER) private readonly log: Logger,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(METRICS) metrics: Metrics,
  ) {
    const patience = patienceOf(settings.leaseSeconds);
    const standing = metrics.gauge('ampel_backstop_standing_in', '1 while the timekeeper is silent and the projector ends leases and timers');
    this.#standIn = new StandIn(pools.engine, store, {
      patience,
      clock: { now: () => performance.now() },
      onChange: (standingIn, silenceMs) => {
        standing.set(standingIn ? 1 : 0);
        log.warn({ silenceMs }, standingIn ? 'the timekeeper is silent: standing in' : 'the timekeeper is back');
      },
      onFault: (err) => log.error({ err }, 'the backstop cannot carry out something that is overdue'),
      onHeldBack: (falling) =>
        log.error({ falling, heldBackMs: patience.graceMs }, 'a sudden mass expiry was held back by the backstop'),
    });
  }

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => void (this.#look ??= this.#once().finally(() => (this.#look = null))), LOOK_EVERY_MS);
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    await this.#look;
  }

  async #once(): Promise<void> {
    try {
      await this.#standIn.look();
      if (!this.#standIn.standingIn) return;
      const onFault = (err: unknown): void => this.log.error({ err }, 'the backstop cannot tell the openings of a site');
      await ringOpenings(this.pools.engine, this.store, { overdueMs: TIMER_OVERDUE_MS, limit: PER_LOOK, onFault });
      await ringGaps(this.pools.engine, this.store, { alertAfterMs: coverageAlertMs(this.settings.coverageSeconds), limit: PER_LOOK, onFault });
    } catch (error) {
      // Postgres is away: the projection says so already.
      this.log.debug({ err: error }, 'the backstop could not look');
    }
  }
}
