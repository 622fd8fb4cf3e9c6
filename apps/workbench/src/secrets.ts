import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Settings } from '#config';

interface Secrets {
  readonly tokenSecret: string;
  readonly signingKey: string;
}

/**
 * Gives settings whose keys are all set: those that the environment left out come from `secrets.json` in the data folder, made on the
 * first start (32 random bytes each, base64url), so that a restart signs nobody out. Production never comes here without them.
 */
export function withSecrets(settings: Settings, dataDir: string): Settings & Secrets {
  const { tokenSecret, signingKey } = settings;
  if (tokenSecret !== undefined && signingKey !== undefined) return { ...settings, tokenSecret, signingKey };
  const kept = keptSecrets(path.join(dataDir, 'secrets.json'));
  return Object.freeze({ ...settings, tokenSecret: tokenSecret ?? kept.tokenSecret, signingKey: signingKey ?? kept.signingKey });
}

function keptSecrets(file: string): Secrets {
  if (!existsSync(file)) {
    const fresh: Secrets = { tokenSecret: randomBytes(32).toString('base64url'), signingKey: randomBytes(32).toString('base64url') };
    writeFileSync(file, `${JSON.stringify(fresh, null, 2)}\n`, { mode: 0o600 });
  }
  return JSON.parse(readFileSync(file, 'utf8')) as Secrets;
}
