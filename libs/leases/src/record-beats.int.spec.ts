import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createPools, type Pools, transaction, withTenant } from '#database';
import { eventually, type FreshDatabase, freshDatabase } from '#testing';
import { BeatRecorder, endLeases, noteSight, openLease, patienceOf, readOpenLeases, recordBeats, signOutLease } from './index.js';

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

async function clock(): Promise<number> {
  return (await pools.engine.query<{ now: number }>('SELECT clock_timestamp() AS now')).rows[0]?.now ?? 0;
}

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

/** A beat counts from its receipt; what the statement took on its way is added to that, never taken from it. */
function about(instant: number | undefined, expected: number): void {
  expect(instant).toBeGreaterThanOrEqual(expected);
  expect(instant).toBeLessThan(expected + 3000);
}

describe('beats in the lease rows', () => {
  it('move the last sign of life and with it the deadline', async () => {
    const one = await session();
    expect(await recordBeats(pools.engine, [{ ...one, at: now - 5000 }], await clock())).toEqual([
      { sessionId: one.sessionId, standing: 'open', leaseSeconds: 120 },
    ]);
    const { startedAt, lastSeenAt, expiresAt } = (await leaseOf(one)) ?? {};
    expect(startedAt).toBe(now - 60_000);
    about(lastSeenAt, now - 5000);
    expect(expiresAt).toBe((lastSeenAt ?? 0) + 120_000);
  });

  it('never move it back, and never into the future', async () => {
    const one = await session();
    await recordBeats(pools.engine, [{ ...one, at: now - 5000 }], await clock());
    await recordBeats(pools.engine, [{ ...one, at: now - 30_000 }], await clock());
    about((await leaseOf(one))?.lastSeenAt, now - 5000);
    await recordBeats(pools.engine, [{ ...one, at: now + 3_600_000 }], await clock());
    expect((await leaseOf(one))?.lastSeenAt).toBeLessThan(now + 600_000);
  });

  it('count from their receipt, also those of a process whose clock is an hour behind or ahead', async () => {
    for (const wrong of [-3_600_000, 3_600_000]) {
      const one = await session();
      const before = await clock();
      await recordBeats(pools.engine, [{ ...one, at: before + wrong - 2000 }], before + wrong);
      const { lastSeenAt = 0 } = (await leaseOf(one)) ?? {};
      expect(lastSeenAt).toBeGreaterThanOrEqual(before - 2000);
      expect(lastSeenAt).toBeLessThanOrEqual((await clock()) - 2000);
    }
  });

  it('that were long on their way count as of their receipt, not as of their arrival', async () => {
    const one = await session();
    const told = (await clock()) - 10_000; // Postgres stood still since
    await recordBeats(pools.engine, [{ ...one, at: 5_000 }], 7_000, { latest: told });
    expect((await leaseOf(one))?.lastSeenAt).toBe(told - 2_000);
    await recordBeats(pools.engine, [{ ...one, at: 6_000 }], 7_000, { latest: told + 3_600_000 }); // Postgres's clock was set back: its own word counts
    about((await leaseOf(one))?.lastSeenAt, told + 9_000);
  });

  it('whose statement waits for a connection count as of their receipt', async () => {
    const one = await session();
    const pool = new pg.Pool({ connectionString: database.serviceUrl, options: '-c ampel.scope=all', max: 1 });
    const beats = new BeatRecorder({
      clock: performance,
      record: (given, askedAt, writing) => recordBeats(pool, given, askedAt, writing),
      noteSight: async (takenAt, askedAt, latest) =>
        (await noteSight(pools.engine, { node: 'node-1', ageMs: askedAt - takenAt, latest }, patienceOf(120))).hour,
    });
    await beats.flush();
    beats.opened(one, 120, performance.now());
    expect(beats.beat(one)).toBe('open');
    const received = await clock();
    const busy = await pool.connect();
    const flushed = beats.flush();
    await eventually(async () => (await clock()) > received + 1_000);
    busy.release();
    await flushed;
    const { lastSeenAt = 0 } = (await leaseOf(one)) ?? {};
    expect([lastSeenAt > now - 60_000, lastSeenAt < received + 500]).toEqual([true, true]);
    await pool.end();
  });

  it('of before a sign-out count although they are written after it, later ones do not (case 6)', async () => {
    const one = await session();
    await signOutLease(pools.engine, { ...one, at: now - 10_000 });
    expect(await recordBeats(pools.engine, [{ ...one, at: now - 10_200 }], await clock())).toMatchObject([{ standing: 'signed-out' }]);
    expect(await recordBeats(pools.engine, [{ ...one, at: now - 8000 }], await clock())).toMatchObject([{ standing: 'signed-out', leaseSeconds: 120 }]);
    const { lastSeenAt, signedOutAt } = (await leaseOf(one)) ?? {};
    expect(signedOutAt).toBe(now - 10_000);
    about(lastSeenAt, now - 10_200);
    expect(lastSeenAt).toBeLessThanOrEqual(now - 10_000);
  });

  it('that were accepted before a sign-out, and took their time to be written, count as of the sign-out', async () => {
    const one = await session();
    await signOutLease(pools.engine, { ...one, at: now - 10_000 });
    const late = { ...one, at: now - 9500 };
    const written = await clock();
    await recordBeats(pools.engine, [late], written);
    expect((await leaseOf(one))?.lastSeenAt).toBe(now - 60_000); // not accepted yet, and too late
    await recordBeats(pools.engine, [late], now, { accepted: true, latest: now });
    expect((await leaseOf(one))?.lastSeenAt).toBe(now - 10_000);
  });

  it('of a session that has ended or never was change nothing and say so', async () => {
    const one = await session();
    await endLeases(pools.engine, { tenantId: one.tenantId, sessionIds: [one.sessionId], at: now });
    const answers = await recordBeats(pools.engine, [
      { ...one, at: now },
      { tenantId: 't1', sessionId: 'nobody', at: now },
    ], now);
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
    const answers = await recordBeats(pools.engine, many.map((one) => ({ ...one, at: now - 1000 })), now);
    expect(answers).toHaveLength(50);
    expect(answers.filter(({ standing }) => standing === 'ended').map(({ sessionId }) => sessionId)).toEqual([ended?.sessionId]);
  });

  it('with another tenant in the token reach nobody', async () => {
    const one = await session();
    expect(await recordBeats(pools.engine, [{ ...one, tenantId: 't2', at: now }], await clock())).toMatchObject([{ standing: 'ended' }]);
    expect((await leaseOf(one))?.lastSeenAt).toBe(now - 60_000);
  });

  it('are updates in place: no index knows the time', async () => {
    const one = await session();
    for (let i = 0; i < 20; i++) await recordBeats(pools.engine, [{ ...one, at: now - 1000 + i }], await clock());
    const { rows } = await pools.engine.query<{ name: string }>(
      `SELECT a.attname AS name FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
       WHERE i.indrelid = 'lease.session'::regclass`,
    );
    expect(rows.map(({ name }) => name)).not.toContain('last_seen');
  });
});

