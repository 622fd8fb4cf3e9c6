import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { transaction } from '#database';
import { lockDue, readLapsed, readOverdue, readWatched } from './due-leases.js';
import { expireDue, expireLapsed } from './expire-due.js';
import { blindMs, end, LeaseWorld, type OpenSession, ownerFold } from './lease-world.fixture.js';
import { endLeases, signOutLease } from './lease-rows.js';
import { recordBeats } from './record-beats.js';

let world: LeaseWorld;
beforeAll(async () => {
  world = await LeaseWorld.start();
});
afterAll(() => world.stop());
beforeEach(async () => {
  await world.forget();
  await world.see();
});

const expire = (sessions: readonly OpenSession[], store = world.store) =>
  expireDue(world.sql, store, end, sessions.map(({ leaseNo }) => leaseNo), { blindMs });
const beat = async ({ tenantId, sessionId }: OpenSession) =>
  (await recordBeats(world.sql, [{ tenantId, sessionId, at: 0 }], 0))[0]?.standing;

describe('a lease that has run out (D9)', () => {
  it('ends by one event that is true since the deadline and tells the last sign of life (case 6)', async () => {
    const one = await world.session();
    expect(await expire([one])).toMatchObject([{ sessionId: one.sessionId, lastSeenAt: one.at, deadline: one.at + 120_000, signedOut: false }]);
    const [event, ...more] = await world.expired(one);
    expect(more).toEqual([]);
    expect(event).toMatchObject({ effectiveAt: one.at + 120_000, data: { lastSeenAt: one.at }, actor: { kind: 'system', id: 'lease' } });
    expect(event?.recordedAt).toBeGreaterThan(one.at + 129_000);
    expect((await world.row(one)).endedAt).not.toBeNull();
  });

  it('does not before its deadline, nor within the slack after it', async () => {
    const early = [await world.session({ agoMs: 110_000 }), await world.session({ agoMs: 120_300 })];
    expect(await expire(early)).toEqual([]);
  });

  it('a second time, or in any other way before, makes no event', async () => {
    const [one, other] = [await world.session(), await world.session()];
    await expire([one]);
    await endLeases(world.sql, { tenantId: 't1', sessionIds: [other.sessionId], at: await world.now() });
    expect(await expire([one, other])).toEqual([]);
    expect([(await world.expired(one)).length, (await world.expired(other)).length]).toEqual([1, 0]);
  });

  it('several sessions of one agent are one append, in the order of their deadlines', async () => {
    const late = await world.session({ agoMs: 125_000, agentId: 'twice' });
    const early = await world.session({ agoMs: 140_000, agentId: 'twice' });
    await expire([late, early]);
    const events = await world.expired(late);
    expect(events.map(({ effectiveAt }) => effectiveAt)).toEqual([early.at + 120_000, late.at + 120_000]);
    expect(new Set(events.map(({ commandId }) => commandId)).size).toBe(1);
  });

  it('whose stream knows nothing of it is put away without an event', async () => {
    const one = await world.session();
    const nothing = { fold: ownerFold, decide: () => [] };
    expect(await expireDue(world.sql, world.store, nothing, [one.leaseNo], { blindMs })).toHaveLength(1);
    expect([(await world.expired(one)).length, (await world.row(one)).endedAt === null]).toEqual([0, false]);
  });
});

