import type { Instant, Sql } from './lease-rows.js';

/** A lease that has run out. */
export interface DueLease {
  readonly leaseNo: number;
  readonly tenantId: string;
  readonly partition: number;
  readonly agentId: string;
  readonly sessionId: string;
  readonly lastSeenAt: Instant;
  readonly signedOut: boolean;
  /** The deadline that applied: last beat + lease, or later after an outage of ours (behaviour D9, D10). */
  readonly deadline: Instant;
}

/** A lease as the timekeeper watches it. Times are distances by Postgres's clock, so that no other clock can do harm. */
export interface WatchedLease {
  readonly leaseNo: number;
  /** Until it may be ended (`SLACK_MS` after the deadline), ms; it can become more, never less. */
  readonly remainingMs: number;
  readonly signedOut: boolean;
  /** How long ago it ended, ms; null: it is open. */
  readonly endedMs: number | null;
}

/** One whose deadline was set, or moved to an earlier instant. */
export interface ArmedLease extends WatchedLease {
  readonly armedAt: Instant;
}

/** After the deadline, ms: so that a beat that was late, but not too late, may still count (behaviour D9 allows 3 s in all). */
export const SLACK_MS = 1_000;

/**
 * Somebody who has locked leases and then does nothing for that long, ms, is ended by the server: one that was stopped in the middle of it
 * would hold them longer than the others may take (behaviour D9). Between two statements of it lie milliseconds.
 */
export const LOCKED_IDLE_MS = 4_000;

const APPLIED = 'greatest(lease.deadline(s), g.no_expiry_before)';
const since = (instant: string): string => `extract(epoch FROM clock_timestamp() - ${instant})::float8 * 1000`;
const WATCHED = `
  s.lease_no AS "leaseNo", ${SLACK_MS} - (${since(APPLIED)}) AS "remainingMs", s.signed_out_at IS NOT NULL AS "signedOut",
  ${since('s.ended_at')} AS "endedMs"`;

/** Open leases with a number above `after`, by number: how a timekeeper begins. */
export async function readOpenLeaseNumbers(sql: Sql, after: number, limit: number): Promise<WatchedLease[]> {
  const { rows } = await sql.query<WatchedLease>({
    name: 'open-lease-numbers',
    text: `SELECT ${WATCHED} FROM lease.session s, lease.gate g WHERE s.ended_at IS NULL AND s.lease_no > $1 ORDER BY s.lease_no LIMIT $2`,
    values: [after, limit],
  });
  return rows;
}

/**
 * Open leases whose deadline was set, or moved to an earlier instant, within the last `withinMs`. By the statement's time, which the index
 * can be asked for; `clock_timestamp()` may change from row to row, so that all open leases would be read.
 */
export async function readNewlyArmed(sql: Sql, withinMs: number): Promise<ArmedLease[]> {
  const { rows } = await sql.query<ArmedLease>({
    name: 'newly-armed-leases',
    text: `
      SELECT ${WATCHED}, s.armed_at AS "armedAt" FROM lease.session s, lease.gate g
      WHERE s.ended_at IS NULL AND s.armed_at > statement_timestamp() - $1 * interval '1 millisecond'`,
    values: [withinMs],
  });
  return rows;
}

/** These leases as they stand now, ended ones too. */
export async function readWatched(sql: Sql, leaseNos: readonly number[]): Promise<WatchedLease[]> {
  const { rows } = await sql.query<WatchedLease>({
    name: 'watched-leases',
    text: `SELECT ${WATCHED} FROM lease.session s, lease.gate g WHERE s.lease_no = ANY ($1::bigint[])`,
    values: [leaseNos],
  });
  return rows;
}

/** Leases overdue by more than `overdueMs`, whoever should have ended them; at most `limit`. Reads every open lease. */
export async function readOverdue(sql: Sql, overdueMs: number, blindMs: number, limit: number): Promise<WatchedLease[]> {
  const { rows } = await sql.query<WatchedLease>({
    name: 'overdue-leases',
    text: `SELECT ${WATCHED} FROM ${dueBy('$1', '$2')} AND s.ended_at IS NULL LIMIT $3`,
    values: [overdueMs, blindMs, limit],
  });
  return rows;
}

/** Leases of one agent that have run out by now, to the millisecond. */
export async function readLapsed(sql: Sql, agent: { tenantId: string; agentId: string }, blindMs: number): Promise<number[]> {
  const { rows } = await sql.query<{ leaseNo: number }>({
    name: 'lapsed-leases',
    text: `SELECT s.lease_no AS "leaseNo" FROM ${dueBy('0', '$3')} AND s.ended_at IS NULL AND s.tenant_id = $1 AND s.agent_id = $2`,
    values: [agent.tenantId, agent.agentId, blindMs],
  });
  return rows.map(({ leaseNo }) => leaseNo);
}

const due = (beside = ''): string => `
  SELECT s.lease_no AS "leaseNo", s.tenant_id AS "tenantId", s.partition, s.agent_id AS "agentId", s.session_id AS "sessionId",
    s.last_seen AS "lastSeenAt", s.signed_out_at IS NOT NULL AS "signedOut", ${APPLIED} AS deadline
  FROM ${dueBy('$2', '$3', beside)} AND s.ended_at IS NULL AND s.lease_no = ANY ($1::bigint[])`;

/** Those of these leases that have run out since `slackMs` or longer, at this moment. */
export async function readDue(sql: Sql, leaseNos: readonly number[], slackMs: number, blindMs: number): Promise<DueLease[]> {
  return (await sql.query<DueLease>({ name: 'due-leases', text: due(), values: [leaseNos, slackMs, blindMs] })).rows;
}

/**
 * The same, locked, in the transaction that will end them. Safe for anybody at any time: a beat that was recorded first makes its lease
 * not due, one that comes later finds the lease ended. While blind nobody is due.
 */
export async function lockDue(sql: Sql, leaseNos: readonly number[], slackMs: number, blindMs: number): Promise<DueLease[]> {
  const text = `${due(`, set_config('idle_in_transaction_session_timeout', '${LOCKED_IDLE_MS}', true) AS idle`)} ORDER BY s.lease_no FOR UPDATE OF s SKIP LOCKED`;
  return (await sql.query<DueLease>({ name: 'lock-due-leases', text, values: [leaseNos, slackMs, blindMs] })).rows;
}

/** Marks locked leases as ended. */
export async function endDue(sql: Sql, leaseNos: readonly number[]): Promise<void> {
  await sql.query({
    name: 'end-due-leases',
    text: 'UPDATE lease.session SET ended_at = clock_timestamp() WHERE lease_no = ANY ($1::bigint[])',
    values: [leaseNos],
  });
}

/**
 * Leases whose applied deadline has passed for that long and lies before what is recorded (behaviour D9, D10): no beat of before it can
 * turn up any more. Null, and so nobody, while blind.
 */
function dueBy(slackMs: string, blindMs: string, beside = ''): string {
  return `lease.session s, lease.gate g${beside}, lease.horizon(${blindMs}) AS recorded_until
    WHERE ${APPLIED} <= least(recorded_until, clock_timestamp() - ${slackMs} * interval '1 millisecond') AND recorded_until IS NOT NULL`;
}
