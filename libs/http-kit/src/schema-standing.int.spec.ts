import { afterEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { freePort } from '#embedded-servers';
import { ensureServiceLogin, migrate } from '#migrations';
import { type Migration, migrations, schemaOf } from '#migrations/list';
import { createLogger } from '#observability';
import { eventually, type FreshDatabase, freshDatabase, natsUrl } from '#testing';
import { runService, type Service } from './index.js';
import { OrdersModule, orderSettings } from './orders-service.spec.js';
import { SchemaTooNew } from './schema-standing.js';

/** What a later release brings: it adds, and so leaves `serves_from` alone. */
class Expands1760000000901 {
  name = 'Expands1760000000901';
  async up(db: { query(sql: string): Promise<unknown> }): Promise<void> {
    await db.query('CREATE TABLE public.of_a_later_release ()');
  }
  async down(): Promise<void> {}
}

/** What the release after that brings: it takes away what this release uses. */
class Contracts1760000000902 extends Expands1760000000901 {
  override name = 'Contracts1760000000902';
  override async up(db: { query(sql: string): Promise<unknown> }): Promise<void> {
    await db.query('UPDATE public.ampel_schema SET serves_from = 901');
  }
}

const LATER = [...migrations, Expands1760000000901 as Migration];
const LAST = [...LATER, Contracts1760000000902 as Migration];

let database: FreshDatabase;
const services: Service[] = [];
afterEach(async () => {
  await Promise.all(services.splice(0).map((service) => service.close()));
  await database.drop();
});

const empty = async (list: readonly Migration[]): Promise<void> => {
  database = await freshDatabase({ migrated: false });
  await migrate(database.adminUrl, undefined, list);
};
const start = async (list: readonly Migration[], port = 0): Promise<Service> => {
  const settings = { ...orderSettings({ databaseUrl: database.serviceUrl, natsUrl: natsUrl() }), port };
  const logger = createLogger({ level: 'silent' });
  const service = await runService({ roles: ['agent-api'], modules: [OrdersModule], logger, settings, schema: schemaOf(list) });
  services.push(service);
  return service;
};
const ready = async (url: string): Promise<{ status: number; text: string }> => {
  const answer = await fetch(`${url}/readyz`);
  return { status: answer.status, text: await answer.text() };
};

describe('the schema and the code (ADR 14)', () => {
  it('on an older schema a process is alive and not ready, with the reason, and begins by itself once somebody has migrated', async () => {
    await empty(migrations);
    const port = await freePort(0, '127.0.0.1');
    const url = `http://127.0.0.1:${port}`;
    const starting = start(LATER, port);
    const waiting = await eventually(() => ready(url), { within: 10_000 });
    expect(waiting).toMatchObject({ status: 503, text: expect.stringContaining('the database lacks Expands1760000000901') });
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    expect((await fetch(`${url}/orders`)).status).toBe(503);
    await migrate(database.adminUrl, undefined, LATER);
    expect((await starting).url).toBe(url);
    expect(await ready(url)).toMatchObject({ status: 200 });
    expect((await fetch(`${url}/orders`)).status).toBe(200);
  });

  it('a database that was never migrated is waited for too', async () => {
    database = await freshDatabase({ migrated: false });
    const port = await freePort(0, '127.0.0.1');
    const starting = start(migrations, port);
    const waiting = await eventually(() => ready(`http://127.0.0.1:${port}`), { within: 10_000 });
    expect(waiting.text).toContain('never migrated');
    await migrate(database.adminUrl);
    const { username, password } = new URL(database.serviceUrl);
    await ensureServiceLogin(database.adminUrl, { user: username, password });
    expect(await ready((await starting).url)).toMatchObject({ status: 200 });
  });

  it('code of the release before runs on a schema that was only added to, and starts on it too', async () => {
    await empty(migrations);
    const running = await start(migrations);
    await migrate(database.adminUrl, undefined, LATER);
    expect(await ready(running.url)).toMatchObject({ status: 200 });
    expect(await ready((await start(migrations)).url)).toMatchObject({ status: 200 });
    expect(await ready((await start(LATER)).url)).toMatchObject({ status: 200 });
  });

  it('once the schema serves only newer code, a running process is not ready and a new one refuses to start, saying why', async () => {
    await empty(migrations);
    const running = await start(migrations);
    await migrate(database.adminUrl, undefined, LAST);
    const reason = 'serves only code that knows migration 901';
    expect(await ready(running.url)).toMatchObject({ status: 503, text: expect.stringContaining(reason) });
    const refused = await start(migrations).catch((error: unknown) => error as Error);
    expect(refused).toBeInstanceOf(SchemaTooNew);
    expect((refused as Error).message).toContain(reason);
    expect(await ready((await start(LATER)).url)).toMatchObject({ status: 200 });
  });

  it('services may read what the schema serves and may not change it', async () => {
    await empty(migrations);
    const client = new pg.Client({ connectionString: database.serviceUrl });
    await client.connect();
    try {
      expect((await client.query('SELECT serves_from FROM public.ampel_schema')).rows).toEqual([{ serves_from: 8 }]);
      await expect(client.query('UPDATE public.ampel_schema SET serves_from = 9')).rejects.toThrow(/permission denied/);
    } finally {
      await client.end();
    }
  });
});
