import type { MigrationInterface, QueryRunner } from 'typeorm';
import { serviceFunction } from './tenant-table.js';

// Beside those of migrations 5 and 18, which stay for services of the release before: `latest_ms`, ms since epoch, is the latest that this
// clock showed when the ages were taken; null if the process does not know. A statement that waited (for a connection, for the gate, for a
// Postgres that stood still) would otherwise take its beats for as much younger as it waited, and the sight for as much fresher: beats
// that came meanwhile would be taken for recorded.
const recordBeats = `
CREATE FUNCTION lease.record_beats(tenant_ids text[], session_ids text[], ages_ms float8[], accepted boolean, latest_ms float8)
RETURNS TABLE (session_id text, lease_seconds integer, signed_out boolean)
LANGUAGE sql SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off SET plan_cache_mode = force_generic_plan AS $$
  UPDATE lease.session s SET last_seen = greatest(s.last_seen, least(b.at, s.signed_out_at))
  FROM (
    SELECT given.tenant_id, given.session_id,
      least(statement_timestamp(), to_timestamp(latest_ms / 1000)) - greatest(given.age_ms, 0) * interval '1 millisecond' AS at
    FROM unnest(tenant_ids, session_ids, ages_ms) AS given (tenant_id, session_id, age_ms)
  ) b
  WHERE s.tenant_id = b.tenant_id AND s.session_id = b.session_id AND coalesce(s.ended_at, 'infinity') = 'infinity'
    AND (s.signed_out_at IS NULL OR b.at <= s.signed_out_at + accepted::int * interval '1 second')
  RETURNING s.session_id, s.lease_seconds, s.signed_out_at IS NOT NULL
$$;`;

const noteSight = `
CREATE FUNCTION lease.note_sight(me text, age_ms float8, blind_ms float8, grace_ms float8, latest_ms float8)
RETURNS TABLE (returned boolean, hour timestamptz) LANGUAGE plpgsql AS $$
DECLARE
  newest timestamptz;
  blind interval := blind_ms * interval '1 millisecond';
  vanished integer;
BEGIN
  SELECT sight_until INTO newest FROM lease.gate FOR UPDATE;  -- first: one process at a time, so that two that return do not deadlock
  hour := clock_timestamp();
  SELECT greatest(newest, max(at)) INTO newest FROM lease.sight;
  DELETE FROM lease.sight WHERE node <> me AND at < hour - blind;
  GET DIAGNOSTICS vanished = ROW_COUNT;
  returned := vanished > 0 OR coalesce(newest < hour - blind, false);
  IF returned THEN
    UPDATE lease.gate SET no_expiry_before = greatest(no_expiry_before, hour + grace_ms * interval '1 millisecond');
  END IF;
  INSERT INTO lease.sight (node, at)
    VALUES (me, least(hour, to_timestamp(latest_ms / 1000)) - greatest(age_ms, 0) * interval '1 millisecond')
    ON CONFLICT (node) DO UPDATE SET at = greatest(sight.at, excluded.at);
  RETURN NEXT;
END $$;`;

/** Beats and sight count as of when they were told, not as of when Postgres heard of them (behaviour D8, D10). */
export class AgeOnTheWay1760000000030 implements MigrationInterface {
  name = 'AgeOnTheWay1760000000030';

  async up(db: QueryRunner): Promise<void> {
    await db.query(recordBeats);
    await db.query(noteSight);
    await db.query(serviceFunction('lease.record_beats(text[], text[], float8[], boolean, float8)'));
    await db.query(serviceFunction('lease.note_sight(text, float8, float8, float8, float8)'));
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP FUNCTION lease.record_beats(text[], text[], float8[], boolean, float8)');
    await db.query('DROP FUNCTION lease.note_sight(text, float8, float8, float8, float8)');
  }
}
