// What surrounds the sender in its integration specs: a database with tenants, endpoints and events; senders of several processes.
import { createPools, type Pools } from '#database';
import { PostgresEventStore, handleCommand, type StoredEvent } from '#event-store';
import { addWebhook, type Webhook, type WebhookEvent, webhookFold } from '#domain/tenant-settings/index';
import { createLogger, createMetrics } from '#observability';
import { freshDatabase, type FreshDatabase } from '#testing';
import { addEndpoint, type DeliveryRow, findEndpoint, listDeliveries, newWebhookSecret, queueDeliveries, type WebhookRow, WebhookSecrets } from '#webhooks';
import { disablingWith } from './disable-webhook.js';
import { payloadReader } from './read-payload.js';
import { ServeEndpoint, type ServingOptions } from './serve-endpoint.js';
import { SENDER_DEFAULTS, type SenderOptions, WebhookSender } from './webhook-sender.js';

const silent = createLogger({ level: 'silent' });
const TOKEN_SECRET = 's'.repeat(43);

export interface Endpoint {
  readonly tenant: { readonly id: string; readonly partition: number };
  readonly id: string;
  readonly secret: string;
}

export interface StartedSender {
  readonly sender: WebhookSender;
  stop(): Promise<void>;
}

export class SenderWorld {
  private readonly senders: StartedSender[] = [];
  private things = 0;

  private constructor(
    readonly database: FreshDatabase,
    readonly pools: Pools,
    readonly store: PostgresEventStore,
  ) {}

  static async open(): Promise<SenderWorld> {
    const database = await freshDatabase();
    const pools = createPools(database.serviceUrl);
    return new SenderWorld(database, pools, new PostgresEventStore(pools));
  }

  async close(): Promise<void> {
    await Promise.all(this.senders.map((one) => one.stop()));
    await this.pools.close();
    await this.database.drop();
  }

  async addTenant(id: string, partition = 5): Promise<Endpoint['tenant']> {
    await this.pools.engine.query(
      `INSERT INTO directory.tenant (tenant_id, slug, name, partition, plan, lease_seconds) VALUES ($1, $1, $1, $2, 'pro', 120)`,
      [id, partition],
    );
    return { id, partition };
  }

  async addEndpoint(tenant: Endpoint['tenant'], url: string, eventTypes = ['ThingHappened'], id = this.store.newId()): Promise<Endpoint> {
    const secret = newWebhookSecret();
    const sealed = new WebhookSecrets(TOKEN_SECRET).seal(tenant.id, id, secret);
    await addEndpoint(this.pools.engine, tenant, { id, name: 'spec', url, eventTypes, secret: sealed });
    const stream = { tenantId: tenant.id, partition: tenant.partition, streamId: `webhook-${id}` };
    const address = { origin: new URL(url).origin, fingerprint: 'f' };
    await handleCommand<Webhook, WebhookEvent>(this.store, {
      stream, fold: webhookFold, actor: { kind: 'system', id: 'spec' }, decide: (webhook) => addWebhook({ webhookId: id, address, eventTypes }, webhook),
    });
    return { tenant, id, secret };
  }

  /** Appends events to a stream of their own; gives them as stored. */
  async happen(tenant: Endpoint['tenant'], count = 1, type = 'ThingHappened'): Promise<StoredEvent[]> {
    this.things += 1;
    const stream = { tenantId: tenant.id, partition: tenant.partition, streamId: `thing-${this.things}` };
    const outcome = await this.store.append({
      stream, expectedVersion: 0, events: Array.from({ length: count }, (_, n) => ({ type, data: { n } })),
      decidedAt: Date.now() - 1, state: {}, stateVersion: 1, actor: { kind: 'system', id: 'spec' }, commandId: this.store.newId(), correlationId: 'c',
    });
    if (outcome.kind !== 'appended') throw new Error(outcome.kind);
    return this.store.readStream(stream);
  }

  queue(events: readonly StoredEvent[]): Promise<number> {
    return queueDeliveries(this.pools.engine, events.map((event) => ({ ...event, kind: 'event' as const })));
  }

  /** Happens and is queued. */
  async tell(tenant: Endpoint['tenant'], count = 1): Promise<string[]> {
    const events = await this.happen(tenant, count);
    await this.queue(events);
    return events.map(({ eventId }) => eventId);
  }

  /** Another process's sender. */
  startSender(options: Partial<ServingOptions & SenderOptions & { tokenSecret: string }> = {}): StartedSender {
    const pools = createPools(this.database.serviceUrl);
    const store = new PostgresEventStore(pools);
    const { tokenSecret = TOKEN_SECRET } = options;
    const ports = {
      sql: pools.engine, payloads: payloadReader(store, pools.engine), secrets: new WebhookSecrets(tokenSecret), disable: disablingWith(store, silent),
      clock: { now: () => Date.now() }, log: silent, metrics: createMetrics({ processMetrics: false }),
    };
    const serving = { loopback: true, timeoutMs: 10_000, atOnce: 4, rounds: 20, schedule: [30, 60, 90], rest: () => 5, ...options };
    const sender = new WebhookSender(pools.engine, new ServeEndpoint(ports, serving), silent, { ...SENDER_DEFAULTS, lookEveryMs: 20, stopMs: 200, ...options });
    sender.start();
    let stopped: Promise<void> | undefined;
    const stop = async (): Promise<void> => {
      await sender.stop();
      await pools.close();
    };
    const started = { sender, stop: () => (stopped ??= stop()) };
    this.senders.push(started);
    return started;
  }

  deliveries({ tenant, id }: Endpoint): Promise<DeliveryRow[]> {
    return listDeliveries(this.pools.engine, tenant.id, id, { after: null, limit: 500 });
  }

  async states(endpoint: Endpoint): Promise<Record<string, number>> {
    const states: Record<string, number> = {};
    for (const { state } of await this.deliveries(endpoint)) states[state] = (states[state] ?? 0) + 1;
    return states;
  }

  async row({ tenant, id }: Endpoint): Promise<WebhookRow | null> {
    return findEndpoint(this.pools.engine, tenant.id, id);
  }

  /** What happened to a webhook, by its stream. */
  async facts({ tenant, id }: Endpoint): Promise<{ type: string; data: object }[]> {
    const events = await this.store.readStream({ tenantId: tenant.id, partition: tenant.partition, streamId: `webhook-${id}` });
    return events.map(({ type, data }) => ({ type, data }));
  }
}
