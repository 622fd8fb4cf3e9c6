// What surrounds a consumer in its integration specs: a NATS server, a database, a publisher, Nest applications with a handler of their own.
import { Controller, type INestMicroservice, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { headers } from '@nats-io/transport-node';
import { type CloudEvent, cloudEventOf } from '#contract';
import { createPools, type Pools } from '#database';
import { type Bus, connectBus, declareStream, factSubject } from '#messaging';
import { createLogger, createMetrics, type Metrics } from '#observability';
import { eventually, freshDatabase, type FreshDatabase, type OwnServer, startNats } from '#testing';
import { type ConsumeOptions } from './durable-consumer.js';
import { EventContext } from './event-context.js';
import { JETSTREAM, JetStreamStrategy } from './jetstream-strategy.js';
import { KeepTheReason } from './keep-the-reason.js';
import { ParkedEvents } from './parked-events.js';

const silent = createLogger({ level: 'silent' });
export const STREAM_OF_SPEC = 'AMPEL';
const SUBJECTS = ['v1.*.*.*.*'];
export const TENANT = 'tenant-1';

export interface Seen {
  readonly id: string;
  readonly deliveries: number;
}

/** What a handler does with an event; it may throw, or wait. */
export type Behaviour = (event: CloudEvent, context: EventContext) => Promise<void> | void;

export interface StartedConsumer {
  readonly seen: Seen[];
  readonly metrics: Metrics;
  close(): Promise<void>;
}

export class ConsumerWorld {
  private readonly started: StartedConsumer[] = [];
  private published = 0;

  private constructor(
    readonly nats: OwnServer,
    readonly database: FreshDatabase,
    readonly pools: Pools,
    readonly bus: Bus,
  ) {}

  static async open(): Promise<ConsumerWorld> {
    const [nats, database] = await Promise.all([startNats(), freshDatabase()]);
    const pools = createPools(database.serviceUrl);
    const bus = connectBus({ natsUrl: nats.url }, silent);
    await eventually(() => bus.connected);
    return new ConsumerWorld(nats, database, pools, bus);
  }

  async close(): Promise<void> {
    await Promise.all(this.started.map((consumer) => consumer.close()));
    await this.bus.close();
    await this.pools.close();
    await Promise.all([this.database.drop(), this.nats.discard()]);
  }

  async declare(): Promise<void> {
    await declareStream(this.bus.connection().manager, { name: STREAM_OF_SPEC, subjects: SUBJECTS, maxAgeMs: 0 });
  }

  /** Publishes an event as the relay does; `raw` = other bytes than its own. Gives its id. */
  async publish(options: { type?: string; kind?: string; id?: string; raw?: string } = {}): Promise<string> {
    this.published += 1;
    const { type = 'StatusChanged', kind = 'event', id = `event-${this.published}` } = options;
    const event = cloudEventOf({
      partition: 3, position: this.published, tenantId: TENANT, streamId: 'agent-1', version: 1, type, schemaVersion: 1, eventId: id,
      causationId: null, correlationId: 'c', actor: { kind: 'system', id: 'spec' }, effectiveAt: 0, recordedAt: 0, data: {},
    });
    const subject = factSubject({ partition: 3, tenantId: TENANT, kind, type });
    await this.bus.connection().jetstream.publish(subject, options.raw ?? JSON.stringify(event), { msgID: id, headers: headers() });
    return id;
  }

  /** Another process's consumer, with a connection and pools of its own. */
  async consume(behaviour: Behaviour, options: Partial<ConsumeOptions> & { pattern?: string; durable?: string; pools?: Pools } = {}): Promise<StartedConsumer> {
    const { pattern = '*.*', durable = 'spec', pools = this.pools, ...consume } = options;
    const seen: Seen[] = [];

    @Controller()
    class Handler {
      @EventPattern<string>(pattern, JETSTREAM, { durable })
      async take(@Payload() event: CloudEvent, @Ctx() context: EventContext): Promise<void> {
        seen.push({ id: event.id, deliveries: context.deliveries });
        await behaviour(event, context);
      }
    }

    @Module({ controllers: [Handler] })
    class App {}

    const bus = connectBus({ natsUrl: this.nats.url }, silent);
    const metrics = createMetrics({ processMetrics: false });
    const quick = { firstDelayMs: 20, longestDelayMs: 100, parkAfter: 3, ackWaitMs: 2_000, ...consume };
    const strategy = new JetStreamStrategy({ bus, parked: new ParkedEvents(pools.engine), log: silent, metrics }, quick);
    const app: INestMicroservice = await NestFactory.createMicroservice(App, { strategy, logger: false });
    app.useGlobalFilters(new KeepTheReason());
    await app.listen();
    let closed: Promise<void> | undefined;
    const close = async (): Promise<void> => {
      await app.close();
      await bus.close();
    };
    const consumer = { seen, metrics, close: () => (closed ??= close()) };
    this.started.push(consumer);
    return consumer;
  }

  /** What is parked: event id and why. */
  async parked(): Promise<{ eventId: string; state: string; reason: string; deliveries: number }[]> {
    const { rows } = await this.pools.engine.query<{ eventId: string; state: string; reason: string; deliveries: number }>(
      `SELECT event_id AS "eventId", state, reason, deliveries FROM consumer.parked_event ORDER BY event_id`,
    );
    return rows;
  }

  /** Messages that the consumer has neither acknowledged nor been given. */
  async outstanding(durable = 'spec'): Promise<{ unacknowledged: number; waiting: number }> {
    const info = await this.bus.connection().manager.consumers.info(STREAM_OF_SPEC, durable);
    return { unacknowledged: info.num_ack_pending, waiting: info.num_pending };
  }
}
