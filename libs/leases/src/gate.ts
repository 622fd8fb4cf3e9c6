import type { Instant, Sql } from './lease-rows.js';

/** A brake is pulled once per wave; what comes later than this is a new wave, ms. */
const NEXT_WAVE_MS = 600_000;

/**
 * Holds back everybody's expiry for `forMs`, once: gives false if that was done already in the last ten minutes (behaviour D10: a sudden
 * mass expiry is held back once, for at most two minutes).
 */
export async function holdBack(sql: Sql, forMs: number): Promise<boolean> {
  const { rowCount } = await sql.query({
    name: 'hold-back',
    text: `
      UPDATE lease.gate SET held_back_at = clock_timestamp(),
        no_expiry_before = greatest(no_expiry_before, clock_timestamp() + $1 * interval '1 millisecond')
      WHERE held_back_at IS NULL OR held_back_at < clock_timestamp() - $2 * interval '1 millisecond'`,
    values: [forMs, NEXT_WAVE_MS],
  });
  return rowCount === 1;
}

/** The timekeeper's sign of life. Gives Postgres's clock. */
export async function noteKeeper(sql: Sql): Promise<Instant> {
  const { rows } = await sql.query<{ at: Instant }>({
    name: 'note-keeper',
    text: 'UPDATE lease.gate SET keeper_at = clock_timestamp() RETURNING keeper_at AS at',
  });
  return rows[0]?.at ?? Number.NaN;
}

/** How long ago a timekeeper gave its last sign of life, ms; null: never. */
export async function keeperSilence(sql: Sql): Promise<number | null> {
  const { rows } = await sql.query<{ ms: number | null }>({
    name: 'keeper-silence',
    text: 'SELECT extract(epoch FROM clock_timestamp() - keeper_at)::float8 * 1000 AS ms FROM lease.gate',
  });
  return rows[0]?.ms ?? null;
}

/** Open sessions that did not sign out: what the brake compares a wave with. Counts every open lease. */
export async function countUnsigned(sql: Sql): Promise<number> {
  const { rows } = await sql.query<{ n: number }>({
    name: 'count-unsigned',
    text: 'SELECT count(*) AS n FROM lease.session WHERE ended_at IS NULL AND signed_out_at IS NULL',
  });
  return rows[0]?.n ?? 0;
}
