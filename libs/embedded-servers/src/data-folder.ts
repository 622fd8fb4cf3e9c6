import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { identityOf, isStillRunning } from './process-identity.js';
import { ServerFault } from './server-fault.js';

/** The arrangement of files in the data folder; goes up when an older Ampel could not use a folder any more. */
const LAYOUT = 1;

export interface DataFolder {
  /** Absolute path. */
  readonly dir: string;
  /** Lets another Ampel have the folder. */
  release(): void;
}

/**
 * Takes the data folder for this process: makes it if missing, checks that it can be written and was not written by a newer Ampel, and
 * locks it against a second Ampel. Throws ServerFault `folder-read-only`, `folder-of-newer-version`, `folder-in-use`.
 */
export function takeDataFolder(folder: string): DataFolder {
  const dir = path.resolve(folder);
  mustBeWritable(dir);
  const version = path.join(dir, 'version');
  const written = existsSync(version) ? Number(readFileSync(version, 'utf8')) : undefined;
  if (written !== undefined && !(written <= LAYOUT)) {
    throw new ServerFault(
      'folder-of-newer-version',
      `The data folder ${dir} was written by a newer Ampel (layout ${written}, this one knows ${LAYOUT}). ` +
        'Start the newer Ampel, or choose another folder with AMPEL_DATA_DIR.',
    );
  }
  if (written === undefined) writeFileSync(version, `${LAYOUT}\n`);
  const lock = path.join(dir, 'lock');
  takeLock(lock, dir);
  return { dir, release: () => rmSync(lock, { force: true }) };
}

function mustBeWritable(dir: string): void {
  const probe = path.join(dir, `.probe-${process.pid}`);
  try {
    // Root writes past the permission bits; whoever took the owner's write permission away still meant it.
    const existing = nearestExisting(dir);
    if ((statSync(existing).mode & 0o222) === 0) throw Object.assign(new Error('nobody may write it'), { code: 'EACCES' });
    mkdirSync(dir, { recursive: true });
    writeFileSync(probe, '');
    rmSync(probe);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
    const why = code === 'ENOTDIR' || code === 'EEXIST' ? 'there is a file of that name' : `it cannot be written (${code})`;
    throw new ServerFault(
      'folder-read-only',
      `Ampel cannot keep its data in ${dir}: ${why}. ` +
        'Give the folder to the user who starts Ampel, or choose another one with AMPEL_DATA_DIR.',
      { cause },
    );
  }
}

function nearestExisting(dir: string): string {
  return existsSync(dir) || path.dirname(dir) === dir ? dir : nearestExisting(path.dirname(dir));
}

function takeLock(lock: string, dir: string): void {
  for (;;) {
    try {
      writeFileSync(lock, identityOf(process.pid) ?? '', { flag: 'wx' });
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const holder = readFileSync(lock, 'utf8');
      if (isStillRunning(holder)) {
        throw new ServerFault(
          'folder-in-use',
          `Another Ampel (process ${Number.parseInt(holder, 10)}) uses the data folder ${dir}. ` +
            'Stop it first, or choose another folder with AMPEL_DATA_DIR.',
        );
      }
      rmSync(lock, { force: true }); // its holder was killed
    }
  }
}
