import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { asAdministrator, inDatabase, SERVICE_LOGIN, sharedServers, TEMPLATE } from './shared-servers.js';
import { hasFailed, specName } from './spec-file.js';

/** A database that belongs to one spec file. */
export interface FreshDatabase {
  readonly name: string;
  /** Connects as the administrator (superuser, owner of everything). */
  readonly adminUrl: string;
  /** Connects as the services do: a role that owns nothing and cannot bypass row-level security. */
  readonly serviceUrl: string;
  /**
   * Removes it, in `afterAll`, when every pool is closed; a connection left open is an error that names it.
   * If a test of the file has failed the database stays, and its name is printed.
   */
  drop(): Promise<void>;
}

/** Makes a database in some 30 ms: migrated, or empty with `migrated: false` (to test migrations themselves). */
export async function freshDatabase({ migrated = true }: { migrated?: boolean } = {}): Promise<FreshDatabase> {
  const { adminUrl, servicePassword } = sharedServers();
  const name = `spec_${specName().slice(0, 40)}_${randomBytes(4).toString('hex')}`;
  await asAdministrator(adminUrl, (client) => client.query(`CREATE DATABASE ${name} TEMPLATE ${migrated ? TEMPLATE : 'template0'}`));
  const service = new URL(inDatabase(adminUrl, name));
  service.username = SERVICE_LOGIN;
  service.password = servicePassword;
  return {
    name,
    adminUrl: inDatabase(adminUrl, name),
    serviceUrl: service.toString(),
    drop: async () => {
      if (hasFailed()) {
        // Not by the console: Jest would print that, with a stack, between the failed file's name and what failed in it.
        process.stderr.write(`kept the database ${name} of the failed spec (look at it: npm run kept)\n`);
        return;
      }
      await asAdministrator(adminUrl, (client) => dropUnused(client, name));
    },
  };
}

const CLOSING_MS = 10_000; // a backend ends some ms after its client has hung up, on a busy machine seconds

async function dropUnused(client: pg.Client, name: string): Promise<void> {
  const deadline = performance.now() + CLOSING_MS;
  for (;;) {
    const { rows } = await client.query<{ application_name: string; query: string }>(
      'SELECT application_name, query FROM pg_stat_activity WHERE datname = $1',
      [name],
    );
    if (rows.length === 0) break;
    if (performance.now() > deadline) {
      await client.query(`DROP DATABASE ${name} WITH (FORCE)`);
      const open = rows.map((row) => `${row.application_name || 'unnamed'}: ${row.query || 'no query yet'}`).join('\n');
      throw new Error(`${rows.length} connections were left open:\n${open}`);
    }
    await pause(20);
  }
  await client.query(`DROP DATABASE IF EXISTS ${name}`);
}
