import type { Instant, Sql } from './lease-rows.js';

/** May a session still beat? `signed-out` answers 401, `ended` 410 (contract, agent API). */
export type Standing = 'open' | 'signed-out' | 'ended';

/** How a batch of beats is to be taken. */
export interface Writing {
  /** They have been answered already; without it the answer depends on what is given here. */
  readonly accepted?: boolean;
  /** The latest that Postgres's clock can show at `now` (`LatestHour`): beats that wait on their way count as of their receipt all the same. */
  readonly latest?: Instant | null;
}

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

// A function, because its settings keep it on the primary key (migration 18).
const RECORD = `SELECT session_id AS "sessionId", lease_seconds AS "leaseSeconds", signed_out AS "signedOut" FROM lease.record_beats($1, $2, $3, $4, $5)`;

// LATERAL with a LIMIT does the same for a statement that reads.
const LEFT_OUT = `
  SELECT s.session_id AS "sessionId", s.lease_seconds AS "leaseSeconds", s.ended_at IS NULL AS "signedOut"
  FROM unnest($1::text[], $2::text[]) AS b (tenant_id, session_id),
    LATERAL (SELECT * FROM lease.session WHERE tenant_id = b.tenant_id AND session_id = b.session_id LIMIT 1) s`;

interface Row {
  readonly sessionId: string;
  readonly leaseSeconds: number;
  readonly signedOut: boolean;
}

/**
 * Writes beats, at most one per session, in one statement, and tells how every session stands. Rows are locked in the order of
 * the ids, by everybody, so that two batches cannot deadlock.
 * @param now by the clock that stamped the beats: only their age is told to Postgres, so no wrong or jumping clock of a process can make a
 *   beat count for less than it was, or for more
 */
export async function recordBeats(sql: Sql, beats: readonly Beat[], now: number, writing: Writing = {}): Promise<RecordedBeat[]> {
  const { accepted = false, latest = null } = writing;
  const sorted = [...beats].sort((a, b) => (a.sessionId < b.sessionId ? -1 : 1));
  const ages = sorted.map((b) => now - b.at);
  const { rows } = await sql.query<Row>(RECORD, [sorted.map((b) => b.tenantId), sorted.map((b) => b.sessionId), ages, accepted, latest]);
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
