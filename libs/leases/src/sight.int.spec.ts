import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { transaction } from '#database';
import { readLapsed, readOverdue, readWatched, SLACK_MS } from './due-leases.js';
import { expireDue } from './expire-due.js';
import { countUnsigned, holdBack, keeperSilence, noteKeeper } from './gate.js';
import { blindMs, end, LeaseWorld, type OpenSession, patience } from './lease-world.fixture.js';
import { signOutLease } from './lease-rows.js';
import { noteSight, patienceOf, sayGoodbye } from './sight.js';

let world: LeaseWorld;
beforeAll(async () => {
  world = await LeaseWorld.start();
});
afterAll(() => world.stop());
beforeEach(() => world.forget());

const expire = ({ leaseNo }: OpenSession) => expireDue(world.sql, world.store, end, [leaseNo], { blindMs });
const isDue = async (one: OpenSession): Promise<boolean> => {
  const overdue = await readOverdue(world.sql, 0, blindMs, 100);
  const lapsed = await readLapsed(world.sql, one, blindMs);
  expect(overdue.some(({ leaseNo }) => leaseNo === one.leaseNo)).toBe(lapsed.includes(one.leaseNo));
  return lapsed.includes(one.leaseNo);
};
/** Grace from now on, give or take the time of a statement. */
const inGrace = async (): Promise<boolean> => Math.abs((await world.gate()).noExpiryBefore - (await world.now()) - patience.graceMs) < 2000;
const noGate = async (): Promise<boolean> => (await world.gate()).noExpiryBefore === Number.NEGATIVE_INFINITY;

describe('how patient presence is with ourselves (D10)', () => {
  it.each([
    [2, { blindMs: 1000, graceMs: 2000, trustMs: 1000 }],
    [4, { blindMs: 2000, graceMs: 4000, trustMs: 2000 }],
    [120, { blindMs: 5000, graceMs: 75_000, trustMs: 37_500 }],
    [3600, { blindMs: 5000, graceMs: 75_000, trustMs: 37_500 }],
  ])('with a lease of %d s', (seconds, expected) => {
    expect(patienceOf(seconds)).toEqual(expected);
  });
});

describe('sight', () => {
  it('nobody has any: nobody is due', async () => {
    const one = await world.session();
    expect(await isDue(one)).toBe(false);
    expect(await expire(one)).toEqual([]);
    await world.see();
    expect(await isDue(one)).toBe(true);
    expect(await expire(one)).toHaveLength(1);
  });

  it('is that of the process that is furthest behind', async () => {
    const one = await world.session({ agoMs: 122_000 });
    await world.setSight('node-1', 0);
    await world.setSight('node-2', 3000); // beats of the last 3 s may not be recorded: one of before the deadline among them
    expect(await isDue(one)).toBe(false);
    expect(await expire(one)).toEqual([]);
    await world.setSight('node-2', 1500);
    expect(await isDue(one)).toBe(true);
  });

  it('of one process too old: blind, nobody is due', async () => {
    const one = await world.session();
    await world.setSight('node-1', 0);
    await world.setSight('node-2', blindMs + 500);
    expect(await isDue(one)).toBe(false);
    expect(await expire(one)).toEqual([]);
  });

  it('never goes back, and never into the future', async () => {
    await world.see('node-1', 100);
    const at = async () => (await world.sql.query<{ at: number }>('SELECT at FROM lease.sight')).rows[0]?.at ?? 0;
    const first = await at();
    await world.see('node-1', 3000);
    expect(await at()).toBe(first);
    await world.see('node-1', -3_600_000);
    expect(await at()).toBeLessThanOrEqual(await world.now());
  });
});

describe('a note of sight that was long on its way', () => {
  it('says no more than the process knew: what was received meanwhile is not recorded', async () => {
    const one = await world.session({ agoMs: 122_500 });
    const told = (await world.now()) - 3_000;
    await noteSight(world.sql, { node: 'node-1', ageMs: 0, latest: told }, patience);
    expect(await isDue(one)).toBe(false);
    await world.see('node-1');
    expect(await isDue(one)).toBe(true);
  });

  it('tells the process what the clock of Postgres shows', async () => {
    const before = await world.now();
    const { hour } = await noteSight(world.sql, { node: 'node-1', ageMs: 2_000 }, patience);
    expect([hour >= before, hour <= (await world.now())]).toEqual([true, true]);
  });
});

