/*
 * Brings the database to this version's schema and ends: `node dist/apps/migrate/src/main.js`. Run it before the services of a new version
 * start; those of the version before go on meanwhile (docs/operations/upgrade.md). Needs DATABASE_ADMIN_URL and DATABASE_URL only.
 * Ends with 0, or 78 (settings), 69 (Postgres cannot be used, or belongs to a newer version), 1 (a migration failed; nothing of it is left).
 */
import { ExitCode, readMigrationSettings, SettingsFault } from '#config';
import { DatabaseIsNewer, grantServiceRights, migrate } from '#migrations';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

try {
  const { databaseAdminUrl, databaseUrl } = readMigrationSettings();
  await migrate(databaseAdminUrl, say);
  await grantServiceRights(databaseAdminUrl, databaseUrl);
  say('The database is at the schema of this version');
} catch (error) {
  process.exitCode = codeOf(error);
  process.stderr.write(`${sentenceOf(error)}\n`);
}

function codeOf(error: unknown): number {
  if (error instanceof SettingsFault) return ExitCode.invalidSettings;
  return error instanceof DatabaseIsNewer || isRefusal(error) ? ExitCode.unavailable : ExitCode.failed;
}

/** Nobody answers (a code of the system, as ECONNREFUSED), or Postgres does not let us in (SQLSTATE classes 28 and 3D). */
function isRefusal(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && /^(E[A-Z]+|28...|3D...)$/.test(code);
}

function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (isRefusal(error)) return `Postgres cannot be used (${error.message || String((error as { code?: unknown }).code)}): look at DATABASE_ADMIN_URL`;
  return codeOf(error) === ExitCode.failed ? (error.stack ?? error.message) : error.message;
}
