import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { readNewlyArmed } from './due-leases.js';
import { expireDue } from './expire-due.js';
import { changePushLease, changePushLeases, endLeases, signOutLease, type Sql } from './lease-rows.js';
import { blindMs, end, LeaseWorld, type OpenSession } from './lease-world.fixture.js';
import { recordBeats } from './record-beats.js';

const [HOUR, LEASE] = [3_600_000, 120_000];
let world: LeaseWorld;
beforeAll(async () => {
  world = await LeaseWorld.start();
});
afterAll(() => world.stop());
beforeEach(() => world.forget());

/** A phone that push messages reach, silent since an hour. */
async function phone(pushSeconds = 8 * 3600): Promise<OpenSession> {
  const one = await world.session({ device: 'mobile', agoMs: HOUR });
  await changePushLease(world.sql, { ...one, pushSeconds });
  return one;
}
const deadline = async (one: OpenSession): Promise<number> => (await world.row(one)).deadline;
const about = (instant: number, expected: number): void => expect(Math.abs(instant - expected)).toBeLessThan(2000);
const newlyArmed = async (): Promise<number[]> => (await readNewlyArmed(world.sql, 500)).map(({ leaseNo }) => leaseNo);
/** Everything that was armed until now is no news any more. */
const age = () => world.sql.query(`UPDATE lease.session SET armed_at = armed_at - interval '1 minute'`);

describe('a phone that push messages reach (D26, case 23)', () => {
  it('stays present for the hours of the tenant after its last beat', async () => {
    const one = await phone();
    expect(await deadline(one)).toBe(one.at + 8 * HOUR);
    await world.see();
    expect(await expireDue(world.sql, world.store, end, [one.leaseNo], { blindMs })).toEqual([]);
    const now = await world.now();
    await recordBeats(world.sql, [{ ...one, at: 0 }], 0);
    about(await deadline(one), now + 8 * HOUR);
  });

  it('that signs out has the ordinary lease left, from now, and the timekeeper hears of it', async () => {
    const one = await phone();
    await age();
    await signOutLease(world.sql, { ...one, at: await world.now() });
    about(await deadline(one), (await world.now()) + LEASE);
    expect(await newlyArmed()).toEqual([one.leaseNo]);
  });

  it('that is reached no more has the ordinary lease left as well, and beats count as for any other', async () => {
    const one = await phone();
    await age();
    await changePushLease(world.sql, { ...one, pushSeconds: null });
    about(await deadline(one), (await world.now()) + LEASE);
    expect(await newlyArmed()).toEqual([one.leaseNo]);
    const now = await world.now();
    await recordBeats(world.sql, [{ ...one, at: 0 }], 0);
    about(await deadline(one), now + LEASE);
  });

  it('an ordinary session that signs out keeps its deadline', async () => {
    const one = await world.session({ agoMs: 60_000 });
    await age();
    await signOutLease(world.sql, { ...one, at: await world.now() });
    expect([await deadline(one), await newlyArmed()]).toEqual([one.at + LEASE, []]);
  });

  it('never has less than the lease: in a tenant that has switched it off it is a session like any other', async () => {
    const one = await phone(0);
    expect(await deadline(one)).toBe(one.at + LEASE);
    await signOutLease(world.sql, { ...one, at: await world.now() });
    expect(await deadline(one)).toBe(one.at + LEASE);
  });

  it('follows the hours that the tenant chooses, at once; nobody drops out without the ordinary lease (D18)', async () => {
    const [one, desktop] = [await phone(), await world.session({ agoMs: 60_000 })];
    await changePushLeases(world.sql, { tenantId: 't1', pushSeconds: 2 * 3600 });
    about(await deadline(one), one.at + 2 * HOUR);
    await age();
    await changePushLeases(world.sql, { tenantId: 't1', pushSeconds: 0 });
    about(await deadline(one), (await world.now()) + LEASE);
    expect(await newlyArmed()).toEqual([one.leaseNo]);
    await changePushLeases(world.sql, { tenantId: 't1', pushSeconds: 72 * 3600 });
    expect(await deadline(one)).toBe(one.at + 72 * HOUR);
    expect(await deadline(desktop)).toBe(desktop.at + LEASE);
    await changePushLeases(world.sql, { tenantId: 't2', pushSeconds: 0 });
    expect(await deadline(one)).toBe(one.at + 72 * HOUR);
  });

  it('whose session has ended is left alone', async () => {
    const one = await phone();
    await endLeases(world.sql, { tenantId: 't1', sessionIds: [one.sessionId], at: await world.now() });
    const before = await world.row(one);
    await changePushLease(world.sql, { ...one, pushSeconds: null });
    await changePushLeases(world.sql, { tenantId: 't1', pushSeconds: 0 });
    expect(await world.row(one)).toEqual(before);
  });
});

describe('the indexes of leases', () => {
  it('leave a beat an update in place: none knows a column that changes with it, not even in its condition', async () => {
    const { rows } = await world.sql.query<{ name: string }>(
      `SELECT DISTINCT a.attname AS name FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid
         AND (a.attnum = ANY (i.indkey) OR pg_get_expr(i.indpred, i.indrelid) ~ a.attname)
       WHERE i.indrelid = 'lease.session'::regclass AND a.attnum > 0`,
    );
    expect(rows.map(({ name }) => name)).not.toContain('last_seen');
  });

  it('find the open ones without looking at those that have ended', async () => {
    await world.sql.query(`
      INSERT INTO lease.session (tenant_id, partition, session_id, agent_id, device, lease_seconds, started_at, last_seen, ended_at)
      SELECT 't9', 1, 'old-' || i, 'old-' || i, 'desktop', 120, now(), now(), now() FROM generate_series(1, 20000) i`);
    await world.session();
    const { rows } = await world.sql.query<{ 'QUERY PLAN': string }>(
      `EXPLAIN SELECT lease_no FROM lease.session WHERE ended_at IS NULL AND lease_no > 0 ORDER BY lease_no LIMIT 10000`,
    );
    expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toContain('open_session_by_number');
  });

  it('find the newly armed ones without looking at the others that are open', async () => {
    await world.sql.query(`
      INSERT INTO lease.session (tenant_id, partition, session_id, agent_id, device, lease_seconds, started_at, last_seen, armed_at)
      SELECT 't8', 1, 'open-' || i, 'open-' || i, 'desktop', 120, now(), now(), now() - interval '1 hour' FROM generate_series(1, 5000) i`);
    const plans: string[] = [];
    const explaining = {
      query: async ({ text, values }: { text: string; values: unknown[] }) => {
        const { rows } = await world.sql.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${text}`, values);
        plans.push(...rows.map((row) => row['QUERY PLAN']));
        return { rows: [] };
      },
    };
    await readNewlyArmed(explaining as unknown as Sql, 16_000);
    expect(plans.join('\n')).toMatch(/session_by_arming.*\n.*Index Cond: \(armed_at >/);
  });
});
