import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { type Pools, createPools } from '#database';
import { type FreshDatabase, eventually, freshDatabase } from '#testing';
import { StoreOutcomeUnknown, StoreUnavailable } from './errors.js';
import { eventStoreFeatures } from './event-store.features.js';
import { countOnce, counter, counting, feed, keyed, newStream, numbersTo, times } from './features/store-under-test.js';
import { type Append, type Bell, PostgresEventStore, handleCommand } from './index.js';
import { startLine } from './features/broken-line.js';
import { appendEvents } from './sql/append-events.js';
import { arrange } from './sql/arrange-pack.js';

eventStoreFeatures('in Postgres', async () => {
  const database = await freshDatabase();
  const pools = [createPools(database.serviceUrl), createPools(database.serviceUrl)] as const;
  const bells: Bell[] = [];
  return {
    store: new PostgresEventStore(pools[0], { onCommitted: (more) => bells.push(...more) }),
    bells,
    second: (options = {}) => new PostgresEventStore(pools[1], options),
    close: async () => {
      await Promise.all(pools.map((one) => one.close()));
      await database.drop();
    },
  };
});

describe('the event store in Postgres', () => {
  let database: FreshDatabase;
  let pools: Pools;
  let store: PostgresEventStore;
  let admin: pg.Client;
  beforeAll(async () => {
    database = await freshDatabase();
    pools = createPools(database.serviceUrl);
    store = new PostgresEventStore(pools);
    admin = new pg.Client({ connectionString: database.adminUrl });
    await admin.connect();
  });
  afterAll(async () => {
    await admin.end();
    await pools.close();
    await database.drop();
  });

  /** An append as it goes to the database, in the transaction of this client. */
  const appendOn = (client: pg.ClientBase, append: Append): Promise<unknown> =>
    client.query(appendEvents(arrange([append], () => store.newId()), true, () => 1));
  /** Process ids of connections that wait for a lock while they append. */
  const waiting = async (): Promise<number[]> => {
    const { rows } = await admin.query<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%store.append%'`,
    );
    return rows.map(({ pid }) => pid);
  };

  it('hides nothing behind an open transaction that holds a low position', async () => {
    const [home, elsewhere] = [newStream(), newStream()];
    const client = await pools.engine.connect();
    await client.query('BEGIN');
    await appendOn(client, counting(home, 0));
    // A later command on the same partition waits for it: nobody sees 2 before 1. Other partitions go on.
    const later = store.append(counting({ ...home, streamId: 'counter-later' }, 0));
    await eventually(async () => (await waiting()).length === 1);
    expect((await store.append(counting(elsewhere, 0))).kind).toBe('appended');
    expect(await feed(store, home)).toEqual([]);
    await client.query('COMMIT');
    client.release();
    expect(await later).toMatchObject({ kind: 'appended' });
    const events = await feed(store, home);
    expect(events.map(({ position }) => position)).toEqual([1, 2]);
    expect(events.map(({ recordedAt }) => recordedAt)).toEqual(events.map(({ recordedAt }) => recordedAt).sort((a, b) => a - b));
  });

  it('leaves no hole where a transaction was rolled back', async () => {
    const home = newStream();
    const client = await pools.engine.connect();
    await client.query('BEGIN');
    await appendOn(client, counting(home, 0, keyed('rolled-back')));
    await client.query('ROLLBACK');
    client.release();
    expect(await store.findCommand(home.partition, home.tenantId, 'rolled-back')).toBeNull();
    expect(await store.append(counting(home, 0, keyed('rolled-back')))).toMatchObject({ kind: 'appended', version: 1 });
    expect((await feed(store, home)).map(({ position }) => position)).toEqual([1]);
  });

  it('keeps recorded times in the order of positions while many processes append to the same partitions', async () => {
    const homes = times(4, () => newStream());
    const others = times(3, () => new PostgresEventStore(pools));
    await Promise.all(
      times(60, async (n) => {
        const home = homes[n % 4] ?? newStream();
        const stream = { ...home, streamId: `counter-many-${n}` };
        for (let round = 0; round < 3; round += 1) await handleCommand(others[(n + round) % 3] ?? store, countOnce(stream));
      }),
    );
    for (const home of homes) {
      const events = await store.readPartition(home.partition, 0, 1000);
      expect(events.map(({ position }) => position)).toEqual(numbersTo(events.length));
      for (const [index, event] of events.entries()) {
        expect(event.recordedAt).toBeGreaterThanOrEqual(events[index - 1]?.recordedAt ?? 0);
        expect(event.effectiveAt).toBeLessThanOrEqual(event.recordedAt);
      }
    }
  });

  it('runs other statements in the same transaction, and takes them back when the command meets a conflict', async () => {
    await admin.query('CREATE TABLE public.note (text text); GRANT ALL ON public.note TO ampel_service');
    const notes = async (): Promise<string[]> => {
      const { rows } = await admin.query<{ text: string }>('SELECT text FROM public.note');
      return rows.map(({ text }) => text);
    };
    const stream = newStream();
    const within = (text: string) => async (sql: pg.PoolClient): Promise<void> => {
      await sql.query('INSERT INTO public.note VALUES ($1)', [text]);
    };
    await handleCommand(store, countOnce(stream, { within: within('kept') }));
    await handleCommand(store, countOnce(stream, { within: within('nothing happened'), decide: () => [] }));
    expect(await notes()).toEqual(['kept', 'nothing happened']);
    const conflict = await store.transact(async (sql) => {
      await within('taken back')(sql);
      return { appends: [counting(stream, 7)], result: undefined };
    });
    expect(conflict.committed).toBe(false);
    const twins = times(5, () => handleCommand(store, countOnce(stream, { ...keyed('with-note'), within: within('once') })));
    expect((await Promise.all(twins)).filter(({ repeated }) => !repeated)).toHaveLength(1);
    expect(await notes()).toEqual(['kept', 'nothing happened', 'once']);
    const swallowing = store.transact(async (sql) => {
      await sql.query('SELECT 1 / 0').catch(() => undefined);
      return { appends: [], result: undefined };
    });
    await expect(swallowing).rejects.toThrow('rolled back');
  });

  it('carries out the work of a transaction again after a deadlock', async () => {
    await admin.query('CREATE TABLE public.seat (id int PRIMARY KEY, n int); INSERT INTO public.seat VALUES (1, 0), (2, 0)');
    await admin.query('GRANT ALL ON public.seat TO ampel_service');
    let met = 0;
    const take = (first: number, second: number): Promise<unknown> =>
      store.transact(async (sql) => {
        await sql.query('UPDATE public.seat SET n = n + 1 WHERE id = $1', [first]);
        met += 1;
        await eventually(() => met >= 2);
        await sql.query('UPDATE public.seat SET n = n + 1 WHERE id = $1', [second]);
        return { appends: [counting(newStream(), 0)], result: undefined };
      });
    await Promise.all([take(1, 2), take(2, 1)]);
    // Three, or more: who tries again may be first at the row once more, before the other one has woken up.
    expect(met).toBeGreaterThanOrEqual(3);
    expect((await admin.query('SELECT n FROM public.seat')).rows).toEqual([{ n: 2 }, { n: 2 }]);
  });

  describe('when the connection breaks during the commit', () => {
    it('says that the outcome is unknown, stores nothing if the server had not committed, and repeats without a double', async () => {
      const stream = newStream();
      const blocker = new pg.Client({ connectionString: database.adminUrl });
      await blocker.connect();
      await blocker.query('BEGIN');
      await blocker.query('SELECT FROM store.partition_head WHERE partition = $1 FOR UPDATE', [stream.partition]);
      const command = countOnce(stream, keyed(`killed-${stream.streamId}`));
      const first = handleCommand(store, command);
      first.catch(() => undefined);
      const [pid] = await eventually(async () => {
        const found = await waiting();
        return found.length > 0 && found;
      });
      await admin.query('SELECT pg_terminate_backend($1)', [pid]);
      await expect(first).rejects.toThrow(StoreOutcomeUnknown);
      await blocker.query('ROLLBACK');
      await blocker.end();
      expect(await store.readStream(stream)).toEqual([]);
      expect(await handleCommand(store, command)).toMatchObject({ repeated: false, version: 1 });
      expect(await handleCommand(store, command)).toMatchObject({ repeated: true, version: 1 });
      expect(await store.readStream(stream)).toHaveLength(1);
    });

    it('finds out, by its idempotency key, that a commit whose answer was lost had succeeded', async () => {
      const line = await startLine(database.serviceUrl);
      const away = createPools(line.url);
      const cut = new PostgresEventStore(away);
      const stream = newStream();
      await cut.load(stream, counter);
      line.swallowAnswerTo('store.append');
      await expect(cut.append(counting(stream, 0, keyed('lost')))).rejects.toThrow(StoreOutcomeUnknown);
      await eventually(async () => (await store.readStream(stream)).length === 1);
      expect(await handleCommand(cut, countOnce(stream, keyed('lost')))).toMatchObject({ repeated: true, version: 1 });
      // Within one call: the handler itself looks before it tells its caller that nobody knows.
      line.swallowAnswerTo('store.append');
      expect(await handleCommand(cut, countOnce(stream, keyed('lost-too')))).toMatchObject({ version: 2 });
      expect(await store.readStream(stream)).toHaveLength(2);
      await away.close();
      await line.close();
    });
  });

  it('says that it is unavailable, at once and to everybody who waits, while Postgres is away', async () => {
    const away = createPools('postgres://nobody@127.0.0.1:1/nothing');
    const gone = new PostgresEventStore(away);
    const stream = newStream();
    const results = await Promise.allSettled([
      ...times(50, () => gone.append(counting(stream, 0))),
      gone.load(stream, counter),
      gone.heads(),
      gone.readTenant(1, 't', { after: 0, limit: 1 }),
      gone.transact(async () => ({ appends: [], result: 0 })),
      handleCommand(gone, countOnce(stream)),
    ]);
    for (const result of results) expect((result as PromiseRejectedResult).reason).toBeInstanceOf(StoreUnavailable);
    await away.close();
  });

  it('refuses what more than twenty thousand wait for, instead of filling the memory', async () => {
    const away = createPools('postgres://nobody@127.0.0.1:1/nothing');
    const gone = new PostgresEventStore(away);
    const results = await Promise.allSettled(times(20_001, () => gone.append(counting(newStream(), 0))));
    expect((results.at(-1) as PromiseRejectedResult).reason).toMatchObject({ message: expect.stringContaining('wait for the store') });
    await away.close();
  });
});