describe('beats after a mass sign-in, of which the planner knows nothing yet', () => {
  it('read the rows of those who beat, not the table', async () => {
    const signedIn = 20_000;
    await pools.engine.query(
      `INSERT INTO lease.session (tenant_id, partition, session_id, agent_id, device, lease_seconds, started_at, last_seen)
       SELECT 'mass-' || n % 40, 1, 'mass-session-' || n, 'mass-agent-' || n, 'desktop', 120, now(), now() FROM generate_series(1, $1) AS n`,
      [signedIn],
    );
    const beats = Array.from({ length: 1_000 }, (_, i) => ({ tenantId: `mass-${(i + 1) % 40}`, sessionId: `mass-session-${i + 1}`, at: now }));
    const ended = beats.map((beat) => ({ ...beat, sessionId: `not-${beat.sessionId}` }));
    const read = await transaction(pools.engine, async (sql) => {
      const recorded = await recordBeats(sql, [...beats, ...ended], await clock());
      expect(recorded.filter(({ standing }) => standing === 'open')).toHaveLength(1_000);
      const { rows } = await sql.query<{ read: number }>(
        `SELECT pg_stat_get_xact_tuples_returned(t)::int + pg_stat_get_xact_tuples_fetched(t)::int AS read FROM (SELECT 'lease.session'::regclass AS t) AS one`,
      );
      return rows[0]?.read;
    });
    expect(read).toBeLessThanOrEqual(beats.length + ended.length);
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
