import { afterAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { freshDatabase } from './database.js';

describe('a fresh database', () => {
  const databases: { drop(): Promise<void> }[] = [];
  afterAll(() => Promise.all(databases.map((one) => one.drop())));

  it('gives the services a role that owns nothing and cannot bypass row-level security', async () => {
    const database = await freshDatabase();
    databases.push(database);
    const client = new pg.Client({ connectionString: database.serviceUrl });
    await client.connect();
    const { rows } = await client.query(
      `SELECT rolsuper, rolbypassrls, pg_has_role(current_user, 'ampel_service', 'member') AS service,
              (SELECT count(*)::int FROM pg_class WHERE relowner = r.oid) AS owns
         FROM pg_roles r WHERE rolname = current_user`,
    );
    await client.end();
    expect(rows).toEqual([{ rolsuper: false, rolbypassrls: false, service: true, owns: 0 }]);
  });

  it('names the connections that a spec left open', async () => {
    const database = await freshDatabase({ migrated: false });
    const client = new pg.Client({ connectionString: database.adminUrl, application_name: 'forgotten' });
    client.on('error', () => undefined);
    await client.connect();
    await expect(database.drop()).rejects.toThrow(/1 connections were left open:\nforgotten/);
    await client.end().catch(() => undefined);
  });
});
