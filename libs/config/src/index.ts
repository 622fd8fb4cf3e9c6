/*
 * Settings: what the environment may say, read once, checked whole, frozen.
 * Owns: the only reading of process.env in TypeScript, the list of variables, exit codes.
 * Invariants: every fault is reported at once; production accepts no secret and no server meant for development; no message holds a secret.
 * Lifecycle: read at the start of a process, then passed on as a value; nothing here changes afterwards.
 * May import: nothing of the house.
 */
export { cacheFolder, environment } from './environment.js';
export type { Environment } from './environment.js';
export { ExitCode } from './exit-code.js';
export { readMigrationSettings } from './migration-settings.js';
export type { MigrationSettings } from './migration-settings.js';
export { originOf } from './origin.js';
export { needsSecret } from './production.js';
export { readSettings, SETTINGS } from './settings.js';
export type { Limits, LogLevel, Settings } from './settings.js';
export { SettingsFault } from './settings-fault.js';
export type { SettingFault } from './settings-fault.js';
export { settingsPage } from './settings-page.js';
export { describeSettings } from './variables.js';
export type { SettingDescription } from './variables.js';
