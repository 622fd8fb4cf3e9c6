import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AddressInfo, type Socket, connect, createServer } from 'node:net';
import pg from 'pg';
import { type FreshDatabase, eventually, freshDatabase } from '#testing';
import { type Pools, copyOut, createPools, isConnectionLost, isUnavailable, transaction, withTenant } from './index.js';

describe('pools', () => {
  let database: FreshDatabase;
  let pools: Pools;
  let admin: pg.Client;
  beforeAll(async () => {
    database = await freshDatabase();
    pools = createPools(database.serviceUrl, { max: 2 });
    admin = new pg.Client({ connectionString: database.adminUrl });
    await admin.connect();
    await admin.query('CREATE TABLE public.note (id int UNIQUE); GRANT ALL ON public.note TO ampel_service');
  });
  afterAll(async () => {
    await admin.end();
    await pools.close();
    await database.drop();
  });
  const notes = async (): Promise<number[]> => {
    const { rows } = await admin.query<{ id: number }>('SELECT id FROM public.note ORDER BY 1');
    return rows.map(({ id }) => id);
  };

  it('give bigint and times as numbers: whole, and milliseconds', async () => {
    const { rows } = await pools.engine.query(
      `SELECT 9007199254740991::bigint AS big, 5::int8 AS five,
              '2026-03-29T03:30:00.123456+02'::timestamptz AS at, 'infinity'::timestamptz AS never`,
    );
    expect(rows).toEqual([{ big: 9007199254740991, at: Date.parse('2026-03-29T01:30:00.123Z'), never: Infinity, five: 5 }]);
    await expect(pools.engine.query('SELECT 9007199254740993::bigint')).rejects.toThrow(RangeError);
  });

  it('speak for every tenant (engine) or for none (tenant)', async () => {
    const scope = `SELECT current_setting('ampel.scope', true) AS scope`;
    expect((await pools.engine.query(scope)).rows).toEqual([{ scope: 'all' }]);
    expect((await pools.tenant.query(scope)).rows).toEqual([{ scope: null }]);
    expect(() => withTenant(pools, '', () => Promise.resolve())).toThrow(TypeError);
    const odd = `o'dd \\ "tenant"`;
    const { rows } = await withTenant(pools, odd, (sql) => sql.query(`SELECT current_setting('ampel.tenant') AS tenant`));
    expect(rows).toEqual([{ tenant: odd }]);
  });

  it('commit what resolves, roll back what throws, and report a commit that was none', async () => {
    await transaction(pools.engine, (sql) => sql.query('INSERT INTO public.note VALUES (1)'));
    const refused = transaction(pools.engine, async (sql) => {
      await sql.query('INSERT INTO public.note VALUES (2)');
      throw new Error('changed my mind');
    });
    await expect(refused).rejects.toThrow('changed my mind');
    const swallowed = transaction(pools.engine, async (sql) => {
      await sql.query('INSERT INTO public.note VALUES (3)');
      await sql.query('INSERT INTO public.note VALUES (1)').catch(() => undefined);
    });
    await expect(swallowed).rejects.toThrow('rolled back');
    expect(await notes()).toEqual([1]);
    expect(pools.engine.idleCount).toBe(pools.engine.totalCount);
  });

  it('copy rows out, and stay in order whatever goes wrong on the way', async () => {
    const rows: string[] = [];
    const take = (row: Buffer): void => void rows.push(row.toString());
    expect(await copyOut(pools.engine, `SELECT n, nullif(n, 2), E'a\\tb' FROM generate_series(1, 3) AS n`, take)).toBe(3);
    expect(rows).toEqual(['1\t1\ta\\tb\n', '2\t\ta\\tb\n', '3\t3\ta\\tb\n']);
    await transaction(pools.engine, async (sql) => {
      const refused = copyOut(sql, 'SELECT generate_series(1, 100000)', () => {
        throw new Error('not this one');
      });
      await expect(refused).rejects.toThrow('not this one');
      expect((await sql.query('SELECT 1 AS n')).rows).toEqual([{ n: 1 }]);
    });
    await expect(copyOut(pools.engine, 'SELECT 1 / 0', take)).rejects.toMatchObject({ code: '22012' });
    const late = await copyOut(pools.engine, 'SELECT pg_sleep(2)', take, 50).catch((error: unknown) => error);
    expect(isConnectionLost(late)).toBe(true);
    expect((await pools.engine.query('SELECT 1 AS n')).rows).toEqual([{ n: 1 }]);
  });

  it('replace connections that the server ended, while idle and while borrowed', async () => {
    const end = (): Promise<unknown> =>
      admin.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                   WHERE datname = current_database() AND application_name LIKE 'ampel-%'`);
    await pools.engine.query('SELECT 1');
    await end();
    await eventually(() => pools.engine.query('SELECT 1').then(() => true));
    const cut = transaction(pools.engine, async (sql) => {
      await sql.query('INSERT INTO public.note VALUES (4)');
      await end();
      await sql.query('INSERT INTO public.note VALUES (5)');
    }).catch((error: unknown) => error);
    expect(isUnavailable(await cut)).toBe(true);
    await eventually(() => pools.engine.query('SELECT 1').then(() => true));
    expect(await notes()).toEqual([1]);
  });

  it('say that the database is away when there is none, or when all connections are taken', async () => {
    const nowhere = createPools('postgres://nobody@127.0.0.1:1/nothing');
    const refused = await nowhere.engine.query('SELECT 1').catch((error: unknown) => error);
    expect(isUnavailable(refused)).toBe(true);
    await nowhere.close();
    const one = createPools(database.serviceUrl, { max: 1 });
    const taken = await one.engine.connect();
    const waited = await one.engine.query('SELECT 1').catch((error: unknown) => error);
    expect(isUnavailable(waited)).toBe(true);
    taken.release();
    await one.close();
  });

  it('find a half-open connection within 7 s, and go on with another', async () => {
    const server = new URL(database.serviceUrl);
    let frozen = false;
    const sockets = new Set<Socket>();
    const line = createServer((client) => {
      const upstream = connect(Number(server.port), server.hostname);
      for (const socket of [client, upstream]) sockets.add(socket.on('error', () => undefined));
      // Frozen: taken and never passed on, as by a router that forgot the connection.
      client.on('data', (bytes) => frozen || upstream.write(bytes));
      upstream.on('data', (bytes) => frozen || client.write(bytes));
    });
    await new Promise<void>((resolve) => line.listen(0, '127.0.0.1', resolve));
    const url = new URL(server);
    url.port = String((line.address() as AddressInfo).port);
    const own = createPools(url.toString(), { max: 1 });
    await own.engine.query('SELECT 1');
    frozen = true;
    const asked = performance.now();
    const lost = await own.engine.query('SELECT 2').catch((error: unknown) => error);
    expect(performance.now() - asked).toBeLessThan(7_000);
    expect(isConnectionLost(lost)).toBe(true);
    frozen = false;
    expect((await own.engine.query('SELECT 3 AS n')).rows).toEqual([{ n: 3 }]);
    await own.close();
    line.close();
    for (const socket of sockets) socket.destroy();
  });
});
