import type { PoolClient } from 'pg';
import type { Print } from '#database';
import { copyIntervals, INTERVAL, type ReplayedTable, REPLAYED_TABLES, readRows, readTenantIds, type Row, type Sql } from '#read-model';
import { differing } from './differing.js';
import type { Findings } from './findings.js';
import { IntervalSum } from './interval-sum.js';
import type { ReplayedPartition } from './replayed-partition.js';

/** Tenants that are compared together have so many rows at most, or are alone. Also the size of a page: a few milliseconds of work. */
const PAGE = 1_000;
/** All intervals of one tenant, which come without an order, in one statement: millions take a while. */
export const STATEMENT_MS = 600_000;

/**
 * Compares the rows of a partition's tenants with what its log says. To be called in one transaction that sees one state of the rows (or holds
 * the checkpoint's row), with the log folded up to exactly that state's checkpoint.
 *
 * @param only  these tenants; null: all of the partition, also those that the log does not know
 */
export async function compareRows(sql: PoolClient, log: ReplayedPartition, only: readonly string[] | null, findings: Findings): Promise<void> {
  const known = only ?? [...new Set([...log.tenants.keys(), ...(await readTenantIds(sql, log.partition))])];
  for (const tenantIds of inBatches(log, known)) {
    for (const table of REPLAYED_TABLES) await compareTable(sql, log, table, tenantIds, findings);
    await compareIntervals(sql, log, tenantIds, findings);
  }
}

async function compareTable(sql: Sql, log: ReplayedPartition, table: ReplayedTable, tenantIds: readonly string[], findings: Findings): Promise<void> {
  const seen = new Set<string>();
  const keyOf = (row: Row): readonly string[] => table.key.map((column) => String(row[column]));
  for await (const rows of readRows(sql, table, tenantIds, PAGE)) {
    for (const actual of rows) {
      const tenantId = String(actual['tenant_id']);
      const key = keyOf(actual);
      seen.add(`${tenantId} ${key.join(' ')}`);
      const expected = log.rowOf(table.name, tenantId, key);
      const place = { tenantId, key: keyed(table, key) };
      const differs = expected && differing(expected, actual);
      if (differs) findings.row(table, { ...place, kind: 'differs', ...differs }, expected);
      else if (!expected) findings.row(table, { ...place, kind: 'extra', expected: null, actual }, null);
    }
  }
  for (const tenantId of tenantIds) {
    for (const key of log.keysOf(table.name, tenantId)) {
      if (seen.has(`${tenantId} ${key.join(' ')}`)) continue;
      const expected = log.rowOf(table.name, tenantId, key);
      findings.row(table, { tenantId, key: keyed(table, key), kind: 'missing', expected, actual: null }, expected);
    }
  }
}

function keyed(table: ReplayedTable, key: readonly string[]): Row {
  return Object.fromEntries(table.key.map((column, i) => [column, key[i] ?? '']));
}

async function compareIntervals(sql: PoolClient, log: ReplayedPartition, tenantIds: readonly string[], findings: Findings): Promise<void> {
  const sums = new Map(tenantIds.map((id) => [id, new Map<string, IntervalSum>()]));
  const cause: Print = { high: 0, low: 0 };
  await copyIntervals(sql, tenantIds, STATEMENT_MS, (row) => {
    const ofTenant = sums.get(row.known(INTERVAL.tenantId));
    const agentId = row.known(INTERVAL.agentId);
    let sum = ofTenant?.get(agentId);
    if (!sum) ofTenant?.set(agentId, (sum = new IntervalSum()));
    cause.high = 0;
    cause.low = 0;
    row.print(cause, INTERVAL.eventId);
    row.print(cause, INTERVAL.type);
    row.print(cause, INTERVAL.actorKind, INTERVAL.actorId);
    const to = row.isEmpty(INTERVAL.to) ? null : row.number(INTERVAL.to);
    const stretch = { position: row.number(INTERVAL.position), status: row.known(INTERVAL.status), from: row.number(INTERVAL.from), to };
    sum?.add(stretch, cause, row.isEmpty(INTERVAL.reason) ? '' : row.text(INTERVAL.reason));
  });
  for (const [tenantId, found] of sums) {
    const expected = log.tenants.get(tenantId)?.intervals ?? new Map<string, never>();
    for (const agentId of new Set([...found.keys(), ...expected.keys()])) {
      const [is, wanted] = [found.get(agentId) ?? new IntervalSum(), expected.get(agentId)?.sum() ?? new IntervalSum()];
      if (!is.sameAs(wanted)) findings.agent({ tenantId, agentId, intervals: Math.max(is.count, wanted.count) });
    }
  }
}

/** Small tenants go together, so that ten thousand of them are not ten thousand questions. */
function* inBatches(log: ReplayedPartition, tenantIds: readonly string[]): Generator<readonly string[]> {
  let batch: string[] = [];
  let rows = 0;
  for (const tenantId of tenantIds) {
    const tenant = log.tenants.get(tenantId);
    let size = 3;
    if (tenant) {
      size += tenant.boxes.agents.size + tenant.boxes.groups.size + tenant.boxes.sites.size * (1 + tenant.boxes.groups.size);
      for (const { count } of tenant.intervals.values()) size += count;
    }
    if (batch.length > 0 && rows + size > PAGE) {
      yield batch;
      batch = [];
      rows = 0;
    }
    batch.push(tenantId);
    rows += size;
  }
  if (batch.length > 0) yield batch;
}
