import { expect } from '@jest/globals';
import pg from 'pg';
import { readSettings } from '#config';
import { addMessage } from '#conversations';
import { openSessionTokens } from '#directory';
import { type AgentEvent, type Agent, agentFold, changeStatus, logIn, signOut, type Status } from '#domain/agent-presence/index';
import { ParkedEvents } from '#event-consumers';
import { EVENT_STORE, type EventStore, handleCommand } from '#event-store';
import { AccessTokens, type AgentPrincipal, runService, type Service } from '#http-kit';
import { openLease } from '#leases';
import { createLogger } from '#observability';
import { queueDeliveries } from '#webhooks';
import { freshDatabase, type FreshDatabase, natsUrl } from '#testing';
import { AdminApiModule } from './admin-api.module.js';

export const PLATFORM = 'insecure-platform-token-of-the-spec';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // Bodies of answers are looked at field by field.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any;
}

export interface Request {
  readonly body?: unknown;
  readonly token?: string | null;
  readonly key?: string;
  readonly headers?: Record<string, string>;
}

export interface Tenant {
  readonly id: string;
  readonly partition: number;
  /** `/tenants/<id>` */
  readonly path: string;
}

/** The admin API of one spec file on a database of its own. No projector runs: its checkpoints stand at the end of all positions. */
export class AdminApi {
  private constructor(
    private readonly service: Service,
    private readonly database: FreshDatabase,
    readonly admin: pg.Pool,
    readonly store: EventStore,
  ) {}

  static async start(): Promise<AdminApi> {
    const database = await freshDatabase();
    const admin = new pg.Pool({ connectionString: database.adminUrl, max: 1, options: '-c ampel.scope=all' });
    admin.on('error', () => undefined); // a failed run may end Postgres before this pool
    await admin.query('UPDATE read.checkpoint SET position = 9007199254740991');
    const settings = readSettings({
      DATABASE_URL: database.serviceUrl,
      NATS_URL: natsUrl(),
      AMPEL_PORT: '0',
      AMPEL_TOKEN_SECRET: 's'.repeat(43),
      AMPEL_ADMIN_TOKEN: PLATFORM,
    });
    const logger = createLogger({ level: 'silent' });
    const service = await runService({ roles: ['admin-api'], modules: [AdminApiModule], settings, logger });
    return new AdminApi(service, database, admin, service.app.get<EventStore>(EVENT_STORE, { strict: false }));
  }

  async stop(): Promise<void> {
    await this.service.close();
    await this.admin.end();
    await this.database.drop();
  }

