/**
 * Room: the database's shape, as plain SQL in order.
 * Owns: every table, function, view, policy and grant. Invariant: a file that was released is never edited, a new one is added.
 * Lifecycle: `migrate` runs before the services start, by the administrator's connection; services never own or alter anything.
 * May import: nothing of this house.
 */
import pg from 'pg';
import { DataSource } from 'typeorm';
import type { Logger, MigrationInterface } from 'typeorm';
import { EventStore1760000000001 } from './0001-event-store.js';
import { Directory1760000000002 } from './0002-directory.js';
import { Leases1760000000003 } from './0003-leases.js';
import { ReadModel1760000000004 } from './0004-read-model.js';
import { Expiry1760000000005 } from './0005-expiry.js';
import { People1760000000007 } from './0007-people.js';

export { dumpSchema } from './dump-schema.js';
export { ensureServiceLogin } from './service-login.js';
export { serviceRole } from './tenant-table.js';

/** In order. A new migration is one file and one line here. */
const migrations: (new () => MigrationInterface)[] = [
  EventStore1760000000001,
  Directory1760000000002,
  Leases1760000000003,
  ReadModel1760000000004,
  Expiry1760000000005,
  People1760000000007,
];

/** Class names end in 13 digits because TypeORM orders by them: this base plus the file's number. */
const NUMBER_BASE = 1_760_000_000_000;

/** Number of the newest migration this code knows. */
export const schemaVersion = Number(migrations.at(-1)?.name.slice(-13)) - NUMBER_BASE;

/** Everybody who migrates this database takes this advisory lock first (any fixed number; "ampel" in ASCII). */
const MIGRATION_LOCK = 0x61_6d_70_65_6c;

const TABLE = 'ampel_migrations';

/** The database holds migrations that this code does not know. */
export class DatabaseIsNewer extends Error {
  override readonly name = 'DatabaseIsNewer';
}

/**
 * Brings the database to `schemaVersion`, each migration in a transaction of its own. Several processes may call it at once:
 * one migrates, the others wait and find nothing to do.
 * @param databaseUrl connection of the administrator, who will own everything
 * @param log called with a sentence for each step
 * @throws DatabaseIsNewer if a newer version of Ampel has migrated this database
 */
export async function migrate(databaseUrl: string, log: (line: string) => void = () => undefined): Promise<void> {
  const guard = new pg.Client({ connectionString: databaseUrl, application_name: 'ampel-migrate', connectionTimeoutMillis: 10_000 });
  // A guard that is lost while migrating ends the lock, not the migration: the error shows at the next statement on it.
  guard.on('error', (error) => log(`The connection that guards the migrations was lost: ${error.message}`));
  await guard.connect();
  try {
    const { rows } = await guard.query<{ free: boolean }>('SELECT pg_try_advisory_lock($1) AS free', [MIGRATION_LOCK]);
    if (rows[0]?.free !== true) {
      log('Another process is migrating this database, waiting for it');
      await guard.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    }
    await refuseNewer(guard);
    await createServiceRole(guard);
    await runPending(databaseUrl, log);
    await guard.query(`REVOKE ALL ON ${TABLE} FROM PUBLIC; GRANT SELECT ON ${TABLE} TO ampel_service`);
  } finally {
    await guard.end();
  }
}

async function refuseNewer(db: pg.Client): Promise<void> {
  const { rows: tables } = await db.query<{ there: boolean }>('SELECT to_regclass($1) IS NOT NULL AS there', [TABLE]);
  if (tables[0]?.there !== true) return;
  const { rows } = await db.query<{ name: string }>(`SELECT name FROM ${TABLE} ORDER BY id`);
  const unknown = rows.map((row) => row.name).filter((name) => !migrations.some((known) => known.name === name));
  if (unknown.length === 0) return;
  throw new DatabaseIsNewer(
    `This database belongs to a newer version of Ampel: it holds ${unknown.join(', ')}, and this version knows only up to ` +
      `number ${String(schemaVersion)}. Start that newer version, or restore a backup made by this one.`,
  );
}

/** Roles belong to the whole server, so two databases may create it at the same moment: whoever is second is content. */
async function createServiceRole(db: pg.Client): Promise<void> {
  await db.query(`
    DO $$ BEGIN
      IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'ampel_service') THEN
        CREATE ROLE ampel_service NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION;
      END IF;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
    END $$`);
}

async function runPending(databaseUrl: string, log: (line: string) => void): Promise<void> {
  const source = new DataSource({
    type: 'postgres',
    url: databaseUrl,
    applicationName: 'ampel-migrate',
    migrations,
    migrationsTableName: TABLE,
    logger: new MigrationLog(log),
    poolSize: 2,
    // A migration that touches rows must see all of them, although the policies bind the owner too.
    extra: { options: '-c ampel.scope=all -c timezone=UTC -c lock_timeout=30s' },
  });
  await source.initialize();
  try {
    await source.runMigrations({ transaction: 'each' });
  } finally {
    await source.destroy();
  }
}

/** Passes on what TypeORM says about migrations, and nothing else. */
class MigrationLog implements Logger {
  constructor(private readonly say: (line: string) => void) {}
  logQuery(): void {}
  logQueryError(): void {}
  logQuerySlow(): void {}
  logSchemaBuild(message: string): void {
    const done = /^Migration (\S+) has been +executed successfully/.exec(message);
    if (done?.[1] !== undefined) this.say(`Migrated: ${done[1].slice(0, -13)} (${String(Number(done[1].slice(-13)) - NUMBER_BASE)})`);
  }
  logMigration(message: string): void {
    this.say(message);
  }
  log(): void {}
}
