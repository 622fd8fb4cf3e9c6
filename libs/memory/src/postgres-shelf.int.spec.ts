import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createPools, type Pools, withTenant } from '#database';
import { type AgentEvent, agentFold } from '#domain/agent-presence/index';
import { type SiteEvent, siteFold } from '#domain/tenant-settings/index';
import { handleCommand, PostgresEventStore } from '#event-store';
import { agentAdded, freshDatabase, type FreshDatabase, signedIn, siteAdded, switchedTo } from '#testing';
import type { TenantLog } from './facts.js';
import { forgetOldRules, forgetPastOf, Memory, PostgresShelf } from './index.js';
import { MemoryShelf } from './memory-shelf.fixture.js';

const STRIDES = { apart: 10, waiting: 3 };
const BOX = { siteId: 'shop', groupId: null };

let database: FreshDatabase;
let pools: Pools;
let admin: pg.Client;
let store: PostgresEventStore;
let log: TenantLog;
/** Events that were read out of the log. */
let read = 0;

const tell = async (...events: (AgentEvent & { effectiveAt?: number })[]) => {
  const agentId = events[0]?.data.agentId ?? '';
  const stream = { tenantId: 't1', partition: 7, streamId: `agent-${agentId}` };
  const told = await handleCommand(store, { stream, fold: agentFold, decide: () => events, actor: { kind: 'agent', id: agentId } });
  return told.version;
};
const turn = async (times: number) => {
  for (let i = 0; i < times; i += 1) await tell(switchedTo('A', i % 2 === 0 ? 'online' : 'offline'));
};
/** Everything there is to ask, at some instants spread over the log. */
const answers = async (memory: Memory) => {
  const events = await store.readTenant(7, 't1', { after: 0, limit: 1_000 });
  const instants = events.filter((_, i) => i % 40 === 20).map(({ effectiveAt }) => effectiveAt);
  const all: unknown[] = [];
  for (const at of instants) {
    for (const reading of ['actual', 'shown'] as const) {
      const { agents, sites } = await memory.recall(log, at, reading);
      all.push([...agents.values()], [...sites].map(([id, { version, boxes }]) => [id, version, [...boxes]]));
    }
    for (const subject of [BOX, { agentId: 'A' }]) all.push(await memory.history(log, { of: subject, from: at, to: at + 3_600_000, after: null, limit: 7 }, 'actual'));
    all.push(await memory.history(log, { of: { agentId: 'A' }, from: at, to: at + 3_600_000, after: at, limit: 7 }, 'shown'));
    all.push((await memory.report(log, 'shop', [{ date: '', from: at, to: at + 50 }], {})).site);
  }
  return JSON.parse(JSON.stringify(all)) as unknown;
};
const placesOf = async () => (await admin.query('SELECT position, told_until FROM memory.place ORDER BY position')).rows;

beforeAll(async () => {
  database = await freshDatabase();
  pools = createPools(database.serviceUrl);
  admin = new pg.Client({ connectionString: database.adminUrl, options: '-c ampel.scope=all' });
  await admin.connect();
  store = new PostgresEventStore(pools);
  const counted: TenantLog['store'] = {
    readTenant: async (...asked) => {
      const events = await store.readTenant(...asked);
      read += events.length;
      return events;
    },
    readStream: (...asked) => store.readStream(...asked),
    tailOf: (...asked) => store.tailOf(...asked),
  };
  log = { store: counted, tenantId: 't1', partition: 7 };
  const stream = { tenantId: 't1', partition: 7, streamId: 'site-shop' };
  await handleCommand(store, { stream, fold: siteFold, decide: (): SiteEvent[] => [siteAdded()], actor: { kind: 'platform', id: 'p' } });
  await tell(agentAdded('A'), signedIn('A'));
  await turn(120);
});
afterAll(async () => {
  await admin.end();
  await pools.close();
  await database.drop();
});

describe('places in Postgres', () => {
  it('give the answers of a reader of everything, to every process, and save reading', async () => {
    const expected = await answers(new Memory(new MemoryShelf()));
    expect(await answers(new Memory(new PostgresShelf(pools)))).toEqual(expected); // nobody has walked yet
    await new Memory(new PostgresShelf(pools), STRIDES).walk(log);
    expect((await placesOf()).length).toBeGreaterThan(10);
    const other = new Memory(new PostgresShelf(pools));
    expect(await answers(other)).toEqual(expected);
    const middle = (await store.readTenant(7, 't1', { after: 60, limit: 1 }))[0]?.effectiveAt ?? 0;
    read = 0;
    await other.recall(log, middle, 'actual');
    await other.recall(log, middle, 'shown');
    expect(read).toBeLessThan(40);
    expect(await other.isBehind(log)).toBe(false);
  });

  it('what comes very late is in all answers at once, and takes away the places that did not know of it', async () => {
    const before = await placesOf();
    const events = await store.readTenant(7, 't1', { after: 0, limit: 1_000 });
    const effectiveAt = events[50]?.effectiveAt ?? 0;
    const lapse = { sessionId: 'A-desktop', lastSeenAt: new Date(effectiveAt).toISOString() };
    await tell({ type: 'HeartbeatExpired', data: { agentId: 'A', ...lapse }, effectiveAt });
    const expected = await answers(new Memory(new MemoryShelf()));
    const memory = new Memory(new PostgresShelf(pools), STRIDES);
    expect(await answers(memory)).toEqual(expected);
    await Promise.all([memory.walk(log), new Memory(new PostgresShelf(pools), STRIDES).walk(log)]);
    expect(await answers(memory)).toEqual(expected);
    const lasting = before.filter(({ told_until }) => Number(told_until) <= effectiveAt);
    expect(lasting.length).toBeGreaterThan(0);
    expect((await placesOf()).slice(0, lasting.length)).toEqual(lasting);
  });

  it('are the tenant\'s own, and of those who fold by the same rules; they go with the tenant', async () => {
    const count = 'SELECT (SELECT count(*) FROM memory.place) + (SELECT count(*) FROM memory.stretch) AS n';
    const seenBy = async (tenantId: string) => withTenant(pools, tenantId, async (sql) => (await sql.query<{ n: number }>(count)).rows[0]?.n);
    expect([(await seenBy('t1')) ?? 0, await seenBy('t2')]).toEqual([expect.any(Number), 0]);
    const byOthers = new PostgresShelf(pools, 'other rules');
    expect((await byOthers.find(log, 'told', Infinity)).last).toBeNull();
    await new Memory(byOthers, STRIDES).walk(log);
    const all = (await placesOf()).length;
    await forgetOldRules(pools);
    expect((await placesOf()).length).toBe(all);
    await admin.query(`UPDATE memory.place SET made_at = made_at - interval '2 days'`);
    await forgetOldRules(pools);
    expect((await placesOf()).length).toBeLessThan(all);
    expect((await new PostgresShelf(pools).find(log, 'told', Infinity)).last).not.toBeNull();
    await withTenant(pools, 't1', (sql) => forgetPastOf(sql, 't1'));
    expect(await seenBy('t1')).toBe(0);
  });
});
