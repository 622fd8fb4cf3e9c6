import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PoolClient } from 'pg';
import { createPools, type Pools } from '#database';
import { eventually, type FreshDatabase, freshDatabase, SeededRandom } from '#testing';
import { readDueAlarms, removeAlarms, setAlarm } from '../alarms.js';
import { endDue, lockDue, readDue, readLapsed, readNewlyArmed, readOpenLeaseNumbers, readOverdue, readWatched } from '../due-leases.js';
import { countUnsigned, holdBack, keeperSilence, noteKeeper } from '../gate.js';
import { changePushLease, changePushLeases, endLeases, openLease, type Sql, signOutLease } from '../lease-rows.js';
import { recordBeats } from '../record-beats.js';
import { noteSight, sayGoodbye } from '../sight.js';
import { MemoryLeases, type MemoryTransaction } from './memory-leases.js';

/**
 * Times of a history are multiples of twenty seconds ago, thresholds lie in the middle between two: so the milliseconds by which the two
 * sides differ decide nothing, and what is compared is rounded to ten seconds.
 */
const GRID_MS = 20_000;
const ROUNDED_MS = 10_000;
const PATIENCE = { blindMs: 30_000, graceMs: 90_000, trustMs: 0 };
const LEASES = [70, 130] as const;
/** A history that takes longer is not compared: its milliseconds might decide. */
const LONGEST_MS = 4_000;
const HISTORIES = 60;
const LENGTH = 25;

/** What one side of the comparison is: the real functions of this room, on Postgres or on the model. */
interface Side {
  readonly sql: Sql;
  /** The instant so many ms ago, by this side's clock. */
  ago(ms: number): number;
}

type Act = (side: Side) => Promise<unknown>;

interface Step {
  readonly what: string;
  /** In the transaction that is open, if there is one. */
  readonly within: boolean;
  readonly act: Act;
}

let database: FreshDatabase;
let pools: Pools;
beforeAll(async () => {
  database = await freshDatabase();
  pools = createPools(database.serviceUrl);
});
afterAll(async () => {
  await pools.close();
  await database.drop();
});

