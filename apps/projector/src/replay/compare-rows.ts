import { type ReplayedTable, REPLAYED_TABLES, readIntervals, readRows, readTenantIds, type Row, type Sql, type StoredInterval } from '#read-model';
import { differing } from './differing.js';
import type { Findings } from './findings.js';
import { AgentIntervals, IntervalChain } from './interval-chain.js';
import type { ReplayedPartition } from './replayed-partition.js';

/** Tenants that are compared together have so many rows at most, or are alone. Also the size of a page: a few milliseconds of work. */
const PAGE = 1_000;

/**
 * Compares the rows of a partition's tenants with what its log says. To be called in one transaction that sees one state of the rows (or holds
 * the checkpoint's row), with the log folded up to exactly that state's checkpoint.
 *
 * @param only  these tenants; null: all of the partition, also those that the log does not know
 */
export async function compareRows(sql: Sql, log: ReplayedPartition, only: readonly string[] | null, findings: Findings): Promise<void> {
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

async function compareIntervals(sql: Sql, log: ReplayedPartition, tenantIds: readonly string[], findings: Findings): Promise<void> {
  const seen = new Set<string>();
  let chain = new IntervalChain();
  let agent: StoredInterval | undefined;
  const finish = (): void => {
    if (!agent) return;
    const { tenantId, agentId } = agent;
    seen.add(`${tenantId} ${agentId}`);
    const expected = log.tenants.get(tenantId)?.intervals.get(agentId) ?? new AgentIntervals();
    if (!expected.chain().sameAs(chain)) findings.agent(tenantId, agentId);
  };
  for await (const intervals of readIntervals(sql, tenantIds, PAGE)) {
    for (const interval of intervals) {
      if (interval.agentId !== agent?.agentId || interval.tenantId !== agent.tenantId) {
        finish();
        agent = interval;
        chain = new IntervalChain();
      }
      chain.add(interval);
    }
  }
  finish();
  for (const tenantId of tenantIds) {
    for (const [agentId, { count }] of log.tenants.get(tenantId)?.intervals ?? []) {
      if (count > 0 && !seen.has(`${tenantId} ${agentId}`)) findings.agent(tenantId, agentId);
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
