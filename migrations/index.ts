/**
 * Room: the database's shape, as plain SQL in order.
 * Owns: every table, function, view, policy and grant. Invariant: a file that was released is never edited, a new one is added.
 * Lifecycle: `migrate` runs before the services start, by the administrator's connection; services never own or alter anything.
 * May import: nothing of this house.
 */
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from 'typeorm';
import { type Migration, migrations, numberOf } from './list.js';

export { dumpSchema } from './dump-schema.js';
export { ensureServiceLogin, grantServiceRights } from './service-login.js';

/** Everybody who migrates this database takes this advisory lock first (any fixed number; "ampel" in ASCII). */
const MIGRATION_LOCK = 0x61_6d_70_65_6c;

const TABLE = 'ampel_migrations';

/**
 * A statement that has to wait for a table makes everybody wait who comes after it, so it gives up soon, while commands still have time
 * (their statements end after 5 s), and the migration is tried again: a long transaction of somebody else then costs patience, no command.
 */
const LOCK_TIMEOUT = '1s';
const TRIES = 60;
const BETWEEN_TRIES_MS = 1_000;
const BETWEEN_LOOKS_MS = 100;

/** The database holds migrations that this code does not know. */
export class DatabaseIsNewer extends Error {
  override readonly name = 'DatabaseIsNewer';
}

/**
 * Brings the database to the newest of `list`, each migration in a transaction of its own. Several processes may call it at once:
 * one migrates, the others wait and find nothing to do.
 * @param databaseUrl connection of the administrator, who will own everything
 * @param log called with a sentence for each step
 * @param list a test may bring more migrations, or fewer
 * @throws DatabaseIsNewer if a newer version of Ampel has migrated this database
 */
export async function migrate(
  databaseUrl: string,
  log: (line: string) => void = () => undefined,
  list: readonly Migration[] = migrations,
): Promise<void> {
  const guard = new pg.Client({ connectionString: databaseUrl, application_name: 'ampel-migrate', connectionTimeoutMillis: 10_000 });
  // A guard that is lost while migrating ends the lock, not the migration: the error shows at the next statement on it.
  guard.on('error', (error) => log(`The connection that guards the migrations was lost: ${error.message}`));
  await guard.connect();
  try {
    for (let tries = 1; !(await takesLock(guard)); tries += 1) {
      if (tries === 1) log('Another process is migrating this database, waiting for it');
      await pause(BETWEEN_LOOKS_MS);
    }
    const done = await namesOfDone(guard);
    refuseNewer(done, list);
    await createServiceRole(guard);
    // Most starts find nothing to do: they are spared the loading of TypeORM, a fifth of a second of a core.
    if (list.some(({ name }) => !done.includes(name))) await patiently(() => runPending(databaseUrl, log, list), log);
    await guard.query(`REVOKE ALL ON ${TABLE} FROM PUBLIC; GRANT SELECT ON ${TABLE} TO ampel_service`);
  } finally {
    await guard.end();
  }
}

/** Asks instead of waiting inside a statement: an index that is built CONCURRENTLY waits for every statement that began before it. */
async function takesLock(guard: pg.Client): Promise<boolean> {
  const { rows } = await guard.query<{ free: boolean }>('SELECT pg_try_advisory_lock($1) AS free', [MIGRATION_LOCK]);
  return rows[0]?.free === true;
}

/** The migrations that this database holds, in their order. */
async function namesOfDone(db: pg.Client): Promise<string[]> {
  const { rows: tables } = await db.query<{ there: boolean }>('SELECT to_regclass($1) IS NOT NULL AS there', [TABLE]);
  if (tables[0]?.there !== true) return [];
  const { rows } = await db.query<{ name: string }>(`SELECT name FROM ${TABLE} ORDER BY id`);
  return rows.map(({ name }) => name);
}

function refuseNewer(done: readonly string[], list: readonly Migration[]): void {
  const unknown = done.filter((name) => !list.some((known) => known.name === name));
  if (unknown.length === 0) return;
  throw new DatabaseIsNewer(
    `This database belongs to a newer version of Ampel: it holds ${unknown.join(', ')}, and this version knows only up to ` +
      `number ${String(numberOf(list.at(-1)?.name ?? ''))}. Start that newer version, or restore a backup made by this one.`,
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

/** Each migration is a transaction of its own, so what was done stays done and the rest is tried again. */
async function patiently(work: () => Promise<void>, log: (line: string) => void): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      // lock_not_available, deadlock_detected
      const { code } = error as { code?: string };
      if ((code !== '55P03' && code !== '40P01') || tries === TRIES) throw error;
      if (tries === 1) log('A table is in use by a long transaction: trying again and again, commands go on meanwhile');
      await pause(BETWEEN_TRIES_MS);
    }
  }
}

async function runPending(databaseUrl: string, log: (line: string) => void, list: readonly Migration[]): Promise<void> {
  const { DataSource } = await import('typeorm');
  const source = new DataSource({
    type: 'postgres',
    url: databaseUrl,
    applicationName: 'ampel-migrate',
    migrations: [...list],
    migrationsTableName: TABLE,
    logger: new MigrationLog(log),
    poolSize: 2,
    // A migration that touches rows must see all of them, although the policies bind the owner too.
    extra: { options: `-c ampel.scope=all -c timezone=UTC -c lock_timeout=${LOCK_TIMEOUT}` },
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
    if (done?.[1] !== undefined) this.say(`Migrated: ${done[1].slice(0, -13)} (${String(numberOf(done[1]))})`);
  }
  /** That a migration failed: what `migrate` throws says so, unless it is tried again. */
  logMigration(): void {}
  log(): void {}
}
