import { jsons, numbers, texts } from '#database';
import type { AgentAddress, ReplayedTable, Row, StoredInterval } from './replayed-rows.js';
import type { Sql } from './sql.js';

/** Writes rows as the log says they are, whether they are there or not. */
export async function putRows(sql: Sql, table: ReplayedTable, rows: readonly Row[]): Promise<void> {
  const name = `read.${table.name}`;
  const columns = ['tenant_id', ...table.key, ...table.rest];
  const changes = table.rest.map((column) => `${column} = excluded.${column}`);
  await sql.query(
    `INSERT INTO ${name} (${columns.join(', ')}) SELECT ${columns.join(', ')} FROM jsonb_populate_recordset(NULL::${name}, $1::jsonb)
     ON CONFLICT (${['tenant_id', ...table.key].join(', ')}) DO UPDATE SET ${changes.join(', ')}`,
    [JSON.stringify(rows.map((row) => withTimes(row, table.times)))],
  );
}

/** Takes rows away that follow from nothing in the log. */
export async function removeRows(sql: Sql, table: ReplayedTable, keys: readonly Row[]): Promise<void> {
  const name = `read.${table.name}`;
  const same = ['tenant_id', ...table.key].map((column) => `t.${column} = k.${column}`).join(' AND ');
  await sql.query(`DELETE FROM ${name} AS t USING jsonb_populate_recordset(NULL::${name}, $1::jsonb) AS k WHERE ${same}`, [JSON.stringify(keys)]);
}

export type IntervalKey = AgentAddress & Pick<StoredInterval, 'position'>;

/** What makes intervals of some agents what the log says. */
export interface IntervalChange {
  readonly put: readonly StoredInterval[];
  readonly remove: readonly IntervalKey[];
}

/** Writes intervals of any number of agents as the log says they are, and takes those away that follow from nothing in it. */
export async function healIntervals(sql: Sql, { put, remove }: IntervalChange): Promise<void> {
  const keysOf = (intervals: readonly IntervalKey[]): string[] => [
    texts(intervals, ({ tenantId }) => tenantId),
    texts(intervals, ({ agentId }) => agentId),
    numbers(intervals, ({ position }) => position),
  ];
  if (remove.length > 0) {
    await sql.query(
      `DELETE FROM read.agent_interval AS i USING unnest($1::text[], $2::text[], $3::bigint[]) AS k (tenant_id, agent_id, position)
       WHERE i.tenant_id = k.tenant_id AND i.agent_id = k.agent_id AND i.position = k.position`,
      keysOf(remove),
    );
  }
  if (put.length === 0) return;
  await sql.query(
    `INSERT INTO read.agent_interval (tenant_id, agent_id, position, status, from_at, to_at, cause_event_id, cause_type, actor, reason)
     SELECT tenant_id, agent_id, position, status, read.at(from_ms), read.at(to_ms), event_id, type, actor, reason
     FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::float8[], $6::float8[], $7::text[], $8::text[], $9::jsonb[], $10::text[])
       AS i (tenant_id, agent_id, position, status, from_ms, to_ms, event_id, type, actor, reason)
     ON CONFLICT (tenant_id, agent_id, position) DO UPDATE SET status = excluded.status, from_at = excluded.from_at, to_at = excluded.to_at,
       cause_event_id = excluded.cause_event_id, cause_type = excluded.cause_type, actor = excluded.actor, reason = excluded.reason`,
    [
      ...keysOf(put),
      texts(put, ({ status }) => status),
      numbers(put, ({ from }) => from),
      numbers(put, ({ to }) => to),
      texts(put, ({ eventId }) => eventId),
      texts(put, ({ type }) => type),
      jsons(put, ({ actor }) => actor),
      texts(put, ({ reason }) => reason),
    ],
  );
}

/** Says that rows of the partition were written beside the projector: what it holds of them in memory is worth nothing any more. */
export async function noteRebuilt(sql: Sql, partition: number): Promise<void> {
  await sql.query('UPDATE read.checkpoint SET rebuilt = rebuilt + 1 WHERE partition = $1', [partition]);
}

function withTimes(row: Row, times: readonly string[]): Row {
  const text = (value: unknown): unknown => (typeof value === 'number' ? new Date(value).toISOString() : value);
  return { ...row, ...Object.fromEntries(times.map((column) => [column, text(row[column])])) };
}
