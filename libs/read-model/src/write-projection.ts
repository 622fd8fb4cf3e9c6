import type { Agent } from '#domain/agent-presence/index';
import type { Group, Site, Tenant } from '#domain/tenant-settings/index';
import type { BoxRow, Cause, Instant, ShownRow } from './rows.js';
import type { Sql } from './sql.js';

/** What a range of one partition's log made of the rows: the final state of each row that changed, and every change that was shown. */
export interface Projection {
  readonly partition: number;
  /** The checkpoint this was folded from: the write wins only if it still stands there. */
  readonly from: number;
  readonly to: number;
  readonly tenants: readonly Tenant[];
  readonly agents: readonly { readonly tenantId: string; readonly agent: Agent; readonly effectiveStatus: string }[];
  readonly groups: readonly { readonly tenantId: string; readonly group: Group; readonly at: Instant }[];
  readonly sites: readonly { readonly tenantId: string; readonly site: Site; readonly version: number; readonly at: Instant }[];
  readonly boxes: readonly BoxRow[];
  readonly intervals: readonly AgentIntervalRow[];
  readonly shown: readonly Omit<ShownRow, 'partition' | 'seq'>[];
  /** Where gaps of coverage begin (`over` null) or end, in the order of the log: for those who watch them (#openings). No row follows from it. */
  readonly gaps?: readonly GapRow[];
}

export interface GapRow {
  readonly tenantId: string;
  readonly siteId: string;
  readonly groupId: string | null;
  readonly at: Instant;
  /** Why it is over; null: it begins. */
  readonly over: string | null;
}

export interface AgentIntervalRow {
  readonly tenantId: string;
  readonly agentId: string;
  /** Position of the event that opened it. */
  readonly position: number;
  readonly status: string;
  readonly from: Instant;
  readonly to: Instant | null;
  readonly cause: Cause;
}

/**
 * Commits rows, shown log and checkpoint together, if the checkpoint still stands at `from`.
 * Gives false if another projector was faster, or a rebuild wrote rows since `rebuilt` was read: then nothing was written, and the fold has to
 * start again from the rows.
 */
export async function writeProjection(sql: Sql, projection: Projection, rebuilt = 0): Promise<boolean> {
  const { partition, from, to, gaps = [], ...rows } = projection;
  const { rows: answer } = await sql.query<{ won: boolean }>({
    name: 'write-projection',
    // The lock comes first: a rebuild under way is waited for, and its step is seen.
    text: `SELECT CASE WHEN read.write_projection($1, $2, $3, $4) THEN $6::jsonb IS NULL OR coverage.note($1, $6) END AS won
           FROM (SELECT rebuilt FROM read.checkpoint WHERE partition = $1 FOR NO KEY UPDATE) AS standing WHERE rebuilt = $5`,
    values: [partition, from, to, JSON.stringify(rows), rebuilt, gaps.length === 0 ? null : JSON.stringify(gaps)],
  });
  return answer[0]?.won === true;
}

/** The projector's sign of life for readers that the bus does not reach. */
export async function writeBeacon(sql: Sql): Promise<void> {
  await sql.query({ name: 'write-beacon', text: 'UPDATE read.beacon SET at = clock_timestamp()' });
}
