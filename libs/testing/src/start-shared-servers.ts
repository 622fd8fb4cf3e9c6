import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { cacheFolder, environment } from '#config';
import { natsBinary, newPassword, startNats, startPostgres } from '#embedded-servers';
import { ensureServiceLogin, migrate } from '#migrations';
import { asAdministrator, inDatabase, SERVICE_LOGIN, TEMPLATE } from './shared-servers.js';
import type { SharedServers } from './shared-servers.js';

export { SHARED_SERVERS } from './shared-servers.js';

/**
 * Starts one Postgres (without syncing to disk) for a whole run, with the template migrated, and a nats-server for each of its `workers`:
 * subjects are the same for everybody, so files that run side by side must not hear each other. `stop` ends them and removes their data,
 * unless databases of failed specs were kept: then it gives the folder to look into.
 */
export async function startSharedServers(workers: number): Promise<{ servers: SharedServers; stop: () => Promise<string | undefined> }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'ampel-test-'));
  chmodSync(folder, 0o755); // as root, Postgres runs as another user
  const natsProgram = await natsBinary({ cacheDir: cacheFolder(), searchPath: environment()['PATH'] ?? '' });
  const [postgres, ...nats] = await Promise.all([
    startPostgres({ dir: path.join(folder, 'postgres'), logFile: path.join(folder, 'postgres.log'), fast: true }),
    ...Array.from({ length: workers }, (_, n) =>
      startNats({ program: natsProgram, dir: path.join(folder, `nats-${n + 1}`), logFile: path.join(folder, `nats-${n + 1}.log`) }),
    ),
  ]);
  const servicePassword = newPassword();
  await makeTemplate(postgres.url, servicePassword);

  const stop = async (): Promise<string | undefined> => {
    const kept = await countSpecDatabases(postgres.url);
    await Promise.all([postgres, ...nats].map((server) => server.stop()));
    if (kept > 0) return folder;
    rmSync(folder, { recursive: true, force: true });
    return undefined;
  };
  return { servers: { folder, adminUrl: postgres.url, servicePassword, natsUrls: nats.map(({ url }) => url), natsProgram }, stop };
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
