import { environment } from './environment.js';
import type { Environment } from './environment.js';
import { SettingsFault } from './settings-fault.js';
import type { SettingFault } from './settings-fault.js';
import { INSECURE, variables } from './variables.js';

/** What it takes to migrate, and nothing more: the job that does it gets no other secret. */
export interface MigrationSettings {
  /** Owner of the schema. */
  readonly databaseAdminUrl: string;
  /** The services' connection: its login gets their rights. */
  readonly databaseUrl: string;
}

/** Reads DATABASE_ADMIN_URL and DATABASE_URL. Throws SettingsFault with every fault at once. */
export function readMigrationSettings(env: Environment = environment()): MigrationSettings {
  const faults: SettingFault[] = [];
  const read = (name: 'DATABASE_ADMIN_URL' | 'DATABASE_URL'): string => {
    const text = env[name] === '' ? undefined : env[name];
    const parsed = variables[name].safeParse(text);
    if (!parsed.success) faults.push({ name, detail: parsed.error.issues[0]?.message ?? 'is invalid' });
    else if (parsed.data === undefined) faults.push({ name, detail: 'is required to migrate' });
    else if (env['NODE_ENV'] === 'production' && parsed.data.toLowerCase().includes(INSECURE)) {
      faults.push({ name, detail: 'holds a secret meant for development, refused in production' });
    }
    return text ?? '';
  };
  const settings = { databaseAdminUrl: read('DATABASE_ADMIN_URL'), databaseUrl: read('DATABASE_URL') };
  if (faults.length > 0) throw new SettingsFault(faults);
  return settings;
}
