import { escapeLiteral, type PoolClient } from 'pg';
import { copiedMilliseconds, CopiedRow, copyOut } from '#database';
import type { Sql } from './sql.js';

/** A table of schema `read` whose rows follow from the log, one by one. Times in rows are milliseconds. */
export interface ReplayedTable {
  readonly name: ReplayedTableName;
  /** Beside the tenant's id. */
  readonly key: readonly string[];
  readonly rest: readonly string[];
  readonly times: readonly string[];
}

export type ReplayedTableName = 'tenant' | 'agent' | 'tenant_group' | 'site' | 'box';

/** A row by its columns. */
export type Row = Readonly<Record<string, unknown>>;

/** What a replay compares row by row; intervals and the shown log are read in their own way. */
export const REPLAYED_TABLES: readonly ReplayedTable[] = [
  { name: 'tenant', key: [], rest: ['partition', 'state'], times: [] },
  { name: 'agent', key: ['agent_id'], rest: ['effective_status', 'state', 'removed'], times: [] },
  { name: 'tenant_group', key: ['group_id'], rest: ['state', 'added_at', 'removed'], times: ['added_at'] },
  { name: 'site', key: ['site_id'], rest: ['partition', 'key', 'version', 'state', 'added_at', 'removed'], times: ['added_at'] },
  { name: 'box', key: ['site_id', 'group_id'], rest: ['status', 'since', 'version', 'next_at', 'next_status', 'removed'], times: ['since', 'next_at'] },
];

/** How far a partition is folded, how often it was rebuilt, and how long its shown log is. */
export interface PartitionStanding {
  readonly position: number;
  readonly rebuilt: number;
  readonly shownSeq: number;
}

/** @param lock keeps the projector from moving on until the transaction ends */
export async function readStanding(sql: Sql, partition: number, lock: 'lock' | 'look' = 'look'): Promise<PartitionStanding> {
  const { rows } = await sql.query<PartitionStanding>(
    `SELECT position, rebuilt, shown_seq AS "shownSeq" FROM read.checkpoint WHERE partition = $1 ${lock === 'lock' ? 'FOR NO KEY UPDATE' : ''}`,
    [partition],
  );
  return rows[0] ?? { position: 0, rebuilt: 0, shownSeq: 0 };
}

/** Ids of the tenants that have a row, or a site, in this partition. */
export async function readTenantIds(sql: Sql, partition: number): Promise<string[]> {
  const { rows } = await sql.query<{ id: string }>('SELECT tenant_id AS id FROM read.tenant WHERE partition = $1 UNION SELECT tenant_id FROM read.site WHERE partition = $1', [
    partition,
  ]);
  return rows.map(({ id }) => id);
}

/**
 * Every row of these tenants in a table. Of one tenant page by page, by key; of several at once: who asks for several knows that they are
 * small. Each tenant is found by the primary key, whatever the planner knows of the table.
 */
export function readRows(sql: Sql, table: ReplayedTable, tenantIds: readonly string[], pageSize: number): AsyncGenerator<Row[]> {
  return pages<Row>(sql, {
    table: `read.${table.name}`,
    columns: ['tenant_id', ...table.key, ...table.rest].join(', '),
    key: table.key,
    keyOf: (row) => table.key.map((column) => row[column]),
    ...{ tenantIds, pageSize },
  });
}

interface PagedRead<T> {
  readonly table: string;
  readonly columns: string;
  /** Beside the tenant's id; unique within the tenant. */
  readonly key: readonly string[];
  keyOf(row: T): readonly unknown[];
  readonly tenantIds: readonly string[];
  readonly pageSize: number;
}

async function* pages<T extends object>(sql: Sql, read: PagedRead<T>): AsyncGenerator<T[]> {
  const { table, columns, key, keyOf, tenantIds, pageSize } = read;
  // Without names: planned anew for each page, since a plan made while the tables were small would read them whole later.
  const ask = async (text: string, values: unknown[]): Promise<T[]> => (await sql.query<T>(text, values)).rows;
  const order = ['tenant_id', ...key].join(', ');
  const [tenantId, ...others] = tenantIds;
  if (others.length > 0) {
    const text = `
      SELECT ${columns} FROM unnest($1::text[]) AS wanted (id)
      CROSS JOIN LATERAL (SELECT * FROM ${table} WHERE tenant_id = wanted.id ORDER BY ${order} OFFSET 0) AS own`;
    yield ask(text, [tenantIds]);
    return;
  }
  for (let last: T | undefined; ; ) {
    const behind = last && key.length > 0 ? `AND (${key.join(', ')}) > (${key.map((_, i) => `$${i + 3}`).join(', ')})` : '';
    const text = `SELECT ${columns} FROM ${table} WHERE tenant_id = $1 ${behind} ORDER BY ${order} LIMIT $2`;
    const rows = await ask(text, [tenantId, pageSize, ...(last ? keyOf(last) : [])]);
    yield rows;
    if (rows.length < pageSize || key.length === 0) return;
    last = rows.at(-1);
  }
}

