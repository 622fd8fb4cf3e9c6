import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { type FreshDatabase, freshDatabase } from '#testing';
import { ServiceRoleTooStrong, assertServiceRole, createPools } from './index.js';

describe('the role of the services', () => {
  let database: FreshDatabase;
  let admin: pg.Client;
  beforeAll(async () => {
    database = await freshDatabase();
    admin = new pg.Client({ connectionString: database.adminUrl });
    await admin.connect();
  });
  afterAll(async () => {
    await admin.query('DROP OWNED BY spec_role; DROP OWNED BY spec_power; DROP ROLE spec_role; DROP ROLE spec_power');
    await admin.end();
    await database.drop();
  });

  async function findingsOf(url: string): Promise<string> {
    const pools = createPools(url, { max: 1 });
    try {
      await assertServiceRole(pools.engine);
      return 'none';
    } catch (error) {
      expect(error).toBeInstanceOf(ServiceRoleTooStrong);
      return (error as Error).message;
    } finally {
      await pools.close();
    }
  }

  async function asRole(attribute: string | null, ...statements: string[]): Promise<string> {
    await admin.query(`DO $$ BEGIN CREATE ROLE spec_role; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
                       DO $$ BEGIN CREATE ROLE spec_power; EXCEPTION WHEN duplicate_object THEN NULL; END $$`);
    await admin.query(`REVOKE spec_power FROM spec_role; ALTER ROLE spec_power NOSUPERUSER NOBYPASSRLS NOCREATEROLE`);
    await admin.query(`ALTER ROLE spec_role LOGIN PASSWORD 'insecure' NOSUPERUSER NOBYPASSRLS NOCREATEROLE`);
    if (attribute !== null) await admin.query(`ALTER ROLE spec_role ${attribute}`);
    for (const statement of statements) await admin.query(statement);
    const url = new URL(database.adminUrl);
    url.username = 'spec_role';
    url.password = 'insecure';
    return findingsOf(url.toString());
  }

  it('may be a plain member of ampel_service', async () => {
    expect(await findingsOf(database.serviceUrl)).toBe('none');
  });

  it('must not be the administrator', async () => {
    expect(await findingsOf(database.adminUrl)).toMatch(/is superuser.*Give the administrator's connection as DATABASE_ADMIN_URL/);
  });

  it.each(['SUPERUSER', 'BYPASSRLS', 'CREATEROLE'])('must not have %s', async (attribute) => {
    expect(await asRole(attribute)).toMatch(new RegExp(`the role "spec_role" is ${attribute}`, 'i'));
  });

  it('must not be able to become a role that has it', async () => {
    expect(await asRole(null, 'ALTER ROLE spec_power BYPASSRLS', 'GRANT spec_power TO spec_role')).toMatch(/it can become "spec_power", which is BYPASSRLS/);
  });

  it('must not own anything, itself or by membership', async () => {
    expect(await asRole(null)).toBe('none');
    expect(await asRole(null, 'CREATE SCHEMA of_power AUTHORIZATION spec_power', 'GRANT spec_power TO spec_role')).toMatch(/it owns \(as "?spec_power"?\) of_power/);
    await admin.query('DROP SCHEMA of_power');
    expect(await asRole(null, 'CREATE TABLE public.own ()', 'ALTER TABLE public.own OWNER TO spec_role')).toMatch(/it owns \(as "?spec_role"?\) own/);
    await admin.query('DROP TABLE public.own');
  });
});
