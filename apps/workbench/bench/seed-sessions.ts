import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { TenantView } from '#contract';
import { createPools } from '#database';
import { addAgent, agentFold, changeStatus, logIn } from '#domain/agent-presence/index';
import type { Agent, AgentEvent } from '#domain/agent-presence/index';
import { PostgresEventStore } from '#event-store';
import type { Append } from '#event-store';
import { AccessTokens } from '#http-kit';
import { AdminClient } from '../src/admin-client.js';
import type { House } from './house.js';

export interface SeededTenant {
  readonly tenantId: string;
  readonly partition: number;
}

/** A session that is open, of an agent of its own who is online. */
export interface SeededSession extends SeededTenant {
  readonly agentId: string;
  readonly sessionId: string;
  readonly leaseSeconds: number;
}

/** Waiting appends of one moment share a commit, as those of many callers do. */
const AT_ONCE = 4_096;
const LEASES_AT_ONCE = 10_000;

/** Tenants through the public door; `adminOrigin` = where admin-api answers. */
export async function seedTenants(house: House, adminOrigin: string, count: number): Promise<SeededTenant[]> {
  const api = new AdminClient(adminOrigin, house.settings.adminToken);
  const ids: string[] = [];
  for (let n = 0; n < count; n += 1) ids.push((await api.send<TenantView>('POST', '/tenants', { slug: `b-${randomUUID()}`, name: 'B' })).id);
  return asAdministrator(house, async (admin) => {
    const { rows } = await admin.query<SeededTenant>('SELECT tenant_id AS "tenantId", partition FROM directory.tenant WHERE tenant_id = ANY ($1::text[])', [ids]);
    return rows;
  });
}

/** Agents who have signed in, each seen now. */
export async function seedSessions(house: House, tenants: readonly SeededTenant[], count: number): Promise<SeededSession[]> {
  const sessions = await signInAll(house, tenants, count, () => house.settings.leaseSeconds);
  await openLeases(house, sessions);
  return sessions;
}

/**
 * Sign-ins, as events like those the commands would have stored; their leases begin with `openLeases`. Without passwords and refresh tokens,
 * for which a sign-in takes a tenth of a second of work.
 * @param leaseSeconds of the n-th session
 */
export async function signInAll(
  house: House,
  tenants: readonly SeededTenant[],
  count: number,
  leaseSeconds: (n: number) => number,
): Promise<SeededSession[]> {
  const pools = createPools(house.database.service);
  const store = new PostgresEventStore(pools);
  const sessions = Array.from({ length: count }, (_, n): SeededSession => {
    const tenant = tenants[n % tenants.length] as SeededTenant;
    return { ...tenant, agentId: store.newId(), sessionId: store.newId(), leaseSeconds: leaseSeconds(n) };
  });
  try {
    for (let from = 0; from < count; from += AT_ONCE) {
      const at = Date.now();
      await Promise.all(sessions.slice(from, from + AT_ONCE).map((session) => store.append(signedIn(session, at, store.newId()))));
    }
  } finally {
    await pools.close();
  }
  return sessions;
}

/** The sessions are seen for the last time: now, 10,000 at a time at the very same instant. */
export async function openLeases(house: House, sessions: readonly SeededSession[]): Promise<void> {
  await asAdministrator(house, async (admin) => {
    for (let from = 0; from < sessions.length; from += LEASES_AT_ONCE) await insertLeases(admin, sessions.slice(from, from + LEASES_AT_ONCE));
  });
}

/** An access token for each, as the sign-in would have given it. */
export function tokensOf({ settings }: House, sessions: readonly SeededSession[]): string[] {
  const tokens = new AccessTokens(settings.tokenSecret, { now: () => Date.now() });
  return sessions.map((session) => tokens.issue({ kind: 'agent', role: 'agent', ...session }));
}

/** Runs statements as the administrator of the house's database. */
export async function asAdministrator<T>({ database }: House, work: (admin: pg.Client) => Promise<T>): Promise<T> {
  const admin = new pg.Client({ connectionString: database.admin, application_name: 'ampel-bench' });
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
}

function signedIn({ tenantId, partition, agentId, sessionId, leaseSeconds }: SeededSession, at: number, commandId: string): Append {
  const steps: ((agent: Agent) => readonly AgentEvent[])[] = [
    (agent) => addAgent({ agentId, groupIds: [], role: 'agent' }, agent),
    (agent) => logIn({ sessionId, device: 'desktop', leaseSeconds }, agent),
    (agent) => changeStatus({ sessionId, status: 'online' }, agent, at),
  ];
  let state = agentFold.initial;
  const events: AgentEvent[] = [];
  for (const step of steps) {
    for (const event of step(state)) {
      events.push(event);
      state = agentFold.evolve(state, { ...event, effectiveAt: at });
    }
  }
  return {
    stream: { tenantId, partition, streamId: `${agentFold.category}-${agentId}` },
    expectedVersion: 0,
    events,
    decidedAt: at,
    state,
    stateVersion: agentFold.stateVersion,
    actor: { kind: 'agent', id: agentId },
    commandId,
    correlationId: commandId,
  };
}

async function insertLeases(admin: pg.Client, sessions: readonly SeededSession[]): Promise<void> {
  await admin.query(
    `INSERT INTO lease.session (tenant_id, partition, session_id, agent_id, device, lease_seconds, started_at, last_seen)
     SELECT tenant, partition, session, agent, 'desktop', seconds, now(), now()
     FROM unnest($1::text[], $2::int[], $3::text[], $4::text[], $5::int[]) AS s (tenant, partition, session, agent, seconds)`,
    [
      sessions.map((one) => one.tenantId),
      sessions.map((one) => one.partition),
      sessions.map((one) => one.sessionId),
      sessions.map((one) => one.agentId),
      sessions.map((one) => one.leaseSeconds),
    ],
  );
}
