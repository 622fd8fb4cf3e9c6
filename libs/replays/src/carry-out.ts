import type { Difference } from './difference.js';
import type { ReplayMode, Sql } from './runs.js';

/** A run as the process that carries it out has it. */
export interface ClaimedRun {
  readonly id: string;
  readonly mode: ReplayMode;
  readonly tenantId: string | null;
  /** Where the tenant is; null: all partitions. */
  readonly partition: number | null;
  /** Of this process, or the one it took the run over from. */
  readonly worker: string;
}

/** What became of one partition. */
export interface ReplayedPart {
  readonly partition: number;
  /** Compared up to here. */
  readonly position: number;
  /** Events folded: of a tenant fewer than `position`. */
  readonly events: number;
  /** SHA-256, hexadecimal, of these events. */
  readonly hash: string;
  /** Rows of the read model found to differ, and of the shown log. */
  readonly drift: number;
  readonly shownDrift: number;
}

/** The run is no longer this process's: it was cancelled, or another one took it over after a long silence. */
export class RunLost extends Error {
  override readonly name = 'RunLost';
}

const UNIQUE_VIOLATION = '23505';

/**
 * Takes the oldest run that waits, or that its process has let lie for `silentMs`. Null: nothing to do, or another run is under way.
 */
export async function claimRun(sql: Sql, worker: string, silentMs: number): Promise<ClaimedRun | null> {
  const text = `
    UPDATE replay.run SET state = 'running', worker = $1, seen_at = clock_timestamp()
    WHERE replay_id = (
      SELECT replay_id FROM replay.run
      WHERE state = 'running' AND (worker = $1 OR seen_at < clock_timestamp() - $2::float8 * interval '1 millisecond')
        OR state = 'queued' AND NOT EXISTS (SELECT FROM replay.run WHERE state = 'running')
      ORDER BY state DESC, requested_at LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING replay_id AS id, mode, tenant_id AS "tenantId", partition, worker`;
  try {
    const { rows } = await sql.query<ClaimedRun>({ name: 'claim-run', text, values: [worker, silentMs] });
    return rows[0] ?? null;
  } catch (error) {
    if ((error as { code?: string }).code === UNIQUE_VIOLATION) return null; // another process began another run at this moment
    throw error;
  }
}

/** Tells how far a run is, and that its process lives. Throws RunLost. */
export async function noteProgress(
  sql: Sql,
  run: ClaimedRun,
  progress: { readonly processed: number; readonly total: number; readonly drift: number; readonly shownDrift: number },
): Promise<void> {
  await ofOwn(sql, run, 'seen_at = clock_timestamp(), processed = $3, total = $4, drift = $5, shown_drift = $6', [
    ...[progress.processed, Math.max(progress.processed, progress.total), progress.drift, progress.shownDrift],
  ]);
}

/** Keeps a run from being cancelled or taken over until the transaction ends. Throws RunLost. */
export async function holdRun(sql: Sql, { id, worker }: ClaimedRun): Promise<void> {
  const { rowCount } = await sql.query(`SELECT FROM replay.run WHERE replay_id = $1 AND worker = $2 AND state = 'running' FOR SHARE`, [id, worker]);
  if (rowCount !== 1) throw new RunLost();
}

/** Notes what became of a partition. To be called in a transaction that holds the run. */
export async function notePart(sql: Sql, run: ClaimedRun, part: ReplayedPart, differences: readonly Difference[]): Promise<void> {
  await sql.query('INSERT INTO replay.part (replay_id, partition, position, events, hash, drift, shown_drift) VALUES ($1, $2, $3, $4, $5, $6, $7)', [
    ...[run.id, part.partition, part.position, part.events, part.hash, part.drift, part.shownDrift],
  ]);
  await sql.query(
    `INSERT INTO replay.difference (replay_id, partition, ordinal, tenant_id, found)
     SELECT $1, $2, ordinal, found->>'tenantId', found FROM jsonb_array_elements($3::jsonb) WITH ORDINALITY AS given (found, ordinal)`,
    [run.id, part.partition, JSON.stringify(differences)],
  );
}

/** What a run has finished, by partition. */
export async function readParts(sql: Sql, run: ClaimedRun): Promise<ReplayedPart[]> {
  const { rows } = await sql.query<ReplayedPart>(
    'SELECT partition, position, events, hash, drift, shown_drift AS "shownDrift" FROM replay.part WHERE replay_id = $1 ORDER BY partition',
    [run.id],
  );
  return rows;
}

/** Ends a run that went through. Throws RunLost. */
export async function finishRun(
  sql: Sql,
  run: ClaimedRun,
  end: { readonly processed: number; readonly drift: number; readonly shownDrift: number; readonly position: number; readonly hash: string },
): Promise<void> {
  const change = `state = 'done', finished_at = clock_timestamp(), processed = $3, total = $3, drift = $4, shown_drift = $5, position = $6, hash = $7`;
  await ofOwn(sql, run, change, [
    ...[end.processed, end.drift, end.shownDrift, end.position, end.hash],
  ]);
}

/** Ends a run that cannot go on, with the reason for its readers. Throws RunLost. */
export async function failRun(sql: Sql, run: ClaimedRun, fault: string): Promise<void> {
  await ofOwn(sql, run, `state = 'failed', finished_at = clock_timestamp(), fault = $3`, [fault]);
}

/** Lets another process go on with the run at once. Nothing happens if it is no longer this one's. */
export async function releaseRun(sql: Sql, { id, worker }: ClaimedRun): Promise<void> {
  await sql.query(`UPDATE replay.run SET state = 'queued', worker = NULL WHERE replay_id = $1 AND worker = $2 AND state = 'running'`, [id, worker]);
}

async function ofOwn(sql: Sql, { id, worker }: ClaimedRun, change: string, values: readonly unknown[]): Promise<void> {
  const { rowCount } = await sql.query(`UPDATE replay.run SET ${change} WHERE replay_id = $1 AND worker = $2 AND state = 'running'`, [id, worker, ...values]);
  if (rowCount !== 1) throw new RunLost();
}
