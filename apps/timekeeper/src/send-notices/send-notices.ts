import { Inject, Injectable } from '@nestjs/common';
import { type Clock, CLOCK } from '#clock';
import { ringConversations } from '#conversations';
import { type Pools, POOLS } from '#database';
import { LAPSE_ALARM, NOTICE_ALARM } from '#domain/conversations/index';
import { EVENT_STORE, type EventStore } from '#event-store';
import { type Bus, BUS } from '#messaging';
import { type Logger, LOGGER, type Metrics, METRICS } from '#observability';

/** Conversations looked at per look, of each kind of alarm: a few hundred milliseconds of work. */
const PER_LOOK = 500;

/** Tells visitors who wait that we are busy, or offline (behaviour D16), and ends conversations in which nobody writes any more. */
@Injectable()
export class SendNotices {
  readonly kinds = [NOTICE_ALARM, LAPSE_ALARM];
  readonly #faulty = new Set<string>();
  readonly #rang: ReturnType<Metrics['counter']>;

  constructor(
    @Inject(POOLS) private readonly pools: Pools,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(BUS) private readonly bus: Bus,
    @Inject(LOGGER) private readonly log: Logger,
    @Inject(METRICS) metrics: Metrics,
  ) {
    this.#rang = metrics.counter('ampel_conversation_alarms_total', 'Conversations looked at because a notice or their end was due');
  }

  /** Carries out what is due. Gives how many alarms rang. */
  async look(): Promise<number> {
    const rang = await ringConversations(this.pools.engine, this.store, {
      limit: PER_LOOK,
      now: () => this.clock.now(),
      tell: (row, partition) => this.bus.publish(`conversation.${partition}`, row),
      onFault: (err, { tenantId, kind, subjectId }) => {
        if (!this.#faulty.has(subjectId)) this.log.error({ err, tenantId, kind, subjectId }, 'a notice cannot be sent; it is tried again');
        this.#faulty.add(subjectId);
      },
    });
    this.#rang.inc(rang);
    return rang;
  }
}