/** The next step of a history; sessions are numbered, so that steps meet each other. */
function anyStep(dice: SeededRandom, tenantId: string, opened: { count: number }): Step {
  // Often a deadline that has just passed: there sight and slack decide.
  const ago = (dice.chance(0.4) ? dice.pick([4, 7]) : dice.between(0, 10)) * GRID_MS;
  // Some from the future, by a wrong clock.
  const beatAgo = dice.chance(0.15) ? -GRID_MS : ago;
  const id = (): string => `s${dice.between(1, Math.max(1, opened.count))}`;
  const ids = (): string[] => [...new Set(Array.from({ length: dice.between(1, 4) }, id))].sort();
  const sessionId = id();
  const sessionIds = ids();
  const agentId = `a${dice.between(1, 3)}`;
  const node = dice.pick(['n1', 'n2']);
  const seenMs = dice.pick([0, 0, GRID_MS]);
  const slackMs = dice.pick([0, 1_000, GRID_MS]);
  const pushSeconds = dice.pick([310, 610, 10, null]);
  const subjectId = dice.pick(['x', 'x', 'y']);
  // Some statements that were long on their way.
  const onTheWay = dice.pick([null, 0, GRID_MS]);
  const latest = (side: Side): number | null => (onTheWay === null ? null : side.ago(onTheWay));
  const alarm = (side: Side) => ({ tenantId, partition: 3, kind: 'bell', subjectId, dueAt: side.ago(ago - 110_000) });
  const numbers = async (sql: Sql): Promise<number[]> => (await readOpenLeaseNumbers(sql, 0, 100)).map(({ leaseNo }) => leaseNo);
  const { blindMs } = PATIENCE;
  const steps: [weight: number, what: string, Act, within?: boolean][] = [
    [6, 'opens', (side) => {
      const [leaseSeconds, device] = [LEASES[ago % 3 === 0 ? 0 : 1], ago % 4 === 0 ? 'mobile' : 'desktop'] as const;
      return openLease(side.sql, { tenantId, partition: 3, sessionId: `s${opened.count}`, agentId, device, leaseSeconds, at: side.ago(ago) });
    }, dice.chance(0.2)],
    [8, `beats of ${sessionIds.join(' ')}`, (side) =>
      recordBeats(side.sql, sessionIds.map((one) => ({ tenantId, sessionId: one, at: -beatAgo })), 0, { latest: latest(side) }).then(bySession)],
    [1, 'a beat of nobody', (side) => recordBeats(side.sql, [{ tenantId, sessionId: 'nobody', at: 0 }], 0)],
    [2, `signs out ${sessionId}`, (side) => signOutLease(side.sql, { tenantId, sessionId, at: side.ago(ago) }), dice.chance(0.6)],
    [2, `push of ${sessionId}`, (side) => changePushLease(side.sql, { tenantId, sessionId, pushSeconds }), dice.chance(0.5)],
    [1, 'push of all', (side) => changePushLeases(side.sql, { tenantId, pushSeconds: pushSeconds ?? 0 }), dice.chance(0.5)],
    [2, `ends ${sessionIds.join(' ')}`, (side) => endLeases(side.sql, { tenantId, sessionIds, at: side.ago(0) }), dice.chance(0.6)],
    [10, `sight of ${node}`, async (side) => (await noteSight(side.sql, { node, ageMs: seenMs, latest: latest(side) }, PATIENCE)).returned],
    [2, `goodbye of ${node}`, (side) => sayGoodbye(side.sql, node)],
    [1, 'holds back', (side) => holdBack(side.sql, PATIENCE.graceMs)],
    [1, 'keeper', (side) => noteKeeper(side.sql)],
    [1, 'silence', (side) => keeperSilence(side.sql)],
    [1, 'counts', (side) => countUnsigned(side.sql)],
    [1, 'newly armed', (side) => readNewlyArmed(side.sql, 50_000).then(byNumber)],
    [1, 'watched', async (side) => byNumber(await readWatched(side.sql, (await numbers(side.sql)).slice(0, 5)))],
    [3, 'overdue', (side) => readOverdue(side.sql, slackMs, blindMs, 100).then(byNumber)],
    [5, `lapsed of ${agentId}`, async (side) => (await readLapsed(side.sql, { tenantId, agentId }, blindMs)).sort((a, b) => a - b)],
    [2, 'due', async (side) => byNumber(await readDue(side.sql, await numbers(side.sql), slackMs, blindMs))],
    [9, 'expiry', async (side) => {
      const due = await lockDue(side.sql, await numbers(side.sql), slackMs, blindMs);
      await endDue(side.sql, due.map(({ leaseNo }) => leaseNo));
      return due;
    }, dice.chance(0.5)],
    [3, `sets an alarm of ${subjectId}`, (side) => setAlarm(side.sql, alarm(side)), dice.chance(0.5)],
    [3, 'alarms', (side) => readDueAlarms(side.sql, 'bell', slackMs, 5)],
    [3, `removes the alarm of ${subjectId}`, (side) => removeAlarms(side.sql, [alarm(side)])],
  ];
  let lot = dice.between(1, steps.reduce((sum, [weight]) => sum + weight, 0));
  const [, what, act, within = false] = steps.find(([weight]) => (lot -= weight) <= 0) as (typeof steps)[number];
  return { what, act, within };
}

const bySession = <T extends { sessionId: string }>(rows: T[]): T[] => rows.sort((a, b) => (a.sessionId < b.sessionId ? -1 : 1));
const byNumber = <T extends { leaseNo: number }>(rows: T[]): T[] => [...rows].sort((a, b) => a.leaseNo - b.leaseNo);