describe('a return from blindness (D10)', () => {
  it('the first start on an empty store is none', async () => {
    expect(await world.see()).toBe(false);
    expect(await world.see()).toBe(false);
    expect(await noGate()).toBe(true);
  });

  it('of the only process: nobody expires before the grace is over, and that is then the deadline that applies', async () => {
    const one = await world.session();
    await world.setSight('node-1', blindMs + 100);
    expect(await world.see()).toBe(true);
    expect(await inGrace()).toBe(true);
    expect(await isDue(one)).toBe(false);
    expect(await expire(one)).toEqual([]);
    const [watched] = await readWatched(world.sql, [one.leaseNo]);
    expect(Math.abs((watched?.remainingMs ?? 0) - patience.graceMs - SLACK_MS)).toBeLessThan(2000);

    await world.sql.query(`UPDATE lease.gate SET no_expiry_before = clock_timestamp() - interval '2 seconds'`);
    const gate = (await world.gate()).noExpiryBefore;
    await world.see();
    expect(await expire(one)).toMatchObject([{ deadline: gate }]);
    expect(await world.expired(one)).toMatchObject([{ effectiveAt: gate, data: { lastSeenAt: one.at } }]);
  });

  it('does not move a later deadline to an earlier instant', async () => {
    const phone = await world.session({ agoMs: 1000, leaseSeconds: 3600 });
    await world.setSight('node-1', 60_000);
    await world.see();
    const [watched] = await readWatched(world.sql, [phone.leaseNo]);
    expect(watched?.remainingMs).toBeGreaterThan(3_500_000);
  });

  it('another process has vanished without goodbye: its last beats are lost, so there is grace, once', async () => {
    await world.see('node-2');
    await world.setSight('node-1', blindMs + 100);
    expect(await world.see('node-2')).toBe(true);
    expect(await world.nodes()).toEqual(['node-2']);
    expect(await inGrace()).toBe(true);
    expect(await world.see('node-2')).toBe(false);
  });

  it('one that is only slow is not taken for vanished', async () => {
    await world.setSight('node-1', blindMs - 1000);
    expect(await world.see('node-2')).toBe(false);
    expect([await world.nodes(), await noGate()]).toEqual([['node-1', 'node-2'], true]);
  });

  it('a process that was slow itself has its place again, and the others see no return', async () => {
    await world.setSight('node-1', blindMs + 100);
    await world.see('node-2');
    await world.forgetGate();
    expect(await world.see('node-1')).toBe(false);
    expect([await world.nodes(), await noGate()]).toEqual([['node-1', 'node-2'], true]);
  });

  it('after a goodbye and within the blind time is none: a restart is no outage', async () => {
    await world.see('node-1');
    await sayGoodbye(world.sql, 'node-1');
    expect(await world.nodes()).toEqual([]);
    expect(await world.see('node-2')).toBe(false);
    expect(await noGate()).toBe(true);
  });

  it('after a goodbye long ago is one: nobody could beat meanwhile (case 16)', async () => {
    const one = await world.session();
    await world.see('node-1');
    await sayGoodbye(world.sql, 'node-1');
    expect(await expire(one)).toEqual([]); // nobody is there who could know
    await world.sql.query(`UPDATE lease.gate SET sight_until = clock_timestamp() - interval '10 minutes'`);
    expect(await world.see('node-2')).toBe(true);
    expect(await inGrace()).toBe(true);
    expect(await expire(one)).toEqual([]);
  });

  it('the goodbye of one of two changes nothing for the other', async () => {
    await world.see('node-1');
    await world.see('node-2');
    await sayGoodbye(world.sql, 'node-1');
    await sayGoodbye(world.sql, 'never-seen');
    expect([await world.nodes(), await world.see('node-2'), await noGate()]).toEqual([['node-2'], false, true]);
  });

  it('of two at the same moment: both go on, none of the statements fails', async () => {
    await world.setSight('node-1', blindMs + 100);
    await world.setSight('node-2', blindMs + 100);
    let both: Promise<boolean[]> | undefined;
    await transaction(world.sql, async (sql) => {
      await sql.query('SELECT FROM lease.gate FOR UPDATE');
      both = Promise.all([world.see('node-1'), world.see('node-2')]); // each finds the other stale
      await world.untilWaiting(2);
    });
    expect(await both).toContain(true);
    await world.see('node-1');
    await world.see('node-2');
    expect(await world.nodes()).toEqual(['node-1', 'node-2']);
  });

  it('cannot be seen without its grace by a statement that began before it', async () => {
    const one = await world.session();
    await world.setSight('node-1', 600_000);
    const due = await world.lockDueAround(one, async (sql) => expect((await noteSight(sql, { node: 'node-1', ageMs: 0 }, patience)).returned).toBe(true));
    expect(due).toEqual([]);
  });
});

describe('the gate', () => {
  it('holds everybody back once per wave', async () => {
    const one = await world.session();
    await world.see();
    expect(await holdBack(world.sql, 75_000)).toBe(true);
    expect(await inGrace()).toBe(true);
    expect(await expire(one)).toEqual([]);
    expect(await holdBack(world.sql, 75_000)).toBe(false);
    await world.sql.query(`UPDATE lease.gate SET held_back_at = clock_timestamp() - interval '11 minutes'`);
    expect(await holdBack(world.sql, 1000)).toBe(true);
    expect(await inGrace()).toBe(true); // never to an earlier instant
  });

  it('knows when a timekeeper was heard of last', async () => {
    expect(await keeperSilence(world.sql)).toBeNull();
    expect(Math.abs((await noteKeeper(world.sql)) - (await world.now()))).toBeLessThan(1000);
    await world.sql.query(`UPDATE lease.gate SET keeper_at = clock_timestamp() - interval '7 seconds'`);
    expect(Math.round(((await keeperSilence(world.sql)) ?? 0) / 1000)).toBe(7);
  });

  it('compares a wave with the open sessions that did not sign out', async () => {
    const [one, other] = [await world.session(), await world.session()];
    expect(await countUnsigned(world.sql)).toBe(2);
    await signOutLease(world.sql, { ...one, at: await world.now() });
    expect(await countUnsigned(world.sql)).toBe(1);
    await world.see();
    await expire(other);
    expect(await countUnsigned(world.sql)).toBe(0);
  });
});