/** A row of read.agent_interval, times in milliseconds. */
export interface StoredInterval {
  readonly tenantId: string;
  readonly agentId: string;
  readonly position: number;
  readonly status: string;
  readonly from: number;
  readonly to: number | null;
  readonly eventId: string;
  readonly type: string;
  readonly actor: { readonly kind: string; readonly id: string };
  readonly reason: string | null;
}

type IntervalRow = [
  tenantId: string, agentId: string, position: number, status: string, from: number, to: number | null,
  eventId: string, type: string, actorKind: string, actorId: string, reason: string | null,
];

/** Columns of a row that `copyIntervals` gives. */
export const INTERVAL = { tenantId: 0, agentId: 1, position: 2, status: 3, from: 4, to: 5, eventId: 6, type: 7, actorKind: 8, actorId: 9, reason: 10 } as const;

/** The same in SQL; `at` says how a time is read. */
function intervalColumns(at: (column: string) => string): string {
  return `tenant_id, agent_id, position, status, ${at('from_at')}, ${at('to_at')}, cause_event_id, cause_type, actor->>'kind', actor->>'id', reason`;
}

/**
 * Every interval of these tenants' agents, in no order: an order would have them fetched one by one, and there may be millions. `row` stands at
 * one after the other. Of several tenants each is found by the primary key, as in `readRows`.
 * @param patience ms; Postgres's statement_timeout holds beside it
 */
export async function copyIntervals(sql: PoolClient, tenantIds: readonly string[], patience: number, take: (row: CopiedRow) => void): Promise<void> {
  const row = new CopiedRow(Object.keys(INTERVAL).length);
  const [first = '', ...others] = tenantIds.map((id) => escapeLiteral(id));
  const from =
    others.length === 0
      ? `read.agent_interval WHERE tenant_id = ${first}`
      : `unnest(ARRAY[${[first, ...others].join(', ')}]) AS wanted (id)
         CROSS JOIN LATERAL (SELECT * FROM read.agent_interval WHERE tenant_id = wanted.id OFFSET 0) AS own`;
  await copyOut(sql, `SELECT ${intervalColumns(copiedMilliseconds)} FROM ${from}`, (bytes) => {
    row.moveTo(bytes, 0);
    take(row);
  }, patience);
}

/** An agent of a tenant. */
export interface AgentAddress {
  readonly tenantId: string;
  readonly agentId: string;
}

/** Every interval of these agents, in no order. Each agent is found by the primary key, as in `readRows`. */
export async function readIntervalsOf(sql: Sql, agents: readonly AgentAddress[]): Promise<StoredInterval[]> {
  const { rows } = await sql.query<IntervalRow>({
    rowMode: 'array',
    text: `
      SELECT ${intervalColumns((time) => time)} FROM unnest($1::text[], $2::text[]) AS wanted (tenant, agent)
      CROSS JOIN LATERAL (SELECT * FROM read.agent_interval WHERE tenant_id = wanted.tenant AND agent_id = wanted.agent OFFSET 0) AS own`,
    values: [agents.map(({ tenantId }) => tenantId), agents.map(({ agentId }) => agentId)],
  });
  return rows.map(toInterval);
}

function toInterval(row: IntervalRow): StoredInterval {
  const [tenantId, agentId, position, status, from, to, eventId, type, kind, id, reason] = row;
  return { tenantId, agentId, position, status, from, to, eventId, type, actor: { kind, id }, reason };
}

/** A row of the shown log as a replay compares it, times in milliseconds. */
export interface StoredShown {
  readonly seq: number;
  readonly eventId: string;
  readonly row: Row;
}

/** The shown log of a partition, of one tenant or of all, after a sequence number. */
export async function readShownRows(sql: Sql, partition: number, tenantId: string | null, after: number, limit: number): Promise<StoredShown[]> {
  const { rows } = await sql.query<{ seq: number; event_id: string } & Row>({
    text: `
      SELECT seq, event_id, tenant_id, site_id, group_id, status, before, since, version, removed, shown_from, cause_event_id, cause_type, actor, reason
      FROM read.shown WHERE partition = $1 AND seq > $2 ${tenantId === null ? '' : 'AND tenant_id = $4'} ORDER BY seq LIMIT $3`,
    values: [partition, after, limit, ...(tenantId === null ? [] : [tenantId])],
  });
  return rows.map(({ seq, event_id: eventId, ...row }) => ({ seq, eventId, row }));
}