/** Seen without looking at a clock. */
class Disagreement extends Error {}

/** One history on both sides. */
class Comparison {
  private readonly real: PoolSide;
  private shifted = 0;
  private offset = 0;
  private readonly model: MemoryLeases;
  private readonly opened = { count: 0 };
  private transactions: { client: PoolClient; memory: MemoryTransaction } | null = null;
  private waiting: { what: string; real: Promise<unknown>; model: Promise<unknown> } | null = null;
  readonly done: string[] = [];
  readonly met = new Set<string>();

  constructor(
    private readonly dice: SeededRandom,
    private readonly tenantId: string,
  ) {
    this.model = new MemoryLeases({ clock: { now: () => Date.now() + this.offset + this.shifted } });
    this.real = { sql: pools.engine, ago: (ms) => Date.now() + this.offset - ms };
  }

  async play(): Promise<void> {
    await pools.engine.query('DELETE FROM lease.sight');
    await pools.engine.query('DELETE FROM lease.alarm');
    await pools.engine.query(
      `UPDATE lease.gate SET no_expiry_before = '-infinity', sight_until = NULL, held_back_at = NULL, keeper_at = NULL`,
    );
    await pools.engine.query('UPDATE lease.session SET ended_at = clock_timestamp() WHERE ended_at IS NULL');
    const { rows } = await pools.engine.query<{ now: number; last: number }>(
      'SELECT clock_timestamp() AS now, (SELECT coalesce(max(lease_no), 0) FROM lease.session) AS last',
    );
    this.offset = (rows[0]?.now ?? 0) - Date.now();
    // A number that was rolled back is not in the table, so the sequence is asked by using it up.
    this.model.tables.lastLeaseNo = await this.lastNumber();
    try {
      // Nothing is due before somebody has sessions and sight.
      for (const what of ['opens', 'opens', 'opens', 'opens', 'sight of n1', 'sight of n2']) await this.carryOut(this.stepLike(what));
      for (let i = 0; i < LENGTH; i += 1) await this.step();
    } finally {
      await this.endTransactions(true).catch(() => undefined);
    }
  }

  private async step(): Promise<void> {
    if (this.transactions) {
      if (this.waiting || this.dice.chance(0.2)) return this.endTransactions(this.dice.chance(0.7));
    } else if (this.dice.chance(0.15)) return this.begin();
    else if (this.dice.chance(0.1)) return this.forgetGate();
    else if (this.dice.chance(0.15)) return this.shift(this.dice.between(1, 5) * GRID_MS, this.dice.some(['n1', 'n2'], 0.7));
    // Two who end the same leases are what matters most.
    const meet = this.transactions !== null && this.dice.chance(0.4);
    return this.carryOut(meet ? this.stepLike('expiry') : anyStep(this.dice, this.tenantId, this.opened));
  }

  private stepLike(wanted: string): Step {
    for (;;) {
      const step = anyStep(this.dice, this.tenantId, this.opened);
      if (step.what.startsWith(wanted)) return step;
    }
  }

