import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { sizeOf, untilReady } from './embedded-server.js';
import type { EmbeddedServer } from './embedded-server.js';
import { freePort } from './free-port.js';
import { postgresBinaries } from './postgres-binaries.js';
import { passwordOf, prepareCluster } from './postgres-cluster.js';
import { commandOf } from './process-identity.js';
import { ServerFault } from './server-fault.js';
import { startTied } from './tied-process.js';
import { mustBeEnterable, unprivilegedUser } from './unprivileged-user.js';

export interface PostgresOptions {
  /** The folder of its data (PGDATA); made if missing, its parents too. */
  readonly dir: string;
  readonly logFile: string;
  /** The port to take on 127.0.0.1; without one any free port. */
  readonly port?: number | undefined;
  /** Do without syncing to disk: for tests only, a power cut would cost data. */
  readonly fast?: boolean;
}

/** How long the server of a killed parent may take to give its folder free (its grace, then SIGKILL), in ms. */
const STALE_LOCK_MS = 12_000;
const READY_MS = 60_000; // recovery after a crash reads the write-ahead log first

/**
 * Starts an embedded Postgres on 127.0.0.1 whose administrator is `postgres`. It ends with this process, however that ends; if a server
 * of a killed parent still holds the folder, its end is awaited. As root it runs as `postgres` or `nobody`.
 * Throws ServerFault with a sentence that says what to do.
 */
export async function startPostgres(options: PostgresOptions): Promise<EmbeddedServer> {
  const { dir, fast = false } = options;
  const user = unprivilegedUser();
  const binaries = await postgresBinaries();
  mustBeEnterable(path.dirname(binaries.postgres), 'the program', user);
  const parent = path.dirname(dir);
  mkdirSync(parent, { recursive: true });
  // The parent is our own data folder, so letting its user pass through is ours to grant; what lies above it is not.
  const mode = statSync(parent).mode & 0o7777;
  if (user && (mode & 0o001) === 0) chmodSync(parent, mode | 0o001);
  mustBeEnterable(parent, 'the data folder', user);
  await prepareCluster(dir, binaries, user, !fast);

  const giveUpAt = performance.now() + STALE_LOCK_MS;
  for (;;) {
    const port = options.port ?? (await freePort());
    freeStaleLock(dir);
    const log = { file: options.logFile, start: sizeOf(options.logFile) };
    const server = await startTied(binaries.postgres, argumentsFor(dir, port, fast), {
      signal: 'INT', // "fast shutdown": open transactions are rolled back, the data folder is left clean
      graceSeconds: 6,
      logFile: options.logFile,
      uid: user?.uid,
      gid: user?.gid,
      cwd: '/',
    });
    const failure = await untilReady(server, () => saysReady(dir, server.pid), log, READY_MS);
    if (failure === undefined) {
      const url = `postgres://postgres:${passwordOf(dir)}@127.0.0.1:${port}/postgres`;
      return { pid: server.pid, port, url, exited: server.exited, stop: server.stop, kill: server.kill };
    }
    if (!mayPass(failure) || performance.now() > giveUpAt) throw didNotStart(failure, dir, options.logFile, port);
    await pause(150); // ms
  }
}

function argumentsFor(dir: string, port: number, fast: boolean): string[] {
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '200', // six roles with a pool each, and room for consoles and tests
    shared_buffers: '64MB', // all of Ampel is to fit in 250 MB
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...(fast ? { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' } : {}),
  };
  return ['-D', dir, '-p', String(port), ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}

/** A process id that no system gives out. */
const NOBODY = 4_194_305;

/**
 * Frees the lock of a dead server whose process id now belongs to some other program (usual when a container starts again): Postgres
 * only asks whether a process of that id lives, and would wait for ever. The other lines stay: by them Postgres finds out whether
 * backends of the dead server still hold its shared memory.
 */
function freeStaleLock(dir: string): void {
  const [pid, ...others] = linesOfLock(dir);
  const command = commandOf(Number(pid));
  if (command !== undefined && !command.includes(dir)) writeFileSync(lockOf(dir), [NOBODY, ...others].join('\n'));
}

/** Postgres writes its process id into line 1 of postmaster.pid, and "ready" into line 8 when it takes connections. */
function saysReady(dir: string, pid: number): boolean {
  const lines = linesOfLock(dir);
  return Number(lines[0]) === pid && lines[7]?.trim() === 'ready';
}

const lockOf = (dir: string): string => path.join(dir, 'postmaster.pid');

function linesOfLock(dir: string): string[] {
  try {
    return readFileSync(lockOf(dir), 'utf8').split('\n');
  } catch {
    return [];
  }
}

/** Whether the reason goes away by itself: the server or the backends of a killed parent still hold the folder or the port. */
function mayPass(failure: string): boolean {
  return /postmaster\.pid|shared memory block|Address already in use/i.test(failure);
}

function didNotStart(failure: string, dir: string, logFile: string, port: number): ServerFault {
  if (/postmaster\.pid|shared memory block/i.test(failure)) {
    return new ServerFault(
      'folder-in-use',
      `Another Postgres uses the data folder ${dir}. Stop the Ampel that started it, or choose another folder with AMPEL_DATA_DIR.`,
    );
  }
  if (/Address already in use/i.test(failure)) {
    return new ServerFault('port-in-use', `Postgres cannot have its port ${port} on 127.0.0.1 again: another program took it.`);
  }
  const last = failure.split('\n').slice(-5).join('\n');
  return new ServerFault('server-did-not-start', `Postgres did not start. Its log (${logFile}) ends with:\n${last}`);
}
