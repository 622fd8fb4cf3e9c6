import { homedir } from 'node:os';
import path from 'node:path';

/** Variables by name, as a process gets them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The environment of this process. Nothing else in the repository's TypeScript reads process.env. */
export function environment(): Environment {
  return process.env;
}

/** The absolute folder for what can be fetched again: `AMPEL_CACHE_DIR`, else `ampel` in the user's cache folder. */
export function cacheFolder(env: Environment = environment()): string {
  return path.resolve(env['AMPEL_CACHE_DIR'] || path.join(env['XDG_CACHE_HOME'] || path.join(homedir(), '.cache'), 'ampel'));
}
