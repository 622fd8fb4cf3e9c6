// What surrounds a relay in its integration specs: servers, a log to append to, an observer of the stream. It holds no spec itself.
import { measuredClock } from '#clock';
import type { CloudEvent } from '#contract';
import { createPools, type Pools } from '#database';
import { PostgresEventStore } from '#event-store';
import { type Bus, connectBus, PARTITION_HEADER, POSITION_HEADER, STREAM } from '#messaging';
import { createLogger, createMetrics } from '#observability';
import { eventually, freshDatabase, type FreshDatabase, type OwnServer, startNats } from '#testing';
import { emptyOutboxes } from './empty-outboxes.js';
import { OneAtATime } from './one-at-a-time.js';
import { boxChangesOutbox } from './publish-box-changes/box-changes-outbox.js';
import { eventsOutbox } from './publish-events/events-outbox.js';
import { STREAM_DECLARATION } from './relay.module.js';

const silent = createLogger({ level: 'silent' });

export interface Delivered {
  readonly sequence: number;
  readonly subject: string;
  readonly id: string;
  readonly partition: number;
  readonly position: number;
  readonly message: CloudEvent;
}

export interface StartedRelay {
  readonly relay: OneAtATime;
  readonly pools: Pools;
  close(): Promise<void>;
}

export class RelayWorld {
  /** Appends in sequence, so that their bells ring in sequence too. */
  private appended = 0;
  private readonly relays: StartedRelay[] = [];

  private constructor(
    readonly nats: OwnServer,
    readonly database: FreshDatabase,
    readonly pools: Pools,
    readonly bus: Bus,
    readonly store: PostgresEventStore,
  ) {}

  static async open(options: { bells?: boolean } = {}): Promise<RelayWorld> {
    const [nats, database] = await Promise.all([startNats(), freshDatabase()]);
    const pools = createPools(database.serviceUrl);
    const bus = connectBus({ natsUrl: nats.url }, silent);
    await eventually(() => bus.connected);
    const store = new PostgresEventStore(pools, options.bells === false ? {} : { onCommitted: (bells) => bus.ring(bells) });
    return new RelayWorld(nats, database, pools, bus, store);
  }

  async close(): Promise<void> {
    await Promise.all(this.relays.map((relay) => relay.close()));
    await this.bus.close();
    await this.pools.close();
    await Promise.all([this.database.drop(), this.nats.discard()]);
  }

  /** Another process's relay: with pools and a connection of its own. Relays of another `lock` do not know of each other. */
  startRelay(lock = 1): StartedRelay {
    const pools = createPools(this.database.serviceUrl);
    const bus = connectBus({ natsUrl: this.nats.url }, silent);
    const clock = measuredClock(() => Promise.resolve(Date.now()));
    const outboxes = [eventsOutbox(new PostgresEventStore(pools)), boxChangesOutbox(pools.engine)];
    const ports = { outboxes, bus, clock, log: silent, metrics: createMetrics({ processMetrics: false }), stream: STREAM_DECLARATION };
    const relay = new OneAtATime(pools.engine, [1, lock], () => emptyOutboxes(ports), silent);
    relay.start();
    let closed: Promise<void> | undefined;
    const close = async (): Promise<void> => {
      await relay.stop();
      clock.stop();
      await bus.close();
      await pools.close();
    };
    const started = { relay, pools, close: () => (closed ??= close()) };
    this.relays.push(started);
    return started;
  }

  /** A fact on a stream of its own. */
  async append(partition: number, count = 1, tenantId = `tenant-${partition}`): Promise<void> {
    this.appended += 1;
    const streamId = `thing-${this.appended}`;
    const events = Array.from({ length: count }, (_, n) => ({ type: n === 0 ? 'ThingAdded' : 'ThingChanged', data: { n } }));
    const outcome = await this.store.append({
      stream: { tenantId, partition, streamId },
      expectedVersion: 0,
      events,
      decidedAt: Date.now() - 1,
      state: {},
      stateVersion: 1,
      actor: { kind: 'system', id: 'spec' },
      commandId: this.store.newId(),
      correlationId: this.store.newId(),
    });
    if (outcome.kind !== 'appended') throw new Error(`not appended: ${outcome.kind}`);
  }

  /** Everything in the stream, in its order. */
  async delivered(kind = 'event'): Promise<Delivered[]> {
    const { manager } = this.bus.connection();
    const { state } = await manager.streams.info(STREAM);
    const sequences = Array.from({ length: state.messages }, (_, i) => state.first_seq + i);
    const messages = await Promise.all(sequences.map((seq) => manager.streams.getMessage(STREAM, { seq })));
    return messages.flatMap((message) =>
      message === null || message.subject.split('.')[3] !== kind
        ? []
        : [
            {
              sequence: message.seq,
              subject: message.subject,
              id: message.header.get('Nats-Msg-Id'),
              partition: Number(message.header.get(PARTITION_HEADER)),
              position: Number(message.header.get(POSITION_HEADER)),
              message: message.json<CloudEvent>(),
            },
          ],
    );
  }

  /** Positions of the log and of the stream, per partition: `1-3` means 1, 2, 3 in this order. */
  async compare(): Promise<{ log: Record<number, string>; stream: Record<number, string> }> {
    const heads = await this.store.heads();
    const positions = new Map<number, number[]>();
    for (const { partition, position } of await this.delivered()) {
      positions.set(partition, [...(positions.get(partition) ?? []), position]);
    }
    return {
      log: Object.fromEntries([...heads].map(([partition, head]) => [partition, `1-${head}`])),
      stream: Object.fromEntries([...positions].map(([partition, list]) => [partition, inWords(list)])),
    };
  }
}

function inWords(positions: readonly number[]): string {
  return positions.every((position, index) => position === index + 1) ? `1-${positions.length}` : positions.join(' ');
}
