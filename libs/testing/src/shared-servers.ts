import pg from 'pg';
import { environment } from '#config';

/** The servers that all spec files of one run share, as the run's set-up hands them to the spec files. */
export interface SharedServers {
  /** The folder that holds everything of this run. */
  readonly folder: string;
  /** Connects as the administrator to the maintenance database `postgres`. */
  readonly adminUrl: string;
  /** Password of the login `ampel`, which has the services' rights. */
  readonly servicePassword: string;
  /** One for each of Jest's workers. */
  readonly natsUrls: readonly string[];
  readonly natsProgram: string;
}

/** The variable that carries them (JSON) from the run's set-up into the processes of the spec files. */
export const SHARED_SERVERS = 'AMPEL_TEST_SERVERS';
/** The database that every spec file's own is copied from. */
export const TEMPLATE = 'ampel_template';
export const SERVICE_LOGIN = 'ampel';

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