  private async carryOut({ what, act, within }: Step): Promise<void> {
    if (what === 'opens') this.opened.count += 1;
    const transactions = within ? this.transactions : null;
    this.done.push(transactions ? `in the transaction: ${what}` : what);
    const { now } = this.model.tables;
    const model = this.on(act, { sql: transactions?.memory.sql ?? this.model.pool, ago: (ms) => now() - ms }, now);
    let answered = false;
    void model.finally(() => (answered = true));
    await new Promise((resolve) => setImmediate(resolve));
    const real = this.on(act, { ...this.real, sql: transactions?.client ?? this.real.sql }, () => this.real.ago(0));
    if (answered) return this.compare(what, real, model);
    // The model says that somebody holds the row: then the real statement waits as well, until that transaction ends.
    this.met.add('waited for a lock');
    this.waiting = { what, real, model };
    const waiting = `SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    const waits = eventually(async () => (await pools.engine.query<{ n: number }>(waiting)).rows[0]?.n === 1, { every: 2 });
    const first = await Promise.race([waits.then(() => null), real.then((gives) => ({ gives }))]);
    await waits.catch(() => undefined);
    if (first) throw new Disagreement(`${what}: the model waits for a lock, Postgres gives ${JSON.stringify(first.gives)}`);
  }

  /** What an act gives, or the code of its error, in a form that both sides share. */
  private async on(act: Act, side: Side, now: () => number): Promise<unknown> {
    try {
      return rounded(await act(side), now());
    } catch (error) {
      const { code } = error as { code?: string };
      if (code === undefined) throw error;
      return { code };
    }
  }

  private async compare(what: string, real: Promise<unknown>, model: Promise<unknown>): Promise<void> {
    const [is, wanted] = await Promise.all([real, model]);
    if (Array.isArray(is) && is.length > 0) this.met.add(what.split(' ')[0] as string);
    expect({ what, gives: wanted }).toEqual({ what, gives: is });
    expect({ what, tables: this.modelTables() }).toEqual({ what, tables: await this.realTables() });
  }

  private async begin(): Promise<void> {
    this.done.push('begins a transaction');
    const client = await pools.engine.connect();
    await client.query('BEGIN');
    this.transactions = { client, memory: this.model.begin() };
  }

  private async endTransactions(commit: boolean): Promise<void> {
    const { transactions, waiting } = this;
    if (!transactions) return;
    this.done.push(commit ? 'commits' : 'rolls back');
    await transactions.client.query(commit ? 'COMMIT' : 'ROLLBACK');
    transactions.client.release();
    if (commit) transactions.memory.commit();
    else transactions.memory.rollback();
    this.transactions = null;
    this.waiting = null;
    if (waiting) await this.compare(waiting.what, waiting.real, waiting.model);
    else expect(this.modelTables()).toEqual(await this.realTables());
  }

  private async forgetGate(): Promise<void> {
    this.done.push('the gate opens');
    await pools.engine.query(`UPDATE lease.gate SET no_expiry_before = '-infinity', held_back_at = NULL`);
    Object.assign(this.model.tables.gate, { noExpiryBefore: Number.NEGATIVE_INFINITY, heldBackAt: null });
  }

  /** Time passes: in Postgres everything moves into the past but the sight of processes that go on noting it. */
  private async shift(ms: number, seeing: readonly string[]): Promise<void> {
    this.done.push(`${ms / 1000} s pass, seen by ${seeing.join(' and ') || 'nobody'}`);
    this.shifted += ms;
    const by = `- ${ms} * interval '1 millisecond'`;
    await pools.engine.query(`
      UPDATE lease.session SET last_seen = last_seen ${by}, started_at = started_at ${by}, signed_out_at = signed_out_at ${by},
        ended_at = ended_at ${by}, held_until = held_until ${by}, armed_at = armed_at ${by} WHERE tenant_id = '${this.tenantId}'`);
    const { sight } = this.model.tables;
    for (const [node, at] of sight) if (seeing.includes(node)) sight.set(node, at + ms);
    await pools.engine.query(`UPDATE lease.sight SET at = at ${by} WHERE node <> ALL ($1::text[])`, [seeing]);
    await pools.engine.query(`UPDATE lease.alarm SET due_at = due_at ${by}`);
    await pools.engine.query(`
      UPDATE lease.gate SET no_expiry_before = no_expiry_before ${by}, sight_until = sight_until ${by}, held_back_at = held_back_at ${by},
        keeper_at = keeper_at ${by}`);
  }

  private modelTables(): unknown {
    const { sessions, alarms, sight, gate, now } = this.model.tables;
    const committed = <T>(slots: Iterable<{ committed: T | null }>): T[] => [...slots].flatMap(({ committed: row }) => row ?? []);
    return rounded(
      {
        sessions: byNumber(committed(sessions.values())),
        alarms: committed(alarms.values()).map(({ subjectId, dueAt }) => ({ subjectId, dueAt })).sort((a, b) => (a.subjectId < b.subjectId ? -1 : 1)),
        sight: [...sight].map(([node, at]) => ({ node, at })).sort((a, b) => (a.node < b.node ? -1 : 1)),
        gate,
      },
      now(),
    );
  }

  private async realTables(): Promise<unknown> {
    const all = async (text: string): Promise<unknown[]> => (await pools.engine.query<object>(text)).rows;
    const sessions = await all(`
      SELECT lease_no AS "leaseNo", tenant_id AS "tenantId", partition, session_id AS "sessionId", agent_id AS "agentId", device,
        lease_seconds AS "leaseSeconds", started_at AS "startedAt", last_seen AS "lastSeen", signed_out_at AS "signedOutAt",
        ended_at AS "endedAt", push_seconds AS "pushSeconds", held_until AS "heldUntil", armed_at AS "armedAt"
      FROM lease.session WHERE tenant_id = '${this.tenantId}' ORDER BY lease_no`);
    const alarms = await all('SELECT subject_id AS "subjectId", due_at AS "dueAt" FROM lease.alarm ORDER BY subject_id');
    const sight = await all('SELECT node, at FROM lease.sight ORDER BY node');
    const [gate] = await all(`
      SELECT no_expiry_before AS "noExpiryBefore", sight_until AS "sightUntil", held_back_at AS "heldBackAt", keeper_at AS "keeperAt"
      FROM lease.gate`);
    return rounded({ sessions, alarms, sight, gate }, this.real.ago(0));
  }

  private async lastNumber(): Promise<number> {
    const at = Date.now() + this.offset;
    const lease = { tenantId: `${this.tenantId}-number`, partition: 3, sessionId: 's', agentId: 'a', device: 'desktop', leaseSeconds: 60, at } as const;
    await openLease(pools.engine, lease);
    await endLeases(pools.engine, { ...lease, sessionIds: ['s'] });
    return (await pools.engine.query<{ no: number }>('SELECT max(lease_no) AS no FROM lease.session')).rows[0]?.no ?? 0;
  }
}

type PoolSide = Side;

/** Instants as distances from now, distances as they are, both in whole steps; everything else as it is. */
function rounded(value: unknown, now: number, name = ''): unknown {
  if (Array.isArray(value)) return value.map((one) => rounded(one, now));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, rounded(one, now, key)]));
  }
  if (typeof value !== 'number' || !Number.isFinite(value)) return value;
  if (value > 1e12) return `${Math.round((value - now) / ROUNDED_MS) + 0} steps from now`;
  return name.endsWith('Ms') || name === '' ? Math.round(value / ROUNDED_MS) + 0 : value;
}

describe('the leases in memory', () => {
  it('do what Postgres does, statement by statement and lock by lock, in any history', async () => {
    const met = new Set<string>();
    let compared = 0;
    for (let seed = 1; seed <= HISTORIES; seed += 1) {
      const comparison = new Comparison(new SeededRandom(seed), `t${seed}`);
      const began = performance.now();
      try {
        await comparison.play();
      } catch (error) {
        if (performance.now() - began > LONGEST_MS && !(error instanceof Disagreement)) continue;
        throw new Error(`history ${seed}: ${comparison.done.join(', ')}`, { cause: error });
      }
      if (performance.now() - began <= LONGEST_MS) compared += 1;
      for (const one of comparison.met) met.add(one);
    }
    expect(compared).toBeGreaterThan(HISTORIES / 3);
    for (const rare of ['waited for a lock', 'expiry', 'due', 'overdue', 'lapsed', 'alarms', 'newly', 'watched']) expect(met).toContain(rare);
  }, 120_000);
});
