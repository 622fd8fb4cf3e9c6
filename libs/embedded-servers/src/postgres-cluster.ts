import { execFile, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { newPassword } from './new-password.js';
import type { PostgresBinaries } from './postgres-binaries.js';
import { ServerFault } from './server-fault.js';
import type { UnprivilegedUser } from './unprivileged-user.js';

/** The administrator's password lies in the cluster that it opens, so the two cannot get lost from each other. */
const PASSWORD_FILE = 'ampel.password';

/** Gives the password of the administrator (`postgres`) of the cluster in `dir`. */
export function passwordOf(dir: string): string {
  return readFileSync(path.join(dir, PASSWORD_FILE), 'utf8').trim();
}

/**
 * Makes a new cluster in `dir` unless there is one, or checks that the one there fits these programs. A new one is made beside its
 * place and moved there when complete, so a half-made cluster is never used. `durable: false` saves the sync to disk (tests).
 * Throws ServerFault `folder-of-newer-version`, `folder-of-other-postgres`, `server-did-not-start`.
 */
export async function prepareCluster(
  dir: string,
  binaries: PostgresBinaries,
  user: UnprivilegedUser | undefined,
  durable: boolean,
): Promise<void> {
  if (existsSync(path.join(dir, 'PG_VERSION'))) return mustFit(dir, majorOf(binaries));
  const unfinished = `${dir}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true, mode: 0o700 });
  const passwordFile = `${unfinished}.password`;
  writeFileSync(passwordFile, `${newPassword()}\n`, { mode: 0o600 });
  if (user) for (const one of [unfinished, passwordFile]) chownSync(one, user.uid, user.gid);
  try {
    const args = ['-D', unfinished, '-U', 'postgres', '-A', 'scram-sha-256', `--pwfile=${passwordFile}`, '-E', 'UTF8'];
    args.push('--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C', '--no-instructions', '--no-sync');
    const initdb = (words: string[]): Promise<unknown> =>
      promisify(execFile)(binaries.initdb, words, { ...(user ? { uid: user.uid, gid: user.gid } : {}), cwd: '/' });
    try {
      await initdb(args);
      // One sync of the whole instead of one per step: the same promise, 0.7 s sooner (2.0 s against 1.3 s, measured).
      if (durable) await initdb(['--sync-only', '-D', unfinished]);
    } catch (cause) {
      const { message, stderr } = cause as Error & { stderr?: string };
      const why = stderr?.trim() || message;
      throw new ServerFault('server-did-not-start', `Postgres could not make its data folder ${dir}: ${why}`, { cause });
    }
    renameSync(passwordFile, path.join(unfinished, PASSWORD_FILE));
    renameSync(unfinished, dir);
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

function majorOf({ postgres }: PostgresBinaries): number {
  const { stdout } = spawnSync(postgres, ['--version'], { encoding: 'utf8', cwd: '/' });
  return Number(/(\d+)/.exec(stdout ?? '')?.[1]);
}

function mustFit(dir: string, ours: number): void {
  const theirs = Number(readFileSync(path.join(dir, 'PG_VERSION'), 'utf8'));
  if (theirs === ours) return;
  if (theirs > ours) {
    throw new ServerFault(
      'folder-of-newer-version',
      `The data folder ${dir} was written by Postgres ${theirs}, this Ampel brings Postgres ${ours}. ` +
        'Start the newer Ampel that wrote it, or choose another folder with AMPEL_DATA_DIR.',
    );
  }
  throw new ServerFault(
    'folder-of-other-postgres',
    `The data folder ${dir} was written by Postgres ${theirs}, this Ampel brings Postgres ${ours}. ` +
      'Dump it with the Ampel that wrote it and restore it into a new folder, or choose another folder with AMPEL_DATA_DIR.',
  );
}