  /** Calls `/admin/v1<path>`, as the platform unless another token is given; `token: null` sends none. */
  async call(method: string, path: string, { body, token = PLATFORM, key, headers }: Request = {}): Promise<Answer> {
    const answer = await fetch(`${this.service.url}/admin/v1${path}`, {
      method,
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(key === undefined ? {} : { 'idempotency-key': key }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    const isJson = /json/.test(answer.headers.get('content-type') ?? '');
    return { status: answer.status, headers: answer.headers, text, body: isJson && text !== '' ? JSON.parse(text) : undefined };
  }

  /** As `call`, and the answer has to be a success. */
  async did(method: string, path: string, request: Request = {}): Promise<Answer> {
    const answer = await this.call(method, path, request);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer;
  }

  async addTenant(slug: string, plan = 'pro'): Promise<Tenant> {
    const { body } = await this.did('POST', '/tenants', { body: { slug, name: `Tenant ${slug}`, plan } });
    const { rows } = await this.admin.query<{ partition: number }>('SELECT partition FROM directory.tenant WHERE slug = $1', [slug]);
    return { id: body.id as string, partition: rows[0]?.partition ?? -1, path: `/tenants/${body.id as string}` };
  }

  async addAgent(tenant: Tenant, name: string, more: object = {}): Promise<string> {
    const { body } = await this.did('POST', `${tenant.path}/agents`, { body: { email: `${name}@example.com`, name, ...more } });
    return body.id as string;
  }

  async addGroup(tenant: Tenant, name: string): Promise<string> {
    const { body } = await this.did('POST', `${tenant.path}/groups`, { body: { name } });
    return body.id as string;
  }

  async addSite(tenant: Tenant, name = 'Shop'): Promise<string> {
    const { body } = await this.did('POST', `${tenant.path}/sites`, { body: { name, origins: [], timeZone: 'Europe/Berlin' } });
    return body.id as string;
  }

  async addWebhook(tenant: Tenant, more: object = {}): Promise<string> {
    const body = { name: 'Shop', url: 'https://hooks.acme-shop.com/in', eventTypes: ['*'], ...more };
    const { body: added } = await this.did('POST', `${tenant.path}/webhooks`, { body });
    return added.id as string;
  }

  /** Queues the event that tells of a webhook for the webhook itself, as the relay does; gives the delivery's id. */
  async queueDelivery(tenant: Tenant, webhookId: string): Promise<string> {
    const stream = { tenantId: tenant.id, partition: tenant.partition, streamId: `webhook-${webhookId}` };
    const told = (await this.store.readStream(stream)).map((event) => ({ ...event, kind: 'event' as const }));
    await queueDeliveries(this.admin, told);
    const { body } = await this.did('GET', `${tenant.path}/webhooks/${webhookId}/deliveries`);
    return body.deliveries[0].id as string;
  }

  /** Parks an event, as a consumer does; gives its id. */
  async parkEvent(tenant: Tenant, eventId = this.store.newId()): Promise<string> {
    const message = { tenantId: tenant.id, consumer: 'spec', eventId, type: 'StatusChanged', subject: 's', data: Buffer.from('{'), deliveries: 10 };
    await new ParkedEvents(this.admin).park(message, 'the handler did not like it');
    const { body } = await this.did('GET', `${tenant.path}/parked-events`);
    return (body.parkedEvents as { id: string; eventId: string }[]).find((parked) => parked.eventId === eventId)?.id ?? '';
  }

  /** Keeps a message of a visitor; gives its id. */
  async keepMessage(tenant: Tenant, siteId: string): Promise<string> {
    const id = this.store.newId();
    await addMessage(this.admin, tenant.id, { id, conversationId: 'c1', siteId, groupId: null, visitor: 'v1', text: 'Hallo', email: null });
    return id;
  }

  async issueKey(tenant: Tenant, role: string): Promise<string> {
    const { body } = await this.did('POST', `${tenant.path}/api-keys`, { body: { name: role, role } });
    return body.key as string;
  }

  /** Signs an agent in, as agent-api does it; gives the session's id and access token. */
  async signIn(tenant: Tenant, agentId: string, sessionId = this.store.newId()): Promise<{ sessionId: string; token: string }> {
    const { id: tenantId, partition } = tenant;
    const { state } = await this.asAgent(tenant, agentId, (agent) => logIn({ sessionId, device: 'desktop', leaseSeconds: 120 }, agent));
    const lease = { tenantId, partition, sessionId, agentId, device: 'desktop', leaseSeconds: 120, at: Date.now() } as const;
    await openLease(this.admin, lease);
    await openSessionTokens(this.admin, { tenantId, sessionId, agentId });
    const principal: AgentPrincipal = { kind: 'agent', agentId, sessionId, tenantId, partition, role: state.role };
    return { sessionId, token: this.service.app.get(AccessTokens, { strict: false }).issue(principal) };
  }

  async switchTo(tenant: Tenant, agentId: string, sessionId: string, status: Status): Promise<void> {
    await this.asAgent(tenant, agentId, (agent) => changeStatus({ sessionId, status }, agent, Date.now()));
  }

  async signOut(tenant: Tenant, agentId: string, sessionId: string): Promise<void> {
    await this.asAgent(tenant, agentId, (agent) => signOut({ sessionId, goOffline: false, cause: 'agent' }, agent));
  }

  /** A command as agent-api would give it. */
  asAgent(tenant: Tenant, agentId: string, decide: (agent: Agent) => AgentEvent[]) {
    const stream = { tenantId: tenant.id, partition: tenant.partition, streamId: `agent-${agentId}` };
    return handleCommand<Agent, AgentEvent>(this.store, { stream, fold: agentFold, decide, actor: { kind: 'agent', id: agentId } });
  }

  /** Everything a refused command must leave alone: events and rows of the directory, counted. */
  async counted(): Promise<string> {
    const { rows } = await this.admin.query<{ counts: string }>(`
      SELECT concat_ws(' ', (SELECT count(*) FROM store.event), (SELECT count(*) FROM store.command_log),
        (SELECT count(*) FROM directory.tenant),
        (SELECT count(*) FROM directory.site), (SELECT count(*) FROM directory.grp), (SELECT count(*) FROM directory.agent),
        (SELECT count(*) FROM directory.membership), (SELECT count(*) FROM directory.api_key), (SELECT count(*) FROM webhook.endpoint),
        (SELECT md5(string_agg(t::text, ',' ORDER BY t::text)) FROM (
          SELECT a::text FROM directory.agent a UNION ALL SELECT s::text FROM directory.site s UNION ALL SELECT g::text FROM directory.grp g
          UNION ALL SELECT n::text FROM directory.tenant n
          UNION ALL SELECT w::text FROM webhook.endpoint w UNION ALL SELECT p::text FROM consumer.parked_event p
          UNION ALL SELECT m::text FROM conversation.message m UNION ALL SELECT c::text FROM conversation.conversation c
          UNION ALL SELECT o::text FROM conversation.notices o) AS t)) AS counts`);
    return rows[0]?.counts ?? '';
  }

  /** The call is refused with this status and code, at this place, as problem+json without internals, and nothing is stored. */
  async refuses(call: [method: string, path: string, request?: Request], status: number, code: string, pointer?: string): Promise<Answer> {
    const before = await this.counted();
    const answer = await this.call(...call);
    expect({ call, status: answer.status, code: answer.body?.code as unknown }).toEqual({ call, status, code });
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    if (pointer !== undefined) expect((answer.body.errors as { pointer: string }[]).map((fault) => fault.pointer)).toContain(pointer);
    expect(answer.text).not.toMatch(/ at .*\.(js|ts):|node_modules|SELECT|INSERT/);
    expect(await this.counted()).toBe(before);
    return answer;
  }

  /** The types of a stream's events, in order. */
  async eventTypes(tenant: Tenant, streamId: string): Promise<string[]> {
    const events = await this.store.readStream({ tenantId: tenant.id, partition: tenant.partition, streamId });
    return events.map((event) => event.type);
  }
}
