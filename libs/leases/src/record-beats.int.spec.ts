import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createPools, type Pools, withTenant } from '#database';
import { type FreshDatabase, freshDatabase } from '#testing';
import { endLeases, openLease, readOpenLeases, recordBeats, signOutLease } from './index.js';

let database: FreshDatabase;
let pools: Pools;
let now: number;
let sessions = 0;

beforeAll(async () => {
  database = await freshDatabase();
  pools = createPools(database.serviceUrl);
  const { rows } = await pools.engine.query<{ now: number }>('SELECT clock_timestamp() AS now');
  now = rows[0]?.now ?? 0;
});
afterAll(async () => {
  await pools.close();
  await database.drop();
});

/** A session opened a minute ago. */
async function session(tenantId = 't1', agent?: string): Promise<{ tenantId: string; agentId: string; sessionId: string }> {
  sessions += 1;
  const sessionId = `session-${sessions}`;
  const agentId = agent ?? `agent-${sessions}`;
  await openLease(pools.engine, { tenantId, partition: 1, sessionId, agentId, device: 'desktop', leaseSeconds: 120, at: now - 60_000 });
  return { tenantId, agentId, sessionId };
}

const leaseOf = async ({ tenantId, agentId }: { tenantId: string; agentId: string }) =>
  (await readOpenLeases(pools.engine, { tenantId, agentIds: [agentId] }))[0];

describe('beats in the lease rows', () => {
  it('move the last sign of life and with it the deadline', async () => {
    const one = await session();
    expect(await recordBeats(pools.engine, [{ ...one, at: now - 5000 }])).toEqual([
      { sessionId: one.sessionId, standing: 'open', leaseSeconds: 120 },
    ]);
    expect(await leaseOf(one)).toMatchObject({ startedAt: now - 60_000, lastSeenAt: now - 5000, expiresAt: now + 115_000 });
  });

  it('never move it back, and never into the future', async () => {
    const one = await session();
    await recordBeats(pools.engine, [{ ...one, at: now - 5000 }]);
    await recordBeats(pools.engine, [{ ...one, at: now - 30_000 }]);
    expect((await leaseOf(one))?.lastSeenAt).toBe(now - 5000);
    await recordBeats(pools.engine, [{ ...one, at: now + 3_600_000 }]);
    expect((await leaseOf(one))?.lastSeenAt).toBeLessThan(now + 600_000);
  });

  it('of before a sign-out count although they are written after it, later ones do not (case 6)', async () => {
    const one = await session();
    await signOutLease(pools.engine, { ...one, at: now - 10_000 });
    expect(await recordBeats(pools.engine, [{ ...one, at: now - 10_200 }])).toMatchObject([{ standing: 'signed-out' }]);
    expect(await recordBeats(pools.engine, [{ ...one, at: now - 9000 }])).toMatchObject([{ standing: 'signed-out', leaseSeconds: 120 }]);
    expect(await leaseOf(one)).toMatchObject({ lastSeenAt: now - 10_200, signedOutAt: now - 10_000 });
  });

  it('of a session that has ended or never was change nothing and say so', async () => {
    const one = await session();
    await endLeases(pools.engine, { tenantId: one.tenantId, sessionIds: [one.sessionId], at: now });
    const answers = await recordBeats(pools.engine, [
      { ...one, at: now },
      { tenantId: 't1', sessionId: 'nobody', at: now },
    ]);
    expect(answers).toEqual([
      { sessionId: 'nobody', standing: 'ended', leaseSeconds: 0 },
      { sessionId: one.sessionId, standing: 'ended', leaseSeconds: 120 },
    ]);
    expect(await leaseOf(one)).toBeUndefined();
  });

  it('of many sessions are one statement, each with its own standing', async () => {
    const many = await Promise.all(Array.from({ length: 50 }, () => session()));
    const ended = many[7];
    await endLeases(pools.engine, { tenantId: 't1', sessionIds: [ended?.sessionId ?? ''], at: now });
    const answers = await recordBeats(pools.engine, many.map((one) => ({ ...one, at: now - 1000 })));
    expect(answers).toHaveLength(50);
    expect(answers.filter(({ standing }) => standing === 'ended').map(({ sessionId }) => sessionId)).toEqual([ended?.sessionId]);
  });

  it('with another tenant in the token reach nobody', async () => {
    const one = await session();
    expect(await recordBeats(pools.engine, [{ ...one, tenantId: 't2', at: now }])).toMatchObject([{ standing: 'ended' }]);
    expect((await leaseOf(one))?.lastSeenAt).toBe(now - 60_000);
  });

  it('are updates in place: no index knows the time', async () => {
    const one = await session();
    for (let i = 0; i < 20; i++) await recordBeats(pools.engine, [{ ...one, at: now - 1000 + i }]);
    const { rows } = await pools.engine.query<{ name: string }>(
      `SELECT a.attname AS name FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
       WHERE i.indrelid = 'lease.session'::regclass`,
    );
    expect(rows.map(({ name }) => name)).not.toContain('last_seen');
  });
});

describe('leases of a tenant', () => {
  it('are seen by that tenant alone', async () => {
    const one = await session('t1', 'same-agent');
    await session('t2', 'same-agent');
    for (const tenantId of ['t1', 't2']) {
      const own = await withTenant(pools, tenantId, (sql) => readOpenLeases(sql, { tenantId, agentIds: ['same-agent'] }));
      const others = await withTenant(pools, tenantId, (sql) => readOpenLeases(sql, { tenantId: 't3', agentIds: ['same-agent'] }));
      expect([own.length, others.length]).toEqual([1, 0]);
    }
    const foreign = await withTenant(pools, 't2', (sql) => readOpenLeases(sql, { tenantId: one.tenantId, agentIds: ['same-agent'] }));
    expect(foreign).toEqual([]);
  });
});
