import type { Difference } from './difference.js';
import type { Sql } from './runs.js';

/** What the verification of a partition found last. */
export interface Verification {
  readonly partition: number;
  readonly position: number;
  /** SHA-256, hexadecimal, of the partition's log up to `position`. */
  readonly hash: string;
  /** Rows of the read model that differ, and of the shown log. */
  readonly drift: number;
  readonly shownDrift: number;
  /** Those of the read model by tenant, of those that have any. */
  readonly byTenant: Readonly<Record<string, number>>;
  /** The first of them. */
  readonly differences: readonly Difference[];
  readonly verifiedAt: number;
  /** How long ago that was, by Postgres's clock, ms. */
  readonly ageMs: number;
}

/** Tenants named in a verification. */
const TENANTS_KEPT = 1_000;

/** Keeps what a verification found, in place of the one before. */
export async function noteVerification(sql: Sql, found: Omit<Verification, 'verifiedAt' | 'ageMs'>): Promise<void> {
  const byTenant = Object.fromEntries(Object.entries(found.byTenant).slice(0, TENANTS_KEPT));
  await sql.query(
    `INSERT INTO replay.verification (partition, position, hash, drift, shown_drift, by_tenant, found, verified_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, clock_timestamp())
     ON CONFLICT (partition) DO UPDATE SET position = excluded.position, hash = excluded.hash, drift = excluded.drift, shown_drift = excluded.shown_drift,
       by_tenant = excluded.by_tenant, found = excluded.found, verified_at = excluded.verified_at`,
    [found.partition, found.position, found.hash, found.drift, found.shownDrift, JSON.stringify(byTenant), JSON.stringify(found.differences)],
  );
}

/** The last verification of every partition that was verified; of one alone, if it is named. */
export async function readVerifications(sql: Sql, partition?: number): Promise<Verification[]> {
  const { rows } = await sql.query<Verification>({
    name: 'read-verifications',
    text: `SELECT partition, position, hash, drift, shown_drift AS "shownDrift", by_tenant AS "byTenant", found AS differences, verified_at AS "verifiedAt",
             extract(epoch FROM clock_timestamp() - verified_at)::float8 * 1000 AS "ageMs"
           FROM replay.verification WHERE $1::int IS NULL OR partition = $1 ORDER BY partition`,
    values: [partition ?? null],
  });
  return rows;
}
