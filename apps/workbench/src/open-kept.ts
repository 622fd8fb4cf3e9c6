import { existsSync, readdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { startPostgres } from '#embedded-servers';

/**
 * Starts the Postgres of a test run whose specs failed (the newest without `folder`), says how to look into each spec's database, and
 * runs until Ctrl-C.
 */
export async function openKept(folder: string | undefined, say: (line: string) => void): Promise<void> {
  const kept = folder ?? newestKept();
  if (kept === undefined || !existsSync(path.join(kept, 'postgres'))) {
    say('No failed spec has left a database behind.');
    return;
  }
  const server = await startPostgres({ dir: path.join(kept, 'postgres'), logFile: path.join(kept, 'postgres.log'), fast: true });
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  const { rows } = await client.query<{ name: string }>(`SELECT datname AS name FROM pg_database WHERE datname LIKE 'spec\\_%' ORDER BY 1`);
  await client.end();
  for (const { name } of rows) say(`psql ${server.url.replace(/\/postgres$/, `/${name}`)}`);
  say(`Ctrl-C ends it; rm -rf ${kept} removes it.`);
  process.once('SIGINT', () => void server.stop());
  await server.exited;
}

function newestKept(): string | undefined {
  const folders = readdirSync(tmpdir()).filter((name) => name.startsWith('ampel-test-'));
  const paths = folders.map((name) => path.join(tmpdir(), name)).filter((one) => existsSync(path.join(one, 'postgres')));
  return paths.sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)[0];
}