describe('two who end the same lease (case 12)', () => {
  it('the second finds it locked, and later ended: one event', async () => {
    const one = await world.session();
    const first = world.pausing();
    const firstDone = expire([one], first.store);
    await first.reached;
    expect(await expire([one])).toEqual([]);
    first.goOn();
    expect(await firstDone).toHaveLength(1);
    expect(await expire([one])).toEqual([]);
    expect(await world.expired(one)).toHaveLength(1);
  });

  it('one that stops in the middle of it is ended by the server soon enough for the other to be in time (D9)', async () => {
    const one = await world.session();
    await transaction(world.sql, async (sql) => {
      expect(await lockDue(sql, [one.leaseNo], 1_000, blindMs)).toHaveLength(1);
      const { rows } = await sql.query<{ limit: string }>(`SELECT current_setting('idle_in_transaction_session_timeout') AS "limit"`);
      expect(rows).toEqual([{ limit: '4s' }]);
    });
  });

  it('four at once over 150 leases: one event each', async () => {
    const sessions: OpenSession[] = [];
    for (let i = 0; i < 150; i++) sessions.push(await world.session());
    await world.see(); // on a busy machine that took longer than sight lasts
    const all = await Promise.all([0, 1, 2, 3].map((turn) => expire(turn % 2 ? sessions : [...sessions].reverse())));
    const ended = [...all.flat(), ...(await expire(sessions))].map(({ sessionId }) => sessionId);
    expect(ended.sort()).toEqual(sessions.map(({ sessionId }) => sessionId).sort());
    for (const one of sessions) expect(await world.expired(one)).toHaveLength(1);
  });
});

describe('a beat and an expiry at the same moment (case 11, D9)', () => {
  it('a beat that is recorded after the lease was found due, and before it is locked, prevents it', async () => {
    const one = await world.session();
    expect(await readWatched(world.sql, [one.leaseNo])).toMatchObject([{ remainingMs: expect.any(Number), endedMs: null }]);
    expect((await readOverdue(world.sql, 0, blindMs, 10)).map(({ leaseNo }) => leaseNo)).toEqual([one.leaseNo]);
    expect(await beat(one)).toBe('open');
    expect(await expire([one])).toEqual([]);
    expect(await world.expired(one)).toEqual([]);
  });

  it('a beat whose transaction is open is not waited for, and once it is committed the lease is not due', async () => {
    const one = await world.session();
    await transaction(world.sql, async (sql) => {
      await recordBeats(sql, [{ ...one, at: 0 }], 0);
      expect(await expire([one])).toEqual([]);
    });
    expect(await expire([one])).toEqual([]);
    expect(await world.expired(one)).toEqual([]);
  });

  it('a beat that is committed between the look of the statement and its lock prevents it', async () => {
    const one = await world.session();
    expect(await world.lockDueAround(one, async () => undefined)).toHaveLength(1);
    expect(await world.lockDueAround(one, async () => expect(await beat(one)).toBe('open'))).toEqual([]);
  });

  it('a beat that comes when the row is locked waits, finds the lease ended, and is told 410', async () => {
    const one = await world.session();
    const { store, reached, goOn } = world.pausing();
    const expiring = expire([one], store);
    await reached;
    const beating = beat(one);
    await world.untilWaiting();
    goOn();
    expect(await expiring).toHaveLength(1);
    expect(await beating).toBe('ended');
    expect((await world.row(one)).lastSeen).toBe(one.at);
  });

  it('a beat that waits for an expiry which then does not happen counts, and keeps it from happening', async () => {
    const one = await world.session();
    let fails = 1;
    const { store, reached, goOn } = world.pausing(() => {
      fails -= 1;
      if (fails === 0) throw new Error('broken');
    });
    const expiring = expire([one], store);
    await reached;
    const beating = beat(one);
    await world.untilWaiting();
    goOn();
    expect(await beating).toBe('open');
    expect(await expiring).toEqual([]);
    expect(await expire([one])).toEqual([]);
    expect(await world.expired(one)).toEqual([]);
  });

  it('a flush of many beats and somebody who takes their rows in the opposite order: one of them fails, and nothing is lost', async () => {
    const [one, other] = [await world.session({ agoMs: 60_000 }), await world.session({ agoMs: 60_000 })];
    const now = await world.now();
    const beats = [one, other].map(({ tenantId, sessionId }) => ({ tenantId, sessionId, at: 0 }));
    const codeOf = (error: { code?: string }): string => error.code ?? 'unknown';
    let flushed: Promise<string> | undefined;
    const mine = await transaction(world.sql, async (sql) => {
      const lock = 'SELECT FROM lease.session WHERE session_id = $1 FOR UPDATE';
      await sql.query(lock, [other.sessionId]);
      flushed = recordBeats(world.sql, beats, 0).then(() => 'written', codeOf); // takes `one`, then waits for `other`
      await world.untilWaiting();
      await sql.query(lock, [one.sessionId]);
      return 'locked';
    }).catch(codeOf);
    // Postgres sacrifices one of the two. A flush keeps its beats for the next one; the store repeats a transaction.
    expect([mine, await flushed].sort()).toEqual(mine === 'locked' ? ['40P01', 'locked'] : ['40P01', 'written']);
    await recordBeats(world.sql, beats, 0);
    for (const session of [one, other]) expect((await world.row(session)).lastSeen).toBeGreaterThanOrEqual(now);
  });
});

