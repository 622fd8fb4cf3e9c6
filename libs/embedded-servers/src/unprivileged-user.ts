import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import path from 'node:path';
import { ServerFault } from './server-fault.js';

/** The system account that runs Postgres when we are root, which Postgres refuses to be. */
export interface UnprivilegedUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/**
 * Gives the account to run Postgres as: undefined if this process is not root (then it runs as ourselves), else `postgres` or `nobody`.
 * Throws ServerFault `no-unprivileged-user` if neither exists.
 */
export function unprivilegedUser(): UnprivilegedUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    const uid = idOf('-u', name);
    const gid = idOf('-g', name);
    if (uid !== undefined && gid !== undefined) return { name, uid, gid };
  }
  throw new ServerFault(
    'no-unprivileged-user',
    'You are root, Postgres refuses to run as root, and this machine has neither a user "postgres" nor "nobody". ' +
      'Create one (useradd --system postgres) or start Ampel as an ordinary user.',
  );
}

function idOf(flag: '-u' | '-g', name: string): number | undefined {
  const { status, stdout } = spawnSync('id', [flag, name], { encoding: 'utf8' });
  return status === 0 ? Number(stdout) : undefined;
}

/**
 * Checks that `user` may enter `folder`; `what` names it in the sentence. Throws ServerFault `folder-not-enterable` that names the
 * folder in the way. Does nothing if we run Postgres as ourselves.
 */
export function mustBeEnterable(folder: string, what: string, user: UnprivilegedUser | undefined): void {
  if (user === undefined) return;
  const { name, uid, gid } = user;
  if (spawnSync('/bin/sh', ['-c', 'cd "$1"', 'enter', folder], { uid, gid, stdio: 'ignore', cwd: '/' }).status === 0) return;
  const closed = ancestors(folder).find((one) => !mayEnter(one, user)) ?? folder;
  throw new ServerFault(
    'folder-not-enterable',
    `Postgres runs as the user "${name}" because you are root, and "${name}" may not enter ${closed}, where ${what} lies. ` +
      `Open the folder for passing through (chmod o+x '${closed}'), or use another place: ` +
      'a clone or AMPEL_DATA_DIR below a folder that everybody may enter, or start Ampel as an ordinary user.',
  );
}

function ancestors(folder: string): string[] {
  const parent = path.dirname(folder);
  return parent === folder ? [folder] : [...ancestors(parent), folder];
}

function mayEnter(folder: string, { uid, gid }: UnprivilegedUser): boolean {
  const { mode, uid: owner, gid: group } = statSync(folder);
  if (owner === uid) return (mode & 0o100) !== 0;
  return (mode & (group === gid ? 0o010 : 0o001)) !== 0;
}
