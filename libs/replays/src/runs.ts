import type { Pool, PoolClient } from 'pg';
import type { Difference } from './difference.js';

/** Whatever can run a statement: a pool, or the client of a transaction. */
export type Sql = Pick<Pool & PoolClient, 'query'>;

export type ReplayMode = 'verify' | 'rebuild';
export type ReplayState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled';

export interface ReplayRun {
  readonly id: string;
  readonly mode: ReplayMode;
  /** null: all tenants. */
  readonly tenantId: string | null;
  readonly state: ReplayState;
  /** Events folded so far, and how many there are to fold. */
  readonly processed: number;
  readonly total: number;
  /** Rows of the read model found to differ so far. */
  readonly drift: number;
  /** The same of the shown log, which no rebuild changes. */
  readonly shownDrift: number;
  /** Of a tenant: position in its partition up to which it was compared. Of all: the sum over the partitions. 0 before the end. */
  readonly position: number;
  /** Of the log up to `position`; null before the end. */
  readonly hash: string | null;
  /** Why it failed. */
  readonly fault: string | null;
  readonly requestedAt: number;
  readonly finishedAt: number | null;
}

const COLUMNS = `
  replay_id AS id, mode, tenant_id AS "tenantId", state, processed, total, drift, shown_drift AS "shownDrift", position, hash, fault, requested_at AS "requestedAt",
  finished_at AS "finishedAt"`;

/** The replays of a tenant that wait or are under way. `tenantId`: the parameter that names it. */
const underWayOf = (tenantId: string): string => `SELECT FROM replay.run WHERE tenant_id = ${tenantId} AND state IN ('queued', 'running')`;

/** What is asked for. */
export interface ReplayWish {
  readonly id: string;
  readonly mode: ReplayMode;
  /** null: all tenants. */
  readonly tenant: { readonly id: string; readonly partition: number } | null;
  /** Makes a repeated wish harmless: of those with one command id only the first counts. */
  readonly idempotency: { readonly commandId: string; readonly requestHash: string } | null;
  /** Only if no other of the same tenant waits or is under way. */
  readonly alone?: boolean;
}

/** What became of a wish. */
export interface RequestedRun {
  readonly run: ReplayRun;
  readonly requestHash: string | null;
  /** False: the same command asked for it before. */
  readonly added: boolean;
}

/**
 * Queues a run. Gives it, or the one that the same command asked for before: then with that one's hash of the request. Null: it was to be
 * alone, and another one is under way.
 */
export async function requestRun(sql: Sql, wish: ReplayWish): Promise<RequestedRun | null> {
  const { id, mode, tenant, idempotency, alone = false } = wish;
  const { rowCount } = await sql.query(
    `INSERT INTO replay.run (replay_id, mode, tenant_id, partition, command_id, request_hash)
     SELECT $1, $2, $3, $4, $5, $6
     WHERE NOT $7 OR NOT EXISTS (${underWayOf('$3')})
     ON CONFLICT (command_id) DO NOTHING`,
    [id, mode, tenant?.id ?? null, tenant?.partition ?? null, idempotency?.commandId ?? null, idempotency?.requestHash ?? null, alone],
  );
  const { rows } = await sql.query<ReplayRun & { requestHash: string | null }>(
    `SELECT ${COLUMNS}, request_hash AS "requestHash" FROM replay.run WHERE ${rowCount === 1 ? 'replay_id' : 'command_id'} = $1`,
    [rowCount === 1 ? id : idempotency?.commandId],
  );
  const [row] = rows;
  if (!row) return null;
  const { requestHash, ...run } = row;
  return { run, requestHash, added: rowCount === 1 };
}

/** A run by its id; null if there is none. */
export async function findRun(sql: Sql, id: string): Promise<ReplayRun | null> {
  const { rows } = await sql.query<ReplayRun>(`SELECT ${COLUMNS} FROM replay.run WHERE replay_id = $1`, [id]);
  return rows[0] ?? null;
}

/** Runs by id descending, the newest first, after an id; of one tenant alone, if it is named. */
export async function listRuns(sql: Sql, page: { readonly after: string | null; readonly limit: number }, tenantId?: string): Promise<ReplayRun[]> {
  const { rows } = await sql.query<ReplayRun>(
    `SELECT ${COLUMNS} FROM replay.run WHERE ($1::text IS NULL OR replay_id < $1) AND ($3::text IS NULL OR tenant_id = $3)
     ORDER BY replay_id DESC LIMIT $2`,
    [page.after, page.limit, tenantId ?? null],
  );
  return rows;
}

/** Ends a run that is queued or under way. What a rebuild has already written stays: it is right. Gives the run; null if there is none. */
export async function cancelRun(sql: Sql, id: string): Promise<ReplayRun | null> {
  const change = `UPDATE replay.run SET state = 'cancelled', finished_at = clock_timestamp() WHERE replay_id = $1 AND state IN ('queued', 'running')`;
  await sql.query(change, [id]);
  return findRun(sql, id);
}

/**
 * Has a run that was cancelled or failed go on, behind the last partition it had finished. Any other stays as it is. Gives the run; null if
 * there is none.
 */
export async function resumeRun(sql: Sql, id: string): Promise<ReplayRun | null> {
  const change = `
    UPDATE replay.run SET state = 'queued', worker = NULL, finished_at = NULL, fault = NULL
    WHERE replay_id = $1 AND state IN ('cancelled', 'failed')`;
  await sql.query(change, [id]);
  return findRun(sql, id);
}

/** Whether a replay of this tenant waits or is under way. */
export async function isUnderWay(sql: Sql, tenantId: string): Promise<boolean> {
  const { rowCount } = await sql.query(`${underWayOf('$1')} LIMIT 1`, [tenantId]);
  return rowCount === 1;
}

/** What a run found, the first of them of each partition. */
export async function readDifferences(sql: Sql, id: string): Promise<Difference[]> {
  const { rows } = await sql.query<{ found: Difference }>(
    'SELECT found FROM replay.difference WHERE replay_id = $1 ORDER BY partition, ordinal',
    [id],
  );
  return rows.map(({ found }) => found);
}
