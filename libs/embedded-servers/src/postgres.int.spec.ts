import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { startPostgres } from './postgres.js';
import { scratchFolder } from './scratch-folder.fixture.js';
import { mustBeEnterable, unprivilegedUser } from './unprivileged-user.js';

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}

describe('an embedded Postgres', () => {
  let scratch: ReturnType<typeof scratchFolder>;
  let dir: string;
  let logFile: string;
  beforeAll(() => {
    scratch = scratchFolder();
    dir = path.join(scratch.folder, 'data', 'postgres');
    logFile = path.join(scratch.folder, 'log');
  });
  afterAll(() => scratch.remove());

  it('keeps data, password and, if asked to, the port over a kill and a new start', async () => {
    const first = await startPostgres({ dir, logFile });
    expect(await query(first.url, 'SHOW fsync')).toEqual([{ fsync: 'on' }]);
    await query(first.url, 'CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)');
    await first.kill();
    const second = await startPostgres({ dir, logFile, port: first.port });
    expect(second.url).toBe(first.url);
    expect(await query(second.url, 'SELECT n FROM kept')).toEqual([{ n: 7 }]);
    expect(await second.stop()).toEqual({ code: 0 });
  });

  it('listens on 127.0.0.1 only and lets nobody in without the password', async () => {
    const server = await startPostgres({ dir, logFile, fast: true });
    expect(await query(server.url, 'SHOW listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
    const url = new URL(server.url);
    url.password = 'wrong';
    await expect(query(url.toString(), 'SELECT 1')).rejects.toThrow(/password authentication failed/);
    await server.stop();
  });

  it('starts although the lock of a dead server names a process that is something else now', async () => {
    const lock = path.join(dir, 'postmaster.pid');
    writeFileSync(lock, `${process.pid}\n${dir}\n1\n1\n\n127.0.0.1\n1 1\nready\n`);
    if (unprivilegedUser()) chmodSync(lock, 0o666);
    const server = await startPostgres({ dir, logFile, fast: true });
    expect(readFileSync(lock, 'utf8').split('\n')[0]).toBe(String(server.pid));
    await server.stop();
  });

  it.each([
    ['99', /written by Postgres 99, this Ampel brings Postgres \d+. Start the newer Ampel/],
    ['9', /written by Postgres 9, this Ampel brings Postgres \d+. Dump it/],
  ])('refuses a folder of Postgres %s and says what to do', async (version, sentence) => {
    const other = path.join(scratch.folder, `of-${version}`);
    mkdirSync(other);
    writeFileSync(path.join(other, 'PG_VERSION'), `${version}\n`);
    await expect(startPostgres({ dir: other, logFile })).rejects.toThrow(sentence);
  });

  it('as root, names the closed folder on the way to its data and how to open it', async () => {
    const user = unprivilegedUser();
    if (user === undefined) return; // Postgres runs as ourselves: every folder we made can be entered
    const closed = path.join(scratch.folder, 'closed');
    mkdirSync(closed, { mode: 0o700 });
    const within = path.join(closed, 'inner', 'postgres');
    await expect(startPostgres({ dir: within, logFile })).rejects.toThrow(
      `may not enter ${closed}, where the data folder lies. Open the folder for passing through (chmod o+x '${closed}')`,
    );
    expect(existsSync(within)).toBe(false);
    expect(() => mustBeEnterable(scratch.folder, 'the data folder', user)).not.toThrow();
  });
});
