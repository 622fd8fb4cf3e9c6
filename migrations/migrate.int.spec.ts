import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { type FreshDatabase, freshDatabase } from '#testing';
import { createPools } from '#database';
import { PostgresEventStore, handleCommand } from '#event-store';
import { DatabaseIsNewer, dumpSchema, ensureServiceLogin, migrate } from './index.js';
import { schemaOfThisCode } from './list.js';

describe('migrations', () => {
  const databases: { drop(): Promise<void> }[] = [];
  afterAll(() => Promise.all(databases.map((one) => one.drop())));
  const empty = async (): Promise<FreshDatabase> => {
    const database = await freshDatabase({ migrated: false });
    databases.push(database);
    return database;
  };
  const emptyDatabase = async (): Promise<string> => (await empty()).adminUrl;
  const ask = async (url: string, sql: string): Promise<Record<string, unknown>[]> => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.end();
    }
  };

  it('give the shape that schema.sql shows (if this fails after a new migration: npm run schema)', async () => {
    const url = await emptyDatabase();
    await migrate(url);
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const dump = await dumpSchema(client);
    await client.end();
    expect(dump).toBe(readFileSync(new URL('schema.sql', import.meta.url), 'utf8'));
  });

  it('run once when several processes start at the same moment, and say what they do', async () => {
    const url = await emptyDatabase();
    const lines: string[] = [];
    await Promise.all([1, 2, 3, 4].map(() => migrate(url, (line) => lines.push(line))));
    expect(lines.filter((line) => line.startsWith('Migrated: EventStore'))).toHaveLength(1);
    // numbers may be left out: whoever builds at the same time takes the next one
    const numbers = lines.flatMap((line) => (line.startsWith('Migrated: ') ? [Number(/\((\d+)\)$/.exec(line)?.[1])] : []));
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
    expect(numbers.at(-1)).toBe(schemaOfThisCode.version);
    expect(await ask(url, 'SELECT count(*)::int AS n FROM ampel_migrations')).toEqual([{ n: numbers.length }]);
    lines.length = 0;
    await migrate(url, (line) => lines.push(line));
    expect(lines).toEqual([]);
  });

  it('refuse a database of a newer version in one sentence that says what to do', async () => {
    const url = await emptyDatabase();
    await migrate(url);
    await ask(url, `INSERT INTO ampel_migrations (timestamp, name) VALUES (1760000000999, 'TimeTravel1760000000999')`);
    const refused = migrate(url).catch((error: unknown) => error as Error);
    expect(await refused).toBeInstanceOf(DatabaseIsNewer);
    expect((await refused)?.message).toMatch(/newer version of Ampel: it holds TimeTravel1760000000999.*Start that newer version/);
  });

  it('leave nothing behind of a migration that fails', async () => {
    const url = await emptyDatabase();
    // Something of that name is in the way of the first migration's last statement.
    await ask(url, 'CREATE SCHEMA api; CREATE TABLE api.events_v1 ()');
    await expect(migrate(url)).rejects.toThrow(/events_v1/);
    expect(await ask(url, `SELECT to_regclass('store.event') AS left`)).toEqual([{ left: null }]);
    await ask(url, 'DROP TABLE api.events_v1');
    await migrate(url);
  });

  it('make no role that may log in; a login gets the services\' rights from ensureServiceLogin, again and again', async () => {
    const url = await emptyDatabase();
    await migrate(url);
    const login = { user: 'spec service', password: 'in:secure/@?' };
    const urls = await Promise.all([1, 2, 3].map(() => ensureServiceLogin(url, login)));
    expect(await ask(urls[0] ?? '', 'SELECT current_user AS name')).toEqual([{ name: 'spec service' }]);
    expect(await ask(urls[0] ?? '', 'SELECT count(*)::int AS n FROM store.event')).toEqual([{ n: 0 }]);
    const roles = `SELECT rolname, rolcanlogin, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles
                   WHERE rolname IN ('ampel_service', 'spec service') ORDER BY 1`;
    const powerless = { rolsuper: false, rolbypassrls: false, rolcreaterole: false, rolcreatedb: false };
    expect(await ask(url, roles)).toEqual([
      { rolname: 'ampel_service', rolcanlogin: false, ...powerless },
      { rolname: 'spec service', rolcanlogin: true, ...powerless },
    ]);
  });

  it('can be run by an administrator who is no superuser', async () => {
    const { adminUrl, serviceUrl } = await empty();
    await ask(
      adminUrl,
      `DO $$ BEGIN CREATE ROLE spec_owner LOGIN PASSWORD 'insecure' CREATEROLE; EXCEPTION WHEN duplicate_object THEN NULL; END $$`,
    );
    await ask(adminUrl, `ALTER DATABASE ${new URL(adminUrl).pathname.slice(1)} OWNER TO spec_owner`);
    const owner = new URL(adminUrl);
    owner.username = 'spec_owner';
    owner.password = 'insecure';
    await migrate(owner.toString());
    const pools = createPools(serviceUrl);
    const handled = await handleCommand(new PostgresEventStore(pools), {
      stream: { tenantId: 'tenant', partition: 1, streamId: 'thing-1' },
      fold: { category: 'thing', initial: null, stateVersion: 1, evolve: () => null },
      actor: { kind: 'system', id: 'spec' },
      decide: () => [{ type: 'Happened', data: {} }],
    });
    expect(handled).toMatchObject({ version: 1, events: 1 });
    await pools.close();
    // FORCE: the owner sees no rows either without saying whose.
    const rows = 'SELECT count(*)::int AS n FROM store.event';
    expect(await ask(owner.toString(), rows)).toEqual([{ n: 0 }]);
    expect(await ask(adminUrl, rows)).toEqual([{ n: 1 }]);
  });
});
