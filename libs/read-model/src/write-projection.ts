import { ifAny, jsons, numbers, texts } from '#database';
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
 * Commits rows, shown log and checkpoint together, if the checkpoint still stands at `from` (migration 25).
 * Gives false if another projector was faster, or a rebuild wrote rows since `rebuilt` was read: then nothing was written, and the fold has to
 * start again from the rows.
 */
export async function writeProjection(sql: Sql, projection: Projection, rebuilt = 0): Promise<boolean> {
  const { partition, from, to, gaps = [], agents, intervals, shown } = projection;
  const { owners, causers, whose, by } = sharedAmong(intervals);
  const { rows: answer } = await sql.query<{ won: boolean }>({
    name: 'write-range',
    text: `SELECT read.write_range($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25) AS won`,
    values: [
      partition,
      from,
      to,
      rebuilt,
      shown.length,
      othersOf(projection),
      gaps.length === 0 ? null : JSON.stringify(gaps),
      texts(agents, ({ tenantId }) => tenantId),
      texts(agents, ({ agent }) => agent.agentId),
      texts(agents, ({ effectiveStatus }) => effectiveStatus),
      jsons(agents, ({ agent }) => agent),
      texts(agents, ({ agent }) => (agent.standing === 'removed' ? 't' : 'f')),
      texts(owners, ({ tenantId }) => tenantId),
      texts(owners, ({ agentId }) => agentId),
      numbers(owners, ({ first }) => first),
      jsons(causers, (actor) => actor),
      numbers(whose, (owner) => owner),
      numbers(intervals, ({ position }) => position),
      texts(intervals, ({ status }) => status),
      numbers(intervals, (interval) => interval.from),
      numbers(intervals, (interval) => interval.to),
      texts(intervals, ({ cause }) => cause.eventId),
      texts(intervals, ({ cause }) => cause.type),
      numbers(by, (causer) => causer),
      ifAny(intervals, ({ cause }) => cause.reason, texts),
    ],
  });
  return answer[0]?.won === true;
}

interface Owner {
  readonly tenantId: string;
  readonly agentId: string;
  /** Place of their first interval, from 1. */
  readonly first: number;
}

interface Shared {
  readonly owners: readonly Owner[];
  readonly causers: readonly Cause['actor'][];
  /** Of each interval: whose it is and who caused it, as places among those, from 1. */
  readonly whose: readonly number[];
  readonly by: readonly number[];
}

/** What intervals have in common is said once. Those of one agent are in the order of time. */
function sharedAmong(intervals: readonly AgentIntervalRow[]): Shared {
  const owners: Owner[] = [];
  const causers: Cause['actor'][] = [];
  const whose: number[] = [];
  const by: number[] = [];
  const ownerAt = new Map<string, number>();
  const causerAt = new Map<string, number>();
  intervals.forEach(({ tenantId, agentId, cause: { actor } }, index) => {
    const owner = `${tenantId} ${agentId}`;
    let at = ownerAt.get(owner);
    if (at === undefined) ownerAt.set(owner, (at = owners.push({ tenantId, agentId, first: index + 1 })));
    whose.push(at);
    const causer = `${actor.kind} ${actor.id}`;
    let place = causerAt.get(causer);
    if (place === undefined) causerAt.set(causer, (place = causers.push(actor)));
    by.push(place);
  });
  return { owners, causers, whose, by };
}

/** The rows of the rarer kinds; kinds without any are left out. */
function othersOf({ tenants, groups, sites, boxes, shown }: Projection): string {
  const some = <T>(rows: readonly T[]): readonly T[] | undefined => (rows.length === 0 ? undefined : rows);
  return JSON.stringify({ tenants: some(tenants), groups: some(groups), sites: some(sites), boxes: some(boxes), shown: some(shown) });
}

/** The projector's sign of life for readers that the bus does not reach. */
export async function writeBeacon(sql: Sql): Promise<void> {
  await sql.query({ name: 'write-beacon', text: 'UPDATE read.beacon SET at = clock_timestamp()' });
}
