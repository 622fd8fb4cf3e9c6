import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { withTenant } from '#database';
import { StoreUnavailable } from '#event-store';
import { rowsLookedAt } from '#testing';
import { type Alarm, readDueAlarms, readDueKinds, setAlarm } from './alarms.js';
import { LeaseWorld, type OpenSession, ownerFold } from './lease-world.fixture.js';
import { ringAlarms } from './ring-alarms.js';

const KIND = 'reminder';
let world: LeaseWorld;
beforeAll(async () => {
  world = await LeaseWorld.start();
});
afterAll(() => world.stop());
beforeEach(() => world.forget());

/** Expires each of the agent's sessions: what a ring does here. */
const ring = {
  fold: ownerFold,
  decide: ({ sessions }: { sessions: readonly string[] }) => sessions.map((sessionId) => ({ type: 'Expired' as const, data: { sessionId } })),
};
const noFault = (error: unknown): never => {
  throw error;
};
const rings = (overdueMs = 0, decide = ring.decide, onFault: (error: unknown, alarm: Alarm) => void = noFault) =>
  ringAlarms(world.sql, world.store, KIND, { ...ring, decide }, { overdueMs, limit: 1000, onFault });
const set = async ({ tenantId, partition, agentId }: OpenSession, inMs: number, kind = KIND): Promise<number> => {
  const dueAt = (await world.now()) + inMs;
  await setAlarm(world.sql, { tenantId, partition, kind, subjectId: agentId, dueAt });
  return dueAt;
};
const left = async (): Promise<Alarm[]> => {
  const { rows } = await world.sql.query<Alarm>(
    `SELECT tenant_id AS "tenantId", partition, kind, subject_id AS "subjectId", due_at AS "dueAt" FROM lease.alarm ORDER BY subject_id`,
  );
  return rows;
};

describe('an alarm', () => {
  it('rings when it is due, once, and is gone', async () => {
    const one = await world.session();
    await set(one, -10);
    expect(await rings()).toBe(1);
    expect([await rings(), (await world.expired(one)).length, await left()]).toEqual([0, 1, []]);
  });

  it('does not before, nor one of another kind', async () => {
    const one = await world.session();
    await set(one, 60_000);
    await set(one, -10, 'another');
    expect([await rings(), (await left()).length]).toEqual([0, 2]);
  });

  it('can be asked for only after it has been overdue for a while', async () => {
    await set(await world.session(), -2000);
    expect(await rings(3000)).toBe(0);
    expect(await rings(1000)).toBe(1);
  });

  it('is found without looking at those that are not due', async () => {
    await world.sql.query(`
      INSERT INTO lease.alarm (tenant_id, partition, kind, subject_id, due_at)
      SELECT 't9', 1, '${KIND}', 'later-' || i, now() + interval '1 hour' FROM generate_series(1, 5000) i`);
    await set(await world.session(), -10);
    const before = await rowsLookedAt(world.sql, 'alarm');
    expect(await readDueAlarms(world.sql, KIND, 0, 1000)).toHaveLength(1);
    expect((await rowsLookedAt(world.sql, 'alarm')) - before).toBeLessThan(100);
  });

  it('set again is one alarm, at the later or the earlier time', async () => {
    const one = await world.session();
    await set(one, 60_000);
    const dueAt = await set(one, 30_000);
    expect(await left()).toEqual([{ tenantId: 't1', partition: 3, kind: KIND, subjectId: one.agentId, dueAt }]);
  });

  it('for something that was cancelled rings into nothing and is gone', async () => {
    const one = await world.session();
    await set(one, -10);
    expect([await rings(0, () => []), await world.expired(one), await left()]).toEqual([1, [], []]);
  });

  it('that is set anew while the old one rings stays', async () => {
    const one = await world.session();
    await set(one, -10);
    let dueAt = 0;
    const store = world.with('load', (load) => async (...args) => {
      dueAt = await set(one, 60_000);
      return load(...args);
    });
    await ringAlarms(world.sql, store, KIND, ring, { overdueMs: 0, limit: 10, onFault: noFault });
    expect((await left()).map((alarm) => alarm.dueAt)).toEqual([dueAt]);
  });

  it('tells of its kind when it is due, and not before', async () => {
    const one = await world.session();
    await set(one, 60_000);
    expect(await readDueKinds(world.sql)).toEqual(new Set());
    await set(one, -10);
    expect(await readDueKinds(world.sql)).toEqual(new Set([KIND]));
    await rings();
    expect(await readDueKinds(world.sql)).toEqual(new Set());
  });

  it('rung by two at once is carried out once', async () => {
    const sessions: OpenSession[] = [];
    for (let i = 0; i < 30; i++) {
      const one = await world.session();
      sessions.push(one);
      await set(one, -10);
    }
    await Promise.all([rings(), rings(), rings()]);
    for (const one of sessions) expect(await world.expired(one)).toHaveLength(1);
    expect(await left()).toEqual([]);
  });

  it('that cannot be carried out keeps nobody else waiting, and stays', async () => {
    const [good, bad, better] = [await world.session(), await world.session(), await world.session()];
    for (const one of [good, bad, better]) await set(one, -10);
    const told: string[] = [];
    const picky = (state: { sessions: readonly string[] }) => {
      if (state.sessions.includes(bad.sessionId)) throw new Error('bad');
      return ring.decide(state);
    };
    expect(await rings(0, picky, (_error, { subjectId }) => told.push(subjectId))).toBe(2);
    expect([told, (await left()).map(({ subjectId }) => subjectId)]).toEqual([[bad.agentId], [bad.agentId]]);
  });

  it('stays while the store is away, which is said', async () => {
    await set(await world.session(), -10);
    const away = () => {
      throw new StoreUnavailable('away');
    };
    await expect(rings(0, away)).rejects.toThrow('away');
    expect(await left()).toHaveLength(1);
  });

  it('is seen by its own tenant alone', async () => {
    const one = await world.session();
    await set(one, -10);
    const seenBy = (tenantId: string) => withTenant(world.pools, tenantId, (sql) => readDueAlarms(sql, KIND, 0, 10));
    expect([(await seenBy('t1')).length, (await seenBy('t2')).length]).toEqual([1, 0]);
  });
});
