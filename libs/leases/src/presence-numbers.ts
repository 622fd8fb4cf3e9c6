import type { Sql } from './lease-rows.js';

/** How presence stands, for whoever watches. */
export interface PresenceNumbers {
  /** How long ago the beats of every agent-api were last known to be recorded, ms; null: there never was one. */
  readonly sightAgeMs: number | null;
  /** For so much longer nobody expires (a return from blindness, the brake), ms; 0: everybody may. */
  readonly heldMs: number;
  /** Alarms (timers, openings) that are due and were not rung yet. */
  readonly overdueAlarms: number;
}

/** Reads some few rows. */
export async function presenceNumbers(sql: Sql): Promise<PresenceNumbers> {
  const { rows } = await sql.query<{ sight: number | null; held: number; overdue: number }>({
    name: 'presence-numbers',
    text: `
      SELECT 1000 * extract(epoch FROM clock_timestamp() - coalesce((SELECT min(at) FROM lease.sight), sight_until))::float8 AS sight,
             1000 * greatest(0, extract(epoch FROM nullif(no_expiry_before, '-infinity') - clock_timestamp()))::float8 AS held,
             (SELECT count(*) FROM lease.alarm WHERE due_at < statement_timestamp())::float8 AS overdue
      FROM lease.gate`,
  });
  return { sightAgeMs: rows[0]?.sight ?? null, heldMs: rows[0]?.held ?? 0, overdueAlarms: rows[0]?.overdue ?? 0 };
}

/** Sessions whose lease runs. Reads all of them in an index: a tenth of a second for a million. */
export async function countOpenLeases(sql: Sql): Promise<number> {
  const { rows } = await sql.query<{ n: number }>({
    name: 'count-open-leases',
    text: 'SELECT count(*)::float8 AS n FROM lease.session WHERE ended_at IS NULL',
  });
  return rows[0]?.n ?? 0;
}
