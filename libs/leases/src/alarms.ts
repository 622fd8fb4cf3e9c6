import type { Instant, Sql } from './lease-rows.js';

/** What is due at an instant. Each subject has at most one alarm of a kind: its next. */
export interface Alarm {
  readonly tenantId: string;
  readonly partition: number;
  readonly kind: string;
  readonly subjectId: string;
  /** As Postgres has it, with a fraction of the millisecond: which alarm this is. */
  readonly dueAt: Instant;
}

/** Postgres's microseconds survive: an alarm set to `clock_timestamp()` is found again by what was read of it. */
const DUE_AT = `(extract(epoch FROM due_at) * 1000)::float8 AS "dueAt"`;

/** Sets the subject's next alarm, in the transaction that makes it so. */
export async function setAlarm(sql: Sql, { tenantId, partition, kind, subjectId, dueAt }: Alarm): Promise<void> {
  await sql.query(
    `INSERT INTO lease.alarm (tenant_id, kind, subject_id, partition, due_at) VALUES ($1, $2, $3, $4, to_timestamp($5::float8 / 1000))
     ON CONFLICT (tenant_id, kind, subject_id) DO UPDATE SET due_at = excluded.due_at`,
    [tenantId, kind, subjectId, partition, dueAt],
  );
}

/**
 * Sets alarms that have rung to what is due next, or removes them (`next` null). One that somebody has set anew meanwhile stays as it is:
 * whoever did so knows something newer.
 */
export async function moveAlarms(sql: Sql, moves: readonly { readonly rung: Alarm; readonly next: Instant | null }[]): Promise<void> {
  if (moves.length === 0) return;
  const columns = [
    moves.map(({ rung }) => rung.tenantId),
    moves.map(({ rung }) => rung.kind),
    moves.map(({ rung }) => rung.subjectId),
    moves.map(({ rung }) => rung.dueAt),
    moves.map(({ next }) => next),
  ];
  const rung = `unnest($1::text[], $2::text[], $3::text[], $4::float8[], $5::float8[]) AS rung (tenant_id, kind, subject_id, due, next)
    WHERE a.tenant_id = rung.tenant_id AND a.kind = rung.kind AND a.subject_id = rung.subject_id AND a.due_at = to_timestamp(rung.due / 1000)`;
  await sql.query(`UPDATE lease.alarm a SET due_at = to_timestamp(rung.next / 1000) FROM ${rung} AND rung.next IS NOT NULL`, columns);
  await sql.query(`DELETE FROM lease.alarm a USING ${rung} AND rung.next IS NULL`, columns);
}

/** Alarms of a kind that have been due for `overdueMs`, the oldest first. By the statement's time, which the index can be asked for (`readNewlyArmed`). */
export async function readDueAlarms(sql: Sql, kind: string, overdueMs: number, limit: number): Promise<Alarm[]> {
  const { rows } = await sql.query<Alarm>({
    name: 'due-alarms',
    text: `
      SELECT tenant_id AS "tenantId", partition, kind, subject_id AS "subjectId", ${DUE_AT} FROM lease.alarm
      WHERE kind = $1 AND due_at <= statement_timestamp() - $2 * interval '1 millisecond' ORDER BY due_at LIMIT $3`,
    values: [kind, overdueMs, limit],
  });
  return rows;
}

/** The kinds of which an alarm is due. Asked again and again while nothing is, so it is one look at the index for all kinds. */
export async function readDueKinds(sql: Sql): Promise<ReadonlySet<string>> {
  const text = 'SELECT DISTINCT kind FROM lease.alarm WHERE due_at <= statement_timestamp()';
  const { rows } = await sql.query<{ kind: string }>({ name: 'due-kinds', text });
  return new Set(rows.map(({ kind }) => kind));
}

/** Removes alarms that have rung; a later one of the same subject stays. */
export async function removeAlarms(sql: Sql, alarms: readonly Alarm[]): Promise<void> {
  if (alarms.length === 0) return;
  await sql.query(
    `DELETE FROM lease.alarm a USING unnest($1::text[], $2::text[], $3::text[], $4::float8[]) AS rung (tenant_id, kind, subject_id, due)
     WHERE a.tenant_id = rung.tenant_id AND a.kind = rung.kind AND a.subject_id = rung.subject_id AND a.due_at <= to_timestamp(rung.due / 1000)`,
    [alarms.map((a) => a.tenantId), alarms.map((a) => a.kind), alarms.map((a) => a.subjectId), alarms.map((a) => a.dueAt)],
  );
}

/** The alarms of these subjects, due or not. */
export async function readAlarmsOf(sql: Sql, tenantId: string, kind: string, subjectIds: readonly string[]): Promise<Alarm[]> {
  const { rows } = await sql.query<Alarm>(
    `SELECT tenant_id AS "tenantId", partition, kind, subject_id AS "subjectId", ${DUE_AT} FROM lease.alarm
     WHERE tenant_id = $1 AND kind = $2 AND subject_id = ANY ($3)`,
    [tenantId, kind, subjectIds],
  );
  return rows;
}
