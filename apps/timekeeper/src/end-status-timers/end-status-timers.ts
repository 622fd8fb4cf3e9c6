import { Inject, Injectable } from '@nestjs/common';
import { type Pools, POOLS } from '#database';
import { STATUS_TIMER, statusTimerEnd } from '#domain/agent-presence/index';
import { EVENT_STORE, type EventStore } from '#event-store';
import { ringAlarms } from '#leases';
import { type Logger, LOGGER } from '#observability';

/** Alarms carried out per look: some hundred milliseconds of work. */
const PER_LOOK = 2_000;

/** Gives earlier intents back when statuses for a while are over, exact to a second (behaviour D15). */
@Injectable()
export class EndStatusTimers {
  readonly #faulty = new Set<string>();

  constructor(
    @Inject(POOLS) private readonly pools: Pools,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** Carries out what is due. Gives how many alarms rang. */
  look(): Promise<number> {
    return ringAlarms(this.pools.engine, this.store, STATUS_TIMER, statusTimerEnd, {
      overdueMs: 0,
      limit: PER_LOOK,
      onFault: (err, { subjectId }) => {
        if (!this.#faulty.has(subjectId)) this.log.error({ err, agentId: subjectId }, 'a status for a while cannot be ended; it is tried again');
        this.#faulty.add(subjectId);
      },
    });
  }
}
