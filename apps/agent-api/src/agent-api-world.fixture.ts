import { randomBytes } from 'node:crypto';
import { expect } from '@jest/globals';
import { addAgent as agentAdded, type AgentEvent, type Agent, agentFold, type Role, setActive } from '#domain/agent-presence/index';
import { addTenant as tenantAdded, type Tenant, type TenantEvent, tenantFold } from '#domain/tenant-settings/index';
import type { Settings } from '#config';
import type { AgentState, OpenedSession } from '#contract';
import { createPools, type Pools } from '#database';
import { addAgent, addMemberships, addTenant, hashPassword } from '#directory';
import { type EventStore, handleCommand, PostgresEventStore, type StoredEvent } from '#event-store';
import { runService, type Service, type ServiceOptions } from '#http-kit';
import { endLeases, type LeaseRow, readOpenLeases } from '#leases';
import { createLogger } from '#observability';
import { type FreshDatabase, freshDatabase, natsUrl } from '#testing';
import { AgentApiModule } from './agent-api.module.js';

export const PASSWORD = 'insecure password of the specs';
const SYSTEM = { kind: 'system', id: 'spec' } as const;

export interface Home {
  readonly tenantId: string;
  /** Its slug. */
  readonly tenant: string;
  readonly partition: number;
}

export interface Person extends Home {
  readonly agentId: string;
  readonly email: string;
}

export interface Answer<T = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

export interface CallOptions {
  readonly token?: string;
  readonly body?: unknown;
  /** Sent as it is, instead of `body`. */
  readonly raw?: string | Uint8Array;
  readonly headers?: Record<string, string>;
}

/** A running agent-api on a database of its own, with tenants and agents made behind its back. */
export class World {
  private hash: string | undefined;
  private people = 0;

  private constructor(
    readonly service: Service,
    readonly pools: Pools,
    readonly store: EventStore,
    private readonly database: FreshDatabase | null,
    /** As the services connect. */
    readonly databaseUrl: string,
  ) {}

  static async start(options: { settings?: Partial<Settings>; runtime?: ServiceOptions['runtime'] } = {}): Promise<World> {
    const database = options.settings?.databaseUrl === undefined ? await freshDatabase() : null;
    const settings: Settings = {
      production: false,
      host: '127.0.0.1',
      port: 0,
      dataDir: '.ampel',
      databaseUrl: database?.serviceUrl,
      natsUrl: natsUrl(),
      adminToken: 'insecure-admin-token',
      leaseSeconds: 120,
      heartbeatSeconds: 30,
      tokenSecret: 'insecure token secret of the specs',
      seed: 'none',
      logLevel: 'silent',
      drainSeconds: 0,
      streamReplicas: 1,
      ...options.settings,
    };
    const databaseUrl = settings.databaseUrl ?? '';
    const pools = createPools(databaseUrl, { max: 3 });
    const service = await runService({
      roles: ['agent-api'],
      modules: [AgentApiModule],
      settings,
      logger: createLogger({ level: 'silent' }),
      ...(options.runtime ? { runtime: options.runtime } : {}),
    });
    return new World(service, pools, new PostgresEventStore(pools), database, databaseUrl);
  }

  async stop(): Promise<void> {
    await this.service.close();
    await this.pools.close();
    await this.database?.drop();
  }

  async tenant(options: { leaseSeconds?: number } = {}): Promise<Home> {
    const tenantId = this.store.newId();
    const tenant = `t-${randomBytes(5).toString('hex')}`;
    const partition = Math.floor(Math.random() * 64);
    const leaseSeconds = options.leaseSeconds ?? 120;
    await addTenant(this.pools.engine, { id: tenantId, slug: tenant, name: tenant, partition, plan: 'pro', leaseSeconds });
    await handleCommand<Tenant, TenantEvent>(this.store, {
      stream: { tenantId, partition, streamId: `tenant-${tenantId}` },
      fold: tenantFold,
      decide: (state) => tenantAdded({ tenantId, plan: 'pro', leaseSeconds }, state),
      actor: SYSTEM,
    });
    return { tenantId, tenant, partition };
  }

  /** An agent who can sign in with PASSWORD, in a tenant of its own unless one is given. */
  async person(options: { in?: Home; groupIds?: string[]; role?: Role } = {}): Promise<Person> {
    const home = options.in ?? (await this.tenant());
    const { role = 'agent', groupIds = [] } = options;
    const agentId = this.store.newId();
    this.people += 1;
    const email = `person${this.people}@example.test`;
    this.hash ??= await hashPassword(PASSWORD);
    const passwordHash = this.hash;
    await addAgent(this.pools.engine, home.tenantId, { id: agentId, email, name: 'A Person', role, passwordHash });
    if (groupIds.length > 0) await addMemberships(this.pools.engine, home.tenantId, agentId, groupIds);
    await this.decide({ ...home, agentId }, (agent) => agentAdded({ agentId, groupIds, role }, agent));
    return { ...home, agentId, email };
  }

  /** What an admin's deactivation does, without the admin API. */
  async deactivate(person: Person): Promise<void> {
    await handleCommand<Agent, AgentEvent>(this.store, {
      ...this.agent(person),
      decide: (agent) => setActive({ active: false }, agent),
      within: async (sql, { events, now: at }) => {
        const sessionIds = events.flatMap(({ type, data }) => (type === 'SessionEnded' ? [data.sessionId] : []));
        await endLeases(sql, { tenantId: person.tenantId, sessionIds, at });
      },
    });
  }

