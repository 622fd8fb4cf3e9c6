import { Inject, Module } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { CLOCK, type Clock } from '#clock';
import { type Settings, SETTINGS } from '#config';
import { POOLS, type Pools } from '#database';
import { JetStreamStrategy, KeepTheReason, ParkedEvents } from '#event-consumers';
import { EVENT_STORE, type EventStore, EventStoreModule } from '#event-store';
import { EventTransports, Readiness } from '#http-kit';
import { BUS, type Bus } from '#messaging';
import { LOGGER, type Logger, METRICS, type Metrics, TRACING, type Tracing } from '#observability';
import { WebhookSecrets } from '#webhooks';
import { disablingWith } from './disable-webhook.js';
import { QueueDeliveriesController } from './queue-deliveries.controller.js';
import { payloadReader } from './read-payload.js';
import { restAfter, RETRY_AFTER } from './retry-rules.js';
import { ServeEndpoint } from './serve-endpoint.js';
import { WebhookSender } from './webhook-sender.js';

/** An attempt may take so long in all, ms: receivers should answer first and work then (Standard Webhooks: 15 to 30 s). */
const TIMEOUT_MS = 15_000;
const AT_ONCE = 10;
const ROUNDS = 20;

/** Takes events from the stream like any outside consumer, and sends them to the tenants' endpoints. */
@Module({
  imports: [EventStoreModule],
  controllers: [QueueDeliveriesController],
  providers: [
    {
      provide: WebhookSender,
      inject: [POOLS, EVENT_STORE, CLOCK, SETTINGS, LOGGER, METRICS],
      useFactory: (pools: Pools, store: EventStore, clock: Clock, settings: Settings, log: Logger, metrics: Metrics) => {
        const sql = pools.engine;
        const ports = {
          sql,
          payloads: payloadReader(store, sql),
          secrets: new WebhookSecrets(settings.tokenSecret ?? ''),
          disable: disablingWith(store, log),
          clock,
          log,
          metrics,
        };
        const loopback = settings.webhookLoopback ?? false;
        const options = { loopback, timeoutMs: TIMEOUT_MS, atOnce: AT_ONCE, rounds: ROUNDS, schedule: RETRY_AFTER, rest: restAfter };
        return new WebhookSender(sql, new ServeEndpoint(ports, options), log);
      },
    },
    {
      provide: JetStreamStrategy,
      inject: [POOLS, BUS, LOGGER, METRICS, TRACING],
      useFactory: (pools: Pools, bus: Bus, log: Logger, metrics: Metrics, tracing: Tracing | null) =>
        new JetStreamStrategy({ bus, parked: new ParkedEvents(pools.engine), log, metrics, tracing }),
    },
  ],
})
export class SendWebhooksModule implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    @Inject(WebhookSender) private readonly sender: WebhookSender,
    @Inject(JetStreamStrategy) strategy: JetStreamStrategy,
    @Inject(EventTransports) transports: EventTransports,
    @Inject(Readiness) readiness: Readiness,
  ) {
    transports.add({ strategy, filters: [new KeepTheReason()] });
    readiness.add('relay', 'webhooks', () => sender.fault);
  }

  onApplicationBootstrap(): void {
    this.sender.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.sender.stop();
  }
}