describe('an expiry that does not go through', () => {
  it('because somebody wrote to one of the streams: the others end, and that one too, on what is so then', async () => {
    const sessions = [await world.session(), await world.session(), await world.session()];
    const busy = sessions[1] as OpenSession;
    let nudged = false;
    const stale = world.with('load', (load) => async (stream, ...rest) => {
      const head = await load(stream, ...rest);
      if (!nudged && stream.streamId === `agent-${busy.agentId}`) {
        nudged = true;
        await world.nudge(busy);
      }
      return head;
    });
    expect(await expire(sessions, stale)).toHaveLength(3);
    for (const one of sessions) expect(await world.expired(one)).toHaveLength(1);
  });

  it('because one of them is bad: the others end, and it is told which one it is', async () => {
    const sessions = [await world.session(), await world.session(), await world.session()];
    const bad = sessions[1] as OpenSession;
    const picky = {
      ...end,
      decide: (...args: Parameters<typeof end.decide>) => {
        if (args[1].sessionId === bad.sessionId) throw new Error('bad');
        return end.decide(...args);
      },
    };
    const faults: [unknown, number][] = [];
    const leaseNos = sessions.map(({ leaseNo }) => leaseNo);
    const ended = await expireDue(world.sql, world.store, picky, leaseNos, { blindMs, onFault: (error, leaseNo) => faults.push([error, leaseNo]) });
    expect(ended.map(({ sessionId }) => sessionId)).toEqual([sessions[0]?.sessionId, sessions[2]?.sessionId]);
    expect(faults).toEqual([[new Error('bad'), bad.leaseNo]]);
    expect((await world.row(bad)).endedAt).toBeNull();
    await expect(expireDue(world.sql, world.store, picky, leaseNos, { blindMs })).rejects.toThrow('bad');
  });
});

describe('what has lapsed before a command (architecture 3, "overdue facts first")', () => {
  it('is ended to the millisecond, and only of that agent', async () => {
    await world.session({ agoMs: 130_000 });
    const mine = await world.session({ agoMs: 120_050, agentId: 'me' });
    const alive = await world.session({ agoMs: 119_000, agentId: 'me' });
    await world.see();
    expect(await readLapsed(world.sql, mine, blindMs)).toEqual([mine.leaseNo]);
    expect(await expireLapsed(world.sql, world.store, end, mine, blindMs)).toMatchObject([{ sessionId: mine.sessionId }]);
    expect((await world.row(alive)).endedAt).toBeNull();
  });

  it('is not ended while a beat of before the deadline may still be on its way to the row', async () => {
    const mine = await world.session({ agoMs: 120_050 });
    await world.forget();
    await world.sql.query('UPDATE lease.session SET ended_at = NULL WHERE lease_no = $1', [mine.leaseNo]);
    await world.setSight('node-1', 500);
    expect(await expireLapsed(world.sql, world.store, end, mine, blindMs)).toEqual([]);
  });

  it('a signed-out session as well', async () => {
    const mine = await world.session();
    await signOutLease(world.sql, { ...mine, at: mine.at + 1000 });
    expect(await expireLapsed(world.sql, world.store, end, mine, blindMs)).toMatchObject([{ signedOut: true, deadline: mine.at + 120_000 }]);
  });
});
