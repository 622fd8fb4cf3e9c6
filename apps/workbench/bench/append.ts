import { createHash, randomUUID } from 'node:crypto';
import { createPools } from '#database';
import { handleCommand, PostgresEventStore } from '#event-store';
import type { EventStore, NewEvent, StreamAddress } from '#event-store';
import type { Bench, Benchmark, Row } from './benchmark.js';
import { openHouse } from './house.js';
import { growthOf } from './measure-growth.js';
import { inPairs, rowOf } from './measure-pairs.js';
import { insertRows, prepareRows } from './yardsticks/insert-rows.js';

const SECONDS = 2; // of each half of a pair
const STREAMS = 4_096;
const TENANTS = 200;

/** P1, P2: durable appends through the whole command path against single-row inserts, on a Postgres that syncs to disk. */
export const appendByMany: Benchmark = {
  id: 'P1',
  title: 'durable append through the command path, 256 callers, against single-row inserts of 32 clients',
  run: (bench) => measure(bench, { id: 'P1', callers: 256, clients: 32, goal: 2 }),
};

export const appendByFew: Benchmark = {
  id: 'P2',
  title: 'the same with 8 callers, against 8 clients',
  run: (bench) => measure(bench, { id: 'P2', callers: 8, clients: 8, goal: 0.6 }),
};

async function measure(bench: Bench, { id, callers, clients, goal }: { id: string; callers: number; clients: number; goal: number }): Promise<Row[]> {
  const { database } = await openHouse(bench);
  const pools = createPools(database.service);
  bench.atEnd(() => pools.close());
  const store = new PostgresEventStore(pools);
  await prepareRows(database.admin);

  const seconds = bench.quick ? 0.2 : SECONDS;
  const streams = streamsOf(STREAMS);
  const pairs = await inPairs(bench, {
    ours: async () => ({ perSecond: await append(store, streams, callers, seconds) }),
    yardstick: async () => ({ perSecond: await insertRows(database.admin, clients, seconds) }),
  });
  const growth = await growthOf(bench, { of: 'streams', unit: 'µs', once: STREAMS }, async (amount) => {
    const more = streamsOf(amount);
    await append(store, more, callers, seconds);
    return async () => 1e6 / (await append(store, more, callers, seconds));
  });
  const name = `append, ${callers} callers`;
  return [rowOf(pairs, 'perSecond', { id, name, unit: '1/s', goal, better: 'higher', growth })];
}

interface Switch {
  readonly status: string;
  readonly version: number;
  readonly since: number;
  readonly sessions: readonly string[];
  readonly groups: readonly string[];
}

const FOLD = {
  category: 'agent',
  stateVersion: 1,
  initial: { status: 'offline', version: 0, since: 0, sessions: [], groups: ['g'] } satisfies Switch as Switch,
  evolve: (state: Switch, event: NewEvent & { effectiveAt: number }): Switch => ({
    ...state,
    status: (event.data as { to: string }).to,
    version: state.version + 1,
    since: event.effectiveAt,
  }),
};

const SESSION = { sessionId: randomUUID(), device: 'desktop' };

/** Commands a second, each with load, decision, idempotency key and expected version, by callers that each wait for their answer. */
async function append(store: EventStore, streams: readonly StreamAddress[], callers: number, seconds: number): Promise<number> {
  let done = 0;
  const began = performance.now();
  const end = began + seconds * 1_000;
  const caller = async (): Promise<void> => {
    while (performance.now() < end) {
      const stream = streams[done % streams.length];
      if (!stream) return;
      done += 1;
      await handleCommand(store, {
        stream,
        fold: FOLD,
        actor: { kind: 'agent', id: stream.streamId },
        idempotency: { commandId: hash(`${stream.tenantId} PUT /status ${randomUUID()}`), requestHash: hash('{"status":"busy"}') },
        decide: ({ status }) => [{ type: 'StatusChanged', data: { from: status, to: status === 'online' ? 'busy' : 'online', ...SESSION } }],
      });
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return done / ((performance.now() - began) / 1_000);
}

function streamsOf(count: number): StreamAddress[] {
  const tenants = Array.from({ length: TENANTS }, (_, n) => ({ tenantId: randomUUID(), partition: n % 64 }));
  return Array.from({ length: count }, (_, n) => ({ ...(tenants[n % TENANTS] as (typeof tenants)[number]), streamId: `agent-${randomUUID()}` }));
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
