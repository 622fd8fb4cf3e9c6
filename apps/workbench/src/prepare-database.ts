import pg from 'pg';
import type { Settings } from '#config';
import { newPassword } from '#embedded-servers';
import { Obstacle } from './obstacle.js';

/** The database of an embedded Postgres, and the login of the services there. */
const DATABASE = 'ampel';
const LOGIN = 'ampel';

export interface DatabaseUrls {
  /** The administrator's. */
  readonly admin: string;
  /** The services'. */
  readonly service: string;
}

/**
 * Brings the database to the present schema and sees to it that the services' login has their rights. Embedded: makes the database, and
 * the login with a new password on every start. External: migrates as DATABASE_ADMIN_URL and grants the rights to DATABASE_URL's login.
 */
export async function prepareDatabase(settings: Settings, embeddedPostgresUrl: string | undefined): Promise<DatabaseUrls> {
  const { ensureServiceLogin, grantServiceRights, migrate } = await import('#migrations'); // TypeORM takes its time: load it while servers start
  if (embeddedPostgresUrl !== undefined) {
    const url = new URL(embeddedPostgresUrl);
    url.pathname = `/${DATABASE}`;
    const admin = url.toString();
    await ensureDatabase(embeddedPostgresUrl);
    await migrate(admin);
    return { admin, service: await ensureServiceLogin(admin, { user: LOGIN, password: newPassword() }) };
  }
  const { databaseUrl: service, databaseAdminUrl: admin } = settings;
  if (service === undefined || admin === undefined) throw new Error('neither an embedded nor an external Postgres');
  try {
    await migrate(admin);
  } catch (cause) {
    if (!isRefusal(cause)) throw cause;
    const { host, pathname } = new URL(admin);
    const why = cause.message || cause.code;
    throw new Obstacle(`Postgres at ${host}${pathname} cannot be used (${why}). Check DATABASE_ADMIN_URL and DATABASE_URL.`, { cause });
  }
  if (admin !== service) await grantServiceRights(admin, service);
  return { admin, service };
}

/** Nobody answers (a code of the system, as ECONNREFUSED), or Postgres does not let us in (SQLSTATE classes 28 and 3D). */
function isRefusal(error: unknown): error is Error & { code: string } {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && /^(E[A-Z]+|28...|3D...)$/.test(code);
}

async function ensureDatabase(maintenanceUrl: string): Promise<void> {
  await withClient(maintenanceUrl, async (client) => {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  });
}

async function withClient(connectionString: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString, application_name: 'ampel-start', connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
