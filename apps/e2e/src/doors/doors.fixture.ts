import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import pg from 'pg';
import { AdminApiModule } from '#apps/admin-api/src/admin-api.module';
import { AgentApiModule } from '#apps/agent-api/src/agent-api.module';
import { ProjectorModule } from '#apps/projector/src/projector.module';
import { WidgetApiModule } from '#apps/widget-api/src/widget-api.module';
import { readSettings } from '#config';
import { ParkedEvents } from '#event-consumers';
import { EVENT_STORE, type EventStore } from '#event-store';
import { runService, type Service, type ServiceOptions } from '#http-kit';
import { createLogger } from '#observability';
import { eventually, freshDatabase, type FreshDatabase, natsUrl } from '#testing';
import { queueDeliveries } from '#webhooks';

export const PLATFORM = 'insecure-token-of-the-doors';
export const TOKEN_SECRET = 'insecure secret of the doors, 32 bytes';
export const PASSWORD = 'a-password-of-the-doors';

/** What a request carries beside method and URL. `body` is sent as JSON, `raw` as it is. */
export interface Sent {
  readonly token?: string | undefined;
  readonly body?: unknown;
  readonly raw?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  // Bodies of answers are looked at field by field.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any;
}

export interface DoorsOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly runtime?: ServiceOptions['runtime'] | ((database: FreshDatabase) => ServiceOptions['runtime']);
  readonly logger?: ServiceOptions['logger'];
}

/** The three doors and the projector in one process on a database of their own; requests go in without a socket, except to streams. */
export class Doors {
  private constructor(
    readonly service: Service,
    readonly database: FreshDatabase,
    /** The administrator's look at the database; sees every tenant. */
    readonly admin: pg.Pool,
    private readonly borrowed: ServiceOptions['runtime'],
  ) {}

  static async open({ env, runtime, logger }: DoorsOptions = {}): Promise<Doors> {
    const database = await freshDatabase();
    const admin = new pg.Pool({ connectionString: database.adminUrl, max: 1, options: '-c ampel.scope=all' });
    admin.on('error', () => undefined); // a failed run may end Postgres before this pool
    const settings = readSettings({
      DATABASE_URL: database.serviceUrl,
      NATS_URL: natsUrl(),
      AMPEL_PORT: '0',
      AMPEL_TOKEN_SECRET: TOKEN_SECRET,
      AMPEL_ADMIN_TOKEN: PLATFORM,
      ...env,
    });
    const parts = typeof runtime === 'function' ? runtime(database) : runtime;
    const service = await runService({
      roles: ['agent-api', 'admin-api', 'widget-api', 'projector'],
      modules: [AgentApiModule, AdminApiModule, WidgetApiModule, ProjectorModule],
      settings,
      logger: logger ?? createLogger({ level: 'silent' }),
      ...(parts ? { runtime: parts } : {}),
    });
    return new Doors(service, database, admin, parts);
  }

  async close(): Promise<void> {
    await this.service.close();
    await this.borrowed?.pools?.close();
    await this.admin.end();
    await this.database.drop();
  }

  get store(): EventStore {
    return this.service.app.get<EventStore>(EVENT_STORE, { strict: false });
  }

  /** One request. `url` is the path with its query, as it goes out. */
  async ask(method: string, url: string, { token, body, raw, headers }: Sent = {}): Promise<Answered> {
    const fastify = (this.service.app as NestFastifyApplication).getHttpAdapter().getInstance();
    const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const answer = await fastify.inject({
      method: method as 'GET',
      url,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(payload === undefined ? {} : { payload }),
    });
    const text = answer.body;
    return { status: answer.statusCode, headers: answer.headers, text, body: text.startsWith('{') ? (JSON.parse(text) as unknown) : undefined };
  }

  /** As `ask` by the platform, and the answer has to be a success; gives its body. */
  async did(method: string, url: string, body?: unknown, token = PLATFORM) {
    const answer = await this.ask(method, url, { token, body });
    if (answer.status >= 300) throw new Error(`${method} ${url}: ${answer.status} ${answer.text}`);
    return answer.body;
  }

  /** The head of a stream's answer, over a socket; what follows is cut off. */
  async askStream(url: string, { token, headers }: Sent = {}): Promise<Answered> {
    const cut = new AbortController();
    const answer = await fetch(this.service.url + url, {
      headers: { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...headers },
      signal: cut.signal,
    });
    const text = answer.status === 200 ? '' : await answer.text();
    cut.abort();
    return { status: answer.status, headers: Object.fromEntries(answer.headers), text, body: text === '' ? undefined : JSON.parse(text) };
  }

