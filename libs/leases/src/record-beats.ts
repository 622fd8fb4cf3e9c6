import type { Sql } from './lease-rows.js';

/** May a session still beat? `signed-out` answers 401, `ended` 410 (contract, agent API). */
export type Standing = 'open' | 'signed-out' | 'ended';

/** A sign of life as it was received. */
export interface Beat {
  readonly tenantId: string;
  readonly sessionId: string;
  /** Receipt by this server, by this process's steady clock, ms from anywhere. */
  readonly at: number;
}

export interface RecordedBeat {
  readonly sessionId: string;
  readonly standing: Standing;
  /** 0 for a session that never was. */
  readonly leaseSeconds: number;
}

// A beat of before the sign-out counts although it is written after it: it was accepted, and the lease runs from it (case 6). How long it
// was on the way is not known, so an accepted one that seems to have come within a second after it counts as of that moment.
const UPDATE = `
  UPDATE lease.session s SET last_seen = greatest(s.last_seen, least(b.at, s.signed_out_at))
  FROM (
    SELECT tenant_id, session_id, statement_timestamp() - greatest(age_ms, 0) * interval '1 millisecond' AS at
    FROM unnest($1::text[], $2::text[], $3::float8[]) AS given (tenant_id, session_id, age_ms)
  ) b
  WHERE s.tenant_id = b.tenant_id AND s.session_id = b.session_id AND s.ended_at IS NULL
    AND (s.signed_out_at IS NULL OR b.at <= s.signed_out_at + $4::boolean::int * interval '1 second')
  RETURNING s.session_id AS "sessionId", s.lease_seconds AS "leaseSeconds", s.signed_out_at IS NOT NULL AS "signedOut"`;

const LEFT_OUT = `
  SELECT s.session_id AS "sessionId", s.lease_seconds AS "leaseSeconds", s.ended_at IS NULL AS "signedOut"
  FROM unnest($1::text[], $2::text[]) AS b (tenant_id, session_id)
  JOIN lease.session s ON s.tenant_id = b.tenant_id AND s.session_id = b.session_id`;

interface Row {
  readonly sessionId: string;
  readonly leaseSeconds: number;
  readonly signedOut: boolean;
}

/**
 * Writes beats, at most one per session, in one statement, and tells how every session stands. Rows are locked in the order of the
 * ids as far as the plan keeps it; a deadlock fails the statement and the caller keeps the beats.
 * @param now by the clock that stamped the beats: only their age is told to Postgres, so no wrong or jumping clock of a process can make a
 *   beat count for less than it was, or for more
 * @param accepted they have been answered already; without it the answer depends on what is given here
 */
export async function recordBeats(sql: Sql, beats: readonly Beat[], now: number, accepted = false): Promise<RecordedBeat[]> {
  const sorted = [...beats].sort((a, b) => (a.sessionId < b.sessionId ? -1 : 1));
  const { rows } = await sql.query<Row>(UPDATE, [sorted.map((b) => b.tenantId), sorted.map((b) => b.sessionId), sorted.map((b) => now - b.at), accepted]);
  const written = new Set(rows.map((row) => row.sessionId));
  const rest = sorted.filter((beat) => !written.has(beat.sessionId));
  const known = rest.length === 0 ? [] : (await sql.query<Row>(LEFT_OUT, [rest.map((b) => b.tenantId), rest.map((b) => b.sessionId)])).rows;
  const explained = new Map(known.map((row) => [row.sessionId, row]));
  return [
    ...rows.map(({ sessionId, leaseSeconds, signedOut }): RecordedBeat => {
      return { sessionId, leaseSeconds, standing: signedOut ? 'signed-out' : 'open' };
    }),
    ...rest.map(({ sessionId }): RecordedBeat => {
      const row = explained.get(sessionId);
      return { sessionId, leaseSeconds: row?.leaseSeconds ?? 0, standing: row?.signedOut ? 'signed-out' : 'ended' };
    }),
  ];
}
