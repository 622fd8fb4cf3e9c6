import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { type Pools, createPools, withTenant } from '#database';
import { type FreshDatabase, freshDatabase } from '#testing';
import { counting, newStream } from './features/store-under-test.js';
import { PostgresEventStore } from './index.js';
import { appendEvents } from './sql/append-events.js';
import { arrange } from './sql/arrange-pack.js';

describe('the log is append-only', () => {
  let database: FreshDatabase;
  let pools: Pools;
  let admin: pg.Client;
  const stream = newStream({ partition: 9 });
  beforeAll(async () => {
    database = await freshDatabase();
    pools = createPools(database.serviceUrl);
    admin = new pg.Client({ connectionString: database.adminUrl });
    await admin.connect();
    await new PostgresEventStore(pools).append(counting(stream, 0));
  });
  afterAll(async () => {
    await admin.end();
    await pools.close();
    await database.drop();
  });

  describe.each(['store.event', 'store.event_1'])('%s', (table) => {
    it.each([`UPDATE ${table} SET data = '{}'`, `DELETE FROM ${table}`, `TRUNCATE ${table}`, `TRUNCATE ${table} CASCADE`])(
      'refuses "%s", even to the administrator and in replication mode',
      async (statement) => {
        await expect(admin.query(statement)).rejects.toThrow(/append-only/);
        await admin.query('SET session_replication_role = replica');
        await expect(admin.query(statement)).rejects.toThrow(/append-only/);
        await admin.query('RESET session_replication_role');
        expect((await admin.query('SELECT FROM store.event')).rowCount).toBe(1);
      },
    );
  });

  it.each([
    'INSERT INTO store.event SELECT * FROM store.event',
    'UPDATE store.event SET pos = 2',
    'DELETE FROM store.event',
    'TRUNCATE store.event',
    'UPDATE store.stream_head SET version = 0',
    'DELETE FROM store.command_log',
    'UPDATE store.partition_head SET pos = 0',
    'ALTER TABLE store.event DISABLE TRIGGER ALL',
  ])('gives services no right to "%s": they write by store.append alone', async (statement) => {
    await expect(pools.engine.query(statement)).rejects.toThrow(/permission denied|must be owner/);
  });

  it('lets a connection of one tenant append for that tenant only', async () => {
    const append = (tenantId: string): Promise<unknown> => {
      const pack = arrange([counting({ ...stream, tenantId }, 0)], () => '00000000-0000-7000-8000-000000000001');
      return withTenant(pools, 'tenant-own', (sql) => sql.query(appendEvents(pack, true, () => 1)));
    };
    await append('tenant-own');
    await expect(append('tenant-other')).rejects.toThrow("another tenant's stream");
    const nobodys = arrange([counting(stream, 1)], () => '00000000-0000-7000-8000-000000000002');
    await expect(pools.tenant.query(appendEvents(nobodys, false, () => 1))).rejects.toThrow("another tenant's stream");
  });
});