  /** A tenant of any plan. */
  async addTenant(slug: string): Promise<Home> {
    const { id } = await this.did('POST', '/admin/v1/tenants', { slug, name: `Tenant ${slug}` });
    const { rows } = await this.admin.query<{ partition: number }>('SELECT partition FROM directory.tenant WHERE slug = $1', [slug]);
    return new Home(this, id as string, slug, rows[0]?.partition ?? -1);
  }
}

/** A tenant behind the doors. */
export class Home {
  constructor(
    private readonly doors: Doors,
    readonly id: string,
    readonly slug: string,
    readonly partition: number,
  ) {}

  /** `/admin/v1/tenants/<id>` */
  get path(): string {
    return `/admin/v1/tenants/${this.id}`;
  }

  async addAgent(name: string, more: object = {}): Promise<string> {
    const body = { email: `${name}@${this.slug}.example`, name, password: PASSWORD, ...more };
    return (await this.doors.did('POST', `${this.path}/agents`, body)).id as string;
  }

  /** An API key of this role: its id and the key itself. */
  async addKey(role: string): Promise<{ id: string; key: string }> {
    return this.doors.did('POST', `${this.path}/api-keys`, { name: role, role });
  }

  async addSite(origins: readonly string[] = []): Promise<{ id: string; key: string }> {
    return this.doors.did('POST', `${this.path}/sites`, { name: 'Shop', origins, timeZone: 'Europe/Berlin' });
  }

  async openSession(agentId: string): Promise<{ sessionId: string; accessToken: string; refreshToken: string }> {
    return this.doors.did('POST', `${this.path}/agents/${agentId}/sessions`, { device: { kind: 'mobile' } });
  }

  /** A person of this role who is signed in. */
  async person(role: string, name: string): Promise<{ agentId: string; accessToken: string }> {
    const agentId = await this.addAgent(name, { role });
    return { agentId, accessToken: (await this.openSession(agentId)).accessToken };
  }

  /** The site and the group have hours, and holidays. */
  async giveHours({ siteId, groupId }: Readonly<Record<string, string>>): Promise<void> {
    const hours = { weekly: [{ days: ['mo'], opens: '08:00', closes: '17:00' }], holidays: { country: 'DE' } };
    for (const place of [`sites/${siteId}`, `groups/${groupId}`]) await this.doors.did('PUT', `${this.path}/${place}/hours`, hours);
  }

  /** One of everything that has an id in a path. The names are those of the paths' parameters. */
  async furnish(): Promise<Record<string, string>> {
    const { path, id: tenantId, partition } = this;
    const site = await this.addSite();
    const { id: groupId } = await this.doors.did('POST', `${path}/groups`, { name: 'DE' });
    const agentId = await this.addAgent('furniture', { groupIds: [groupId] });
    const { sessionId } = await this.openSession(agentId);
    const { id: apiKeyId } = await this.addKey('agent');
    const webhook = { name: 'Shop', url: 'https://hooks.acme-shop.com/in', eventTypes: ['*'] };
    const { id: webhookId } = await this.doors.did('POST', `${path}/webhooks`, webhook);
    const { store, admin } = this.doors;
    const told = await store.readStream({ tenantId, partition, streamId: `webhook-${webhookId}` });
    await queueDeliveries(admin, told.map((event) => ({ ...event, kind: 'event' as const })));
    const { deliveries } = await this.doors.did('GET', `${path}/webhooks/${webhookId}/deliveries`);
    const parked = { tenantId, consumer: 'spec', eventId: store.newId(), type: 'StatusChanged', subject: 's', data: Buffer.from('{'), deliveries: 10 };
    await new ParkedEvents(admin).park(parked, 'the handler did not like it');
    const { parkedEvents } = await this.doors.did('GET', `${path}/parked-events`);
    const [deliveryId, parkedId] = [deliveries[0].id as string, parkedEvents[0].id as string];
    const date = `${new Date().getUTCFullYear() + 1}-12-25`;
    await this.giveHours({ siteId: site.id, groupId });
    await eventually(() => this.doors.did('GET', `/widget/v1/sites/${site.key}/status`));
    const message = { visitor: 'v1', text: 'Is anybody there?', email: 'visitor@example.com' }; // over the bus, which may need a moment
    const { messageId } = await eventually(() => this.doors.did('POST', `/widget/v1/sites/${site.key}/conversations/c1/messages`, message));
    const { id: replayId } = await this.doors.did('POST', '/admin/v1/replays', { mode: 'verify', tenantId });
    return { tenantId, replayId, siteId: site.id, siteKey: site.key, groupId, agentId, sessionId, apiKeyId, webhookId, deliveryId, parkedId, date, messageId };
  }
}
