import type { Pool } from 'pg';
import type { SchemaOfCode } from '#migrations/list';

/** The database has gone on without this code. Its message is for the administrator. */
export class SchemaTooNew extends Error {
  override readonly name = 'SchemaTooNew';
}

/** How the database stands to this code: it fits, or it has to be migrated first, or it serves only newer code (ADR 14). */
export type SchemaStanding =
  | { readonly kind: 'fits' }
  | { readonly kind: 'older'; readonly reason: string }
  | { readonly kind: 'newer'; readonly reason: string };

/** Tables that a database has from its first migration on, and from the eighth on. */
const THERE = `SELECT to_regclass('public.ampel_migrations') IS NOT NULL AS migrated, to_regclass('public.ampel_schema') IS NOT NULL AS told`;

/** insufficient_privilege: somebody migrates at this moment, and grants come last. */
const NO_RIGHTS = '42501';

/** Asks the database. Rejects with its errors as they come. */
export async function schemaStanding(pool: Pool, code: SchemaOfCode): Promise<SchemaStanding> {
  try {
    return await ask(pool, code);
  } catch (error) {
    if ((error as { code?: string }).code !== NO_RIGHTS) throw error;
    return { kind: 'older', reason: `the services' login may not read which migrations were carried out: ${MIGRATE}` };
  }
}

async function ask(pool: Pool, code: SchemaOfCode): Promise<SchemaStanding> {
  const { rows: there } = await pool.query<{ migrated: boolean; told: boolean }>(THERE);
  if (there[0]?.migrated !== true) return { kind: 'older', reason: `the database was never migrated: ${MIGRATE}` };
  const { rows: done } = await pool.query<{ name: string }>('SELECT name FROM public.ampel_migrations');
  const names = new Set(done.map(({ name }) => name));
  const missing = code.names.filter((name) => !names.has(name));
  if (missing.length > 0) return { kind: 'older', reason: `the database lacks ${missing.join(', ')}: ${MIGRATE}` };
  if (there[0].told !== true) return { kind: 'fits' };
  const { rows } = await pool.query<{ from: number }>('SELECT serves_from AS from FROM public.ampel_schema');
  const from = rows[0]?.from ?? 0;
  if (from <= code.version) return { kind: 'fits' };
  return {
    kind: 'newer',
    reason: `the database serves only code that knows migration ${from}, and this code knows up to ${code.version}: start a newer version`,
  };
}

const MIGRATE = "run this version's migrations first (node dist/apps/migrate/src/main.js)";
