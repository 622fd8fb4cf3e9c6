import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { cacheFolder, environment } from '#config';
import { natsBinary, newPassword, startNats, startPostgres } from '#embedded-servers';
import { ensureServiceLogin, migrate } from '#migrations';

/** The servers that all spec files of one run share, as the run's set-up hands them to the spec files. */
export interface SharedServers {
  /** The folder that holds everything of this run. */
  readonly folder: string;
  /** Connects as the administrator to the maintenance database `postgres`. */
  readonly adminUrl: string;
  /** Password of the login `ampel`, which has the services' rights. */
  readonly servicePassword: string;
  readonly natsUrl: string;
  readonly natsProgram: string;
}

/** The variable that carries them (JSON) from the run's set-up into the processes of the spec files. */
export const SHARED_SERVERS = 'AMPEL_TEST_SERVERS';
/** The database that every spec file's own is copied from. */
export const TEMPLATE = 'ampel_template';
export const SERVICE_LOGIN = 'ampel';

/**
 * Starts one Postgres (without syncing to disk) and one nats-server for a whole run, and migrates the template. `stop` ends them and
 * removes their data, unless databases of failed specs were kept: then it gives the folder to look into.
 */
export async function startSharedServers(): Promise<{ servers: SharedServers; stop: () => Promise<string | undefined> }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'ampel-test-'));
  chmodSync(folder, 0o755); // as root, Postgres runs as another user
  const natsProgram = await natsBinary({ cacheDir: cacheFolder(), searchPath: environment()['PATH'] ?? '' });
  const [postgres, nats] = await Promise.all([
    startPostgres({ dir: path.join(folder, 'postgres'), logFile: path.join(folder, 'postgres.log'), fast: true }),
    startNats({ program: natsProgram, dir: path.join(folder, 'nats'), logFile: path.join(folder, 'nats.log') }),
  ]);
  const servicePassword = newPassword();
  await makeTemplate(postgres.url, servicePassword);

  const stop = async (): Promise<string | undefined> => {
    const kept = await countSpecDatabases(postgres.url);
    await Promise.all([postgres.stop(), nats.stop()]);
    if (kept > 0) return folder;
    rmSync(folder, { recursive: true, force: true });
    return undefined;
  };
  return { servers: { folder, adminUrl: postgres.url, servicePassword, natsUrl: nats.url, natsProgram }, stop };
}

/** Gives the servers of this run. Throws outside of integration specs: only their project starts them. */
export function sharedServers(): SharedServers {
  const text = environment()[SHARED_SERVERS];
  if (text === undefined) throw new Error('no test servers run: only files named *.int.spec.ts may ask for them (see jest.config.mjs)');
  return JSON.parse(text) as SharedServers;
}

/** The same server and credentials, another database. */
export function inDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.toString();
}

/** Runs statements as the administrator on the maintenance database. */
export async function asAdministrator<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, application_name: 'ampel-testing' });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function makeTemplate(adminUrl: string, servicePassword: string): Promise<void> {
  await asAdministrator(adminUrl, (client) => client.query(`CREATE DATABASE ${TEMPLATE}`));
  await migrate(inDatabase(adminUrl, TEMPLATE));
  await ensureServiceLogin(inDatabase(adminUrl, TEMPLATE), { user: SERVICE_LOGIN, password: servicePassword });
}

async function countSpecDatabases(adminUrl: string): Promise<number> {
  const count = `SELECT count(*)::int AS n FROM pg_database WHERE datname LIKE 'spec\\_%'`;
  try {
    return await asAdministrator(adminUrl, async (client) => (await client.query<{ n: number }>(count)).rows[0]?.n ?? 0);
  } catch {
    return 0; // Postgres is gone: nothing to look at
  }
}
