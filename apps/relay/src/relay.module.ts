import { Inject, Module } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { CLOCK, type Clock } from '#clock';
import { type Settings, SETTINGS } from '#config';
import { POOLS, type Pools } from '#database';
import { EVENT_STORE, type EventStore, EventStoreModule } from '#event-store';
import { Readiness } from '#http-kit';
import { BUS, type Bus, DEFAULT_MAX_AGE_MS, STREAM, STREAM_SUBJECTS, type StreamDeclaration, TraceHints } from '#messaging';
import { LOGGER, type Logger, METRICS, type Metrics, TRACING, type Tracing } from '#observability';
import { emptyOutboxes } from './empty-outboxes.js';
import { OneAtATime } from './one-at-a-time.js';
import { type Outbox, OUTBOXES } from './outbox.js';
import { boxChangesOutbox } from './publish-box-changes/box-changes-outbox.js';
import { eventsOutbox } from './publish-events/events-outbox.js';
import { SendWebhooksModule } from './send-webhooks/send-webhooks.module.js';

/** The product's stream. */
export const STREAM_DECLARATION: StreamDeclaration = { name: STREAM, subjects: [STREAM_SUBJECTS], maxAgeMs: DEFAULT_MAX_AGE_MS };

/** "rela" in ASCII, and the first relay: which advisory lock its holder has. */
const LOCK = [0x72656c61, 1] as const;

/**
 * The relay: copies what is committed in Postgres into JetStream, by two slices: the event log (publish-events) and the shown log
 * (publish-box-changes). It may run several times; one works, the others stand by. Its third slice takes the last step outside
 * (send-webhooks), in all of them (ADR 12).
 */
@Module({
  imports: [EventStoreModule, SendWebhooksModule],
  providers: [
    {
      provide: OUTBOXES,
      inject: [EVENT_STORE, POOLS, BUS, TRACING],
      useFactory: (store: EventStore, pools: Pools, bus: Bus, tracing: Tracing | null): Outbox[] => {
        const traces = tracing === null ? undefined : new TraceHints(bus); // as long as the process
        return [eventsOutbox(store, traces), boxChangesOutbox(pools.engine, traces)];
      },
    },
    {
      provide: OneAtATime,
      inject: [POOLS, OUTBOXES, BUS, CLOCK, LOGGER, METRICS, SETTINGS, TRACING],
      useFactory: (
        pools: Pools, outboxes: Outbox[], bus: Bus, clock: Clock, log: Logger, metrics: Metrics, { streamReplicas: replicas }: Settings,
        tracing: Tracing | null,
      ) => {
        const work = () => emptyOutboxes({ outboxes, bus, clock, log, metrics, tracing, stream: { ...STREAM_DECLARATION, replicas } });
        return new OneAtATime(pools.engine, LOCK, work, log);
      },
    },
  ],
})
export class RelayModule implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    @Inject(OneAtATime) private readonly relay: OneAtATime,
    @Inject(BUS) bus: Bus,
    @Inject(Readiness) readiness: Readiness,
    @Inject(METRICS) metrics: Metrics,
  ) {
    const help = '1 while this process holds the lock and publishes, 0 while it stands by';
    metrics.observed('ampel_relay_working', help, [], () => [{ value: relay.standing === 'working' ? 1 : 0 }]);
    readiness.add('relay', 'nats', () => (bus.connected ? null : 'NATS is away'));
    readiness.add('relay', 'lock', () =>
      ['working', 'standing by'].includes(relay.standing) ? null : 'neither holds the lock of the relay nor stands by: Postgres is away',
    );
  }

  onApplicationBootstrap(): void {
    this.relay.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.relay.stop();
  }
}
