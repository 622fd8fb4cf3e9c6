import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { QueryRunner } from 'typeorm';
import { type Pools, createPools, withTenant } from '#database';
import { type FreshDatabase, freshDatabase } from '#testing';
import { PoliciesThatPlanWell1760000000024 } from './0024-policies-that-plan-well.js';

describe('row-level security', () => {
  let database: FreshDatabase;
  let pools: Pools;
  let admin: pg.Client;
  beforeAll(async () => {
    database = await freshDatabase();
    pools = createPools(database.serviceUrl, { max: 1 });
    admin = new pg.Client({ connectionString: database.adminUrl });
    await admin.connect();
    for (const tenant of ['a', 'b']) {
      await admin.query(
        `INSERT INTO store.event (pos, recorded_at, effective_at, event_id, version, partition, schema_version, tenant_id, stream_id, type,
                                  actor_kind, actor_id, command_id, correlation_id, data)
         SELECT n, now(), now(), gen_random_uuid(), n, 5 + ascii($1) - 97, 1, $1, 'thing-1', 'Happened', 'system', 'spec', 'c', 'c', '{}'
         FROM generate_series(1, 3) n`,
        [tenant],
      );
      await admin.query(`INSERT INTO store.stream_head VALUES (3, 1, 5, $1, 'thing-1', '{}')`, [tenant]);
    }
  });
  afterAll(async () => {
    await admin.end();
    await pools.close();
    await database.drop();
  });

  const SEEN = 'SELECT tenant_id, count(*)::int AS n FROM store.event GROUP BY 1 ORDER BY 1';

  it('is enabled and forced, with a policy, on every table that holds a tenant\'s rows, on every partition of it too', async () => {
    const { rows } = await admin.query<{ name: string; safe: boolean }>(`
      SELECT c.oid::regclass::text AS name,
             c.relrowsecurity AND c.relforcerowsecurity AND EXISTS (
               SELECT FROM pg_policy p
               WHERE p.polrelid = c.oid AND p.polcmd = '*' AND p.polpermissive AND p.polwithcheck IS NOT NULL) AS safe
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
      WHERE c.relkind IN ('r', 'p') AND c.relnamespace::regnamespace::text !~ '^(pg_|information_schema)'`);
    expect(rows.length).toBeGreaterThanOrEqual(11);
    expect(rows.filter(({ safe }) => !safe)).toEqual([]);
  });

  it('is not walked around by a view: each reads with its caller\'s rights', async () => {
    const { rows } = await admin.query(`
      SELECT c.oid::regclass::text AS name FROM pg_class c
      WHERE c.relkind = 'v' AND c.relnamespace::regnamespace::text !~ '^(pg_|information_schema)'
        AND NOT coalesce(c.reloptions @> ARRAY['security_invoker=true'], false)`);
    expect(rows).toEqual([]);
  });

  it('binds the services: their role is no superuser and has no BYPASSRLS', async () => {
    const { rows } = await pools.engine.query('SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user');
    expect(rows).toEqual([{ rolsuper: false, rolbypassrls: false }]);
  });

  it('shows nothing to a connection that has named no tenant', async () => {
    expect((await pools.tenant.query(SEEN)).rows).toEqual([]);
    expect((await pools.tenant.query('SELECT FROM api.events_v1')).rowCount).toBe(0);
    expect((await pools.tenant.query('SELECT FROM store.stream_head')).rowCount).toBe(0);
  });

  it('shows a tenant its own rows, and nothing any more when the transaction is over', async () => {
    expect((await withTenant(pools, 'a', (sql) => sql.query(SEEN))).rows).toEqual([{ tenant_id: 'a', n: 3 }]);
    const { rows } = await pools.tenant.query(`SELECT current_setting('ampel.tenant', true) AS tenant, pg_backend_pid() AS pid`);
    expect(rows).toEqual([{ tenant: '', pid: expect.any(Number) }]);
    expect((await pools.tenant.query(SEEN)).rows).toEqual([]);
    const failing = withTenant(pools, 'b', (sql) => sql.query('SELECT 1 / 0'));
    await expect(failing).rejects.toThrow('division by zero');
    expect((await pools.tenant.query(SEEN)).rows).toEqual([]);
    const viewed = await withTenant(pools, 'b', (sql) => sql.query('SELECT DISTINCT tenant_id FROM api.events_v1'));
    expect(viewed.rows).toEqual([{ tenant_id: 'b' }]);
  });

  it('shows the engine every tenant', async () => {
    expect((await pools.engine.query(SEEN)).rows).toEqual([{ tenant_id: 'a', n: 3 }, { tenant_id: 'b', n: 3 }]);
  });

  it('does not open a partition to those who go around its table', async () => {
    await expect(pools.engine.query('SELECT FROM store.event_0')).rejects.toThrow('permission denied');
    // Even with the right to: the policy stands on the partition too.
    await admin.query('GRANT SELECT ON store.event_0 TO ampel_service');
    expect((await pools.tenant.query('SELECT FROM store.event_0')).rowCount).toBe(0);
    await admin.query('REVOKE SELECT ON store.event_0 FROM ampel_service');
  });

  it('binds the owner of the tables (FORCE)', async () => {
    await admin.query(`DO $$ BEGIN CREATE ROLE spec_table_owner NOLOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$`);
    await admin.query('BEGIN');
    await admin.query('GRANT USAGE ON SCHEMA store TO spec_table_owner; ALTER TABLE store.stream_head OWNER TO spec_table_owner');
    await admin.query('SET LOCAL ROLE spec_table_owner');
    expect((await admin.query('SELECT FROM store.stream_head')).rowCount).toBe(0);
    await admin.query('ROLLBACK');
  });

  it('leaves nothing for everybody (PUBLIC)', async () => {
    const { rows } = await admin.query(`
      SELECT n.nspname AS thing FROM pg_namespace n, aclexplode(n.nspacl) g
        WHERE g.grantee = 0 AND n.nspname !~ '^(pg_|information_schema|public)'
      UNION ALL SELECT c.oid::regclass::text FROM pg_class c, aclexplode(c.relacl) g
        WHERE g.grantee = 0 AND c.relnamespace::regnamespace::text !~ '^(pg_|information_schema)'
      UNION ALL SELECT p.oid::regprocedure::text FROM pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) g
        WHERE g.grantee = 0 AND p.pronamespace::regnamespace::text !~ '^(pg_|information_schema)'`);
    expect(rows).toEqual([]);
  });

  it('leaves pages of the log to its indexes, for the engine and for a tenant, also by the policy of older releases once it is migrated', async () => {
    const older = `current_setting('ampel.scope', true) = 'all' OR tenant_id = nullif(current_setting('ampel.tenant', true), '')`;
    await admin.query(`ALTER POLICY tenant_rows ON store.event USING (${older}) WITH CHECK (${older})`);
    await admin.query(`
      INSERT INTO store.event (pos, recorded_at, effective_at, event_id, version, partition, schema_version, tenant_id, stream_id, type,
                               actor_kind, actor_id, command_id, correlation_id, data)
      SELECT n, now(), now(), gen_random_uuid(), n, 13, 1, 'c', 'thing-2', 'Happened', 'system', 'spec', 'c', 'c', '{}' FROM generate_series(1, 20000) n`);
    await admin.query('ANALYZE store.event');
    const page = 'EXPLAIN SELECT data FROM store.event WHERE partition = 13 AND pos > 4000 AND pos <= 20000 ORDER BY pos LIMIT 1000';
    const planOf = async (sql: Pick<pg.Pool & pg.PoolClient, 'query'>): Promise<string> => JSON.stringify((await sql.query(page)).rows);
    expect(await planOf(pools.engine)).toMatch(/Sort/); // it bites
    const runner = { query: async (sql: string) => (await admin.query(sql)).rows as unknown[] };
    await new PoliciesThatPlanWell1760000000024().up(runner as unknown as QueryRunner);
    for (const plan of [await planOf(pools.engine), await withTenant(pools, 'c', planOf)]) expect(plan).not.toMatch(/Sort/);
  });
});
