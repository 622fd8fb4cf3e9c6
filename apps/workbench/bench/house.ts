import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { environment, readSettings } from '#config';
import type { Settings } from '#config';
import { newPassword } from '#embedded-servers';
import { prepareDatabase } from '../src/prepare-database.js';
import type { DatabaseUrls } from '../src/prepare-database.js';
import type { Role } from '../src/roles.js';
import { withSecrets } from '../src/secrets.js';
import { startServers } from '../src/servers.js';
import { startSplit } from '../src/split.js';
import type { Bench } from './benchmark.js';

/** Embedded servers of a benchmark's own, which sync to disk as in production, with a migrated database. */
export interface House {
  readonly settings: Settings & { readonly tokenSecret: string };
  readonly database: DatabaseUrls;
  readonly natsUrl: string;
  /** Process ids of `postgres`, `nats` and every service that runs. */
  readonly pids: Map<string, number>;
  /** Starts these roles, each as a process of its own. */
  start(roles: readonly Role[]): Promise<{ readonly origins: ReadonlyMap<Role, string>; stop(): Promise<void> }>;
}

/** @param variables settings on top of the standard ones, e.g. `AMPEL_LEASE_SECONDS` */
export async function openHouse(bench: Bench, variables: Readonly<Record<string, string>> = {}): Promise<House> {
  const dir = path.join(bench.folder, 'house');
  if (!existsSync(dir)) mkdirSync(dir, { mode: 0o755 });
  // What is set for the reader's own Ampel is not meant for this one.
  const foreign = /^(AMPEL_(?!CACHE_DIR)|DATABASE_|NATS_|NODE_ENV$)/;
  const clean = Object.fromEntries(Object.entries(environment()).filter(([name]) => !foreign.test(name)));
  const own = { AMPEL_PORT: '0', AMPEL_DATA_DIR: dir, AMPEL_SEED: 'none', AMPEL_ADMIN_TOKEN: `insecure-${newPassword()}`, ...variables };
  const settings = readSettings({ ...clean, ...own });
  const quiet = { say: bench.say, step: <T>(_line: string, work: () => Promise<T>): Promise<T> => work() };
  const servers = await startServers(settings, dir, quiet, () => undefined);
  bench.atEnd(() => servers.stop());
  const database = await prepareDatabase(settings, servers.embeddedPostgresUrl);
  const complete = withSecrets({ ...settings, databaseUrl: database.service, databaseAdminUrl: undefined, natsUrl: servers.natsUrl }, dir);
  const pids = new Map(servers.processes().map(({ role, pid }) => [role, pid]));
  return {
    settings: complete,
    database,
    natsUrl: servers.natsUrl,
    pids,
    start: async (roles) => {
      const services = await startSplit(complete, (role) => servers.natsUrlFor(role), dir, quiet, () => undefined, roles);
      bench.atEnd(() => services.stop());
      for (const { role, pid } of services.processes()) pids.set(role, pid);
      const origins = new Map(services.processes().map(({ role, port }) => [role as Role, `http://127.0.0.1:${port}`]));
      return { origins, stop: () => services.stop() };
    },
  };
}
