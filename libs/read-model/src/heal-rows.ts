import type { ReplayedTable, Row, StoredInterval } from './replayed-rows.js';
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

/** Makes an agent's intervals what the log says; rows that are right stay untouched. */
export async function healIntervals(
  sql: Sql,
  agent: { readonly tenantId: string; readonly agentId: string },
  change: { readonly put: readonly StoredInterval[]; readonly remove: readonly number[] },
): Promise<void> {
  const { tenantId, agentId } = agent;
  await sql.query('DELETE FROM read.agent_interval WHERE tenant_id = $1 AND agent_id = $2 AND position = ANY ($3::bigint[])', [
    ...[tenantId, agentId, change.remove],
  ]);
  await sql.query(
    `INSERT INTO read.agent_interval (tenant_id, agent_id, position, status, from_at, to_at, cause_event_id, cause_type, actor, reason)
     SELECT $1, $2, (i->>'position')::bigint, i->>'status', read.at((i->>'from')::float8), read.at((i->>'to')::float8), i->>'eventId', i->>'type',
       i->'actor', i->>'reason'
     FROM jsonb_array_elements($3::jsonb) AS i
     ON CONFLICT (tenant_id, agent_id, position) DO UPDATE SET status = excluded.status, from_at = excluded.from_at, to_at = excluded.to_at,
       cause_event_id = excluded.cause_event_id, cause_type = excluded.cause_type, actor = excluded.actor, reason = excluded.reason`,
    [tenantId, agentId, JSON.stringify(change.put)],
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
