import { Inject, Injectable } from '@nestjs/common';
import { type Pools, POOLS } from '#database';
import { STATUS_TIMER, statusTimerEnd } from '#domain/agent-presence/index';
import { MODE_TIMER, modeTimerEnd } from '#domain/tenant-settings/index';
import { EVENT_STORE, type EventStore, type NewEvent } from '#event-store';
import { type AlarmRing, ringAlarms } from '#leases';
import { type Logger, LOGGER, type Metrics, METRICS } from '#observability';

/** Alarms of a kind carried out per look: some hundred milliseconds of work. */
const PER_LOOK = 2_000;

/** Gives back what was there before a status (behaviour D15) or a site's mode (D7) that was set for a while, exact to a second. */
@Injectable()
export class EndTimers {
  readonly kinds = [STATUS_TIMER, MODE_TIMER];
  readonly #faulty = new Set<string>();
  readonly #rang: ReturnType<Metrics['counter']>;

  constructor(
    @Inject(POOLS) private readonly pools: Pools,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(LOGGER) private readonly log: Logger,
    @Inject(METRICS) metrics: Metrics,
  ) {
    this.#rang = metrics.counter('ampel_timers_ended_total', 'What was set for a while and ended on time, by kind', ['kind']);
  }

  /** Carries out what is due. Gives how many alarms rang. */
  async look(): Promise<number> {
    const rang = await Promise.all([this.#ring(STATUS_TIMER, statusTimerEnd), this.#ring(MODE_TIMER, modeTimerEnd)]);
    return rang.reduce((sum, each) => sum + each, 0);
  }

  async #ring<S, E extends NewEvent>(kind: string, end: AlarmRing<S, E>): Promise<number> {
    const rang = await ringAlarms(this.pools.engine, this.store, kind, end, {
      overdueMs: 0,
      limit: PER_LOOK,
      onFault: (err, { tenantId, subjectId }) => {
        if (!this.#faulty.has(subjectId)) this.log.error({ err, tenantId, kind, subjectId }, 'what was set for a while cannot be ended; it is tried again');
        this.#faulty.add(subjectId);
      },
    });
    this.#rang.inc({ kind }, rang);
    return rang;
  }
}
