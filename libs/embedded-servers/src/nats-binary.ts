import { execFile } from 'node:child_process';
import { accessSync, constants, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { ServerFault } from './server-fault.js';

const run = promisify(execFile);

export interface NatsBinaryOptions {
  /** Where a fetched program is kept for the next time. */
  readonly cacheDir: string;
  /** The PATH to look on. */
  readonly searchPath: string;
  /** Folders beside the PATH: a user's PATH often lacks those where Debian puts servers. */
  readonly systemFolders?: readonly string[];
  /** Whether to fetch the distribution's package if there is none (Debian, Ubuntu; no root needed). */
  readonly fetch?: boolean;
  /** Told what is being done, for it may take seconds. */
  readonly say?: (line: string) => void;
}

/**
 * Finds nats-server: on the PATH, else in the system's folders, else in the cache, else fetches Debian's or Ubuntu's signed package into
 * the cache without installing it. Gives the absolute path. Throws ServerFault `nats-server-missing` with what to do.
 */
export async function natsBinary(options: NatsBinaryOptions): Promise<string> {
  const { cacheDir, searchPath, systemFolders = ['/usr/sbin', '/usr/local/sbin', '/usr/local/bin', '/opt/homebrew/bin'] } = options;
  const folders = [...searchPath.split(path.delimiter).filter(Boolean), ...systemFolders, cacheDir];
  const found = folders.map((folder) => path.join(folder, 'nats-server')).find(isExecutable);
  if (found !== undefined) return found;
  if (options.fetch === false || !folders.some((folder) => isExecutable(path.join(folder, 'apt-get')))) throw missing();
  options.say?.('fetching nats-server from the distribution (once)');
  try {
    return await fetchPackage(cacheDir);
  } catch (cause) {
    throw missing(cause);
  }
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function fetchPackage(cacheDir: string): Promise<string> {
  mkdirSync(cacheDir, { recursive: true });
  const folder = mkdtempSync(path.join(cacheDir, 'fetching-'));
  try {
    await run('apt-get', ['-q', 'download', 'nats-server'], { cwd: folder }).catch(() => downloadWithOwnLists(folder));
    const file = readdirSync(folder).find((name) => name.endsWith('.deb'));
    if (file === undefined) throw new Error('apt-get downloaded nothing');
    await run('dpkg', ['-x', file, 'unpacked'], { cwd: folder });
    const program = path.join(cacheDir, 'nats-server');
    renameSync(path.join(folder, 'unpacked', 'usr', 'sbin', 'nats-server'), program);
    return program;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The machine has no package lists (a slim image) and only root may write them: keep lists of our own for this one download. */
async function downloadWithOwnLists(folder: string): Promise<void> {
  for (const name of ['lists/partial', 'archives/partial']) mkdirSync(path.join(folder, name), { recursive: true });
  const own = ['-o', `Dir::State::lists=${folder}/lists`, '-o', `Dir::Cache=${folder}/archives`, '-o', 'Debug::NoLocking=1'];
  await run('apt-get', ['-q', ...own, 'update'], { cwd: folder });
  await run('apt-get', ['-q', ...own, 'download', 'nats-server'], { cwd: folder });
}

function missing(cause?: unknown): ServerFault {
  const install =
    process.platform === 'darwin'
      ? 'Install it (brew install nats-server)'
      : 'Install it (Debian, Ubuntu: apt-get install nats-server; elsewhere: https://nats.io/download, then put it on the PATH)';
  return new ServerFault(
    'nats-server-missing',
    `There is no nats-server on this machine${cause === undefined ? '' : ` and its package could not be fetched (${firstLine(cause)})`}. ` +
      `${install}, or set NATS_URL to a running one with JetStream. Then start again.`,
    cause === undefined ? {} : { cause },
  );
}

function firstLine(cause: unknown): string {
  const { stderr, message } = cause as Error & { stderr?: string };
  return (stderr?.trim() || message).split('\n')[0] ?? '';
}
