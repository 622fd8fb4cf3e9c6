import type { MigrationInterface, QueryRunner } from 'typeorm';
import { serviceFunction } from './tenant-table.js';

// The settings keep the statement on the primary key, row by row in the order given. Without statistics (after an import, a restore, a mass
// sign-in) the planner joins with the whole table instead: measured with 100,000 sessions, 1.5 s for 2,000 beats and soon the statement's
// time-out, which is blindness (behaviour D10). For the same reason it is not told "ended_at IS NULL", which is what the partial indexes
// are for: it would read one of them from end to end for each beat. One order of locking for everybody is the second gain: batches do not deadlock.
// A beat of before the sign-out counts although it is written after it: it was accepted, and the lease runs from it (case 6). How long it
// was on the way is not known, so an accepted one that seems to have come within a second after it counts as of that moment.
const recordBeats = `
CREATE FUNCTION lease.record_beats(tenant_ids text[], session_ids text[], ages_ms float8[], accepted boolean)
RETURNS TABLE (session_id text, lease_seconds integer, signed_out boolean)
LANGUAGE sql SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off SET plan_cache_mode = force_generic_plan AS $$
  UPDATE lease.session s SET last_seen = greatest(s.last_seen, least(b.at, s.signed_out_at))
  FROM (
    SELECT given.tenant_id, given.session_id, statement_timestamp() - greatest(given.age_ms, 0) * interval '1 millisecond' AS at
    FROM unnest(tenant_ids, session_ids, ages_ms) AS given (tenant_id, session_id, age_ms)
  ) b
  WHERE s.tenant_id = b.tenant_id AND s.session_id = b.session_id AND coalesce(s.ended_at, 'infinity') = 'infinity'
    AND (s.signed_out_at IS NULL OR b.at <= s.signed_out_at + accepted::int * interval '1 second')
  RETURNING s.session_id, s.lease_seconds, s.signed_out_at IS NOT NULL
$$;`;

/** Beats are written by the primary key, whatever the planner knows of the table (behaviour D8, architecture 5). */
export class BeatsByKey1760000000018 implements MigrationInterface {
  name = 'BeatsByKey1760000000018';

  async up(db: QueryRunner): Promise<void> {
    await db.query(recordBeats);
    await db.query(serviceFunction('lease.record_beats(text[], text[], float8[], boolean)'));
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP FUNCTION lease.record_beats(text[], text[], float8[], boolean)');
  }
}