  /** Records what a rule decides about the agent, without ringing any bell. */
  async decide(person: Pick<Person, 'tenantId' | 'partition' | 'agentId'>, rule: (agent: Agent) => AgentEvent[], actor: StoredEvent['actor'] = SYSTEM): Promise<void> {
    await handleCommand<Agent, AgentEvent>(this.store, { ...this.agent(person), actor, decide: rule });
  }

  private agent({ tenantId, partition, agentId }: Pick<Person, 'tenantId' | 'partition' | 'agentId'>) {
    return { stream: { tenantId, partition, streamId: `agent-${agentId}` }, fold: agentFold, actor: SYSTEM };
  }

  events({ tenantId, partition, agentId }: Person): Promise<StoredEvent[]> {
    return this.store.readStream({ tenantId, partition, streamId: `agent-${agentId}` });
  }

  /** The agent's leases that have not ended, oldest first. */
  leases({ tenantId, agentId }: Person): Promise<LeaseRow[]> {
    return readOpenLeases(this.pools.engine, { tenantId, agentIds: [agentId] });
  }

  /** Everything stored of all tenants: events, commands, leases, token families. Equal before and after = nothing was stored. */
  async stored(): Promise<unknown> {
    const { rows } = await this.pools.engine.query(
      `SELECT (SELECT count(*) FROM store.event) AS events, (SELECT count(*) FROM store.command_log) AS commands,
              (SELECT jsonb_agg(to_jsonb(s) - 'last_seen' ORDER BY session_id) FROM lease.session s) AS leases,
              (SELECT jsonb_agg(to_jsonb(f) ORDER BY session_id) FROM directory.session_token f) AS families`,
    );
    return rows[0];
  }

  async call<T = Record<string, unknown>>(method: string, path: string, options: CallOptions = {}): Promise<Answer<T>> {
    const { token, body, raw, headers } = options;
    const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await fetch(this.service.url + path, {
      method,
      headers: {
        ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(payload === undefined ? {} : { body: payload as RequestInit['body'] & {} }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: (text === '' ? {} : JSON.parse(text)) as T };
  }

  signInAnswer(person: Person, change: Record<string, unknown> = {}): Promise<Answer> {
    const { tenant, email } = person;
    return this.call('POST', '/agent/v1/sessions', { body: { tenant, email, password: PASSWORD, device: { kind: 'desktop' }, ...change } });
  }

  async signIn(person: Person, kind: 'desktop' | 'mobile' = 'desktop'): Promise<OpenedSession> {
    const answer = await this.signInAnswer(person, { device: { kind } });
    expect(answer).toMatchObject({ status: 201 });
    return answer.body as unknown as OpenedSession;
  }

  putStatus(
    session: { accessToken: string },
    body: object,
    headers: Record<string, string> = {},
  ): Promise<Answer<AgentState & Record<string, unknown>>> {
    return this.call('PUT', '/agent/v1/status', { token: session.accessToken, body, headers });
  }

  getStatus(session: { accessToken: string }, headers: Record<string, string> = {}): Promise<Answer> {
    return this.call('GET', '/agent/v1/status', { token: session.accessToken, headers });
  }

  beat(session: { accessToken: string }): Promise<Answer> {
    return this.call('POST', '/agent/v1/heartbeat', { token: session.accessToken });
  }
}

/** A problem+json of this code, with pointers if any are given. */
export function expectProblem(answer: Answer, status: number, code: string, ...pointers: string[]): void {
  expect(answer).toMatchObject({ status, body: { status, code } });
  expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  expect(Object.keys(answer.body)).toEqual(expect.arrayContaining(['type', 'title', 'detail']));
  expect(JSON.stringify(answer.body)).not.toMatch(/node_modules|\.ts:|at .*\(/);
  if (pointers.length > 0) expect((answer.body['errors'] as { pointer: string }[]).map(({ pointer }) => pointer)).toEqual(pointers);
}

/** An open stream, read as it comes. */
export class OpenStream {
  readonly events: { event?: string; id?: string; data?: unknown }[] = [];
  ended = false;

  private constructor(
    readonly response: Response,
    private readonly abort: AbortController,
  ) {}

  /** `query`: `?tell=boxes`. */
  static async open(world: World, token: string, query = ''): Promise<OpenStream> {
    const abort = new AbortController();
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(`${world.service.url}/agent/v1/stream${query}`, { headers, signal: abort.signal });
    const stream = new OpenStream(response, abort);
    void stream.read();
    return stream;
  }

  /** The data of all `state` events so far. */
  get states(): AgentState[] {
    return this.events.filter(({ event }) => event === 'state').map(({ data }) => data as AgentState);
  }

  close(): void {
    this.abort.abort();
  }

  private async read(): Promise<void> {
    let text = '';
    try {
      for await (const bytes of this.response.body ?? []) {
        text += Buffer.from(bytes).toString('utf8');
        for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
          this.take(text.slice(0, end));
          text = text.slice(end + 2);
        }
      }
    } catch {
      // closed by the spec, or cut
    }
    this.ended = true;
  }

  private take(block: string): void {
    const fieldOf = (line: string): [string, string] => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)];
    const { event, id, data } = Object.fromEntries(block.split('\n').map(fieldOf)) as { event?: string; id?: string; data?: string };
    if (event === undefined) return;
    this.events.push({ event, ...(id === undefined ? {} : { id }), data: data === undefined ? undefined : JSON.parse(data) });
  }
}
