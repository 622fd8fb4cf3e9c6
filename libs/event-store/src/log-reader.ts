import type { Pool, PoolClient } from 'pg';
import type { Actor, StoredEvent } from './envelope.js';
import { type LogRow, type LogStretch, readLog } from './sql/read-log.js';
import { createUpcasting, type Upcasting } from './upcast.js';

/** A page of the log: the events in today's shape, and their canonical lines as they are stored. */
export interface LogPage {
  readonly events: readonly StoredEvent[];
  /** One line for each, in the same order (see `lineOf`). */
  readonly lines: string;
}

/**
 * Reads the log page by page for a replay, with everything that its hash covers.
 *
 * @param sql    where to read; a transaction's client reads what that transaction sees
 * @param limit  events of the page; a page with fewer is the last of the stretch
 */
export async function readLogPage(
  sql: Pick<Pool & PoolClient, 'query'>,
  stretch: LogStretch,
  limit: number,
  upcasting: Upcasting = createUpcasting(),
): Promise<LogPage> {
  const { rows } = await sql.query<LogRow>(readLog(stretch, limit));
  let lines = '';
  const events = rows.map((row): StoredEvent => {
    lines += lineOf(row);
    return eventOf(stretch.partition, row, upcasting);
  });
  return { events, lines };
}

/** How many events a tenant has. */
export async function countEventsOf(sql: Pick<Pool & PoolClient, 'query'>, partition: number, tenantId: string): Promise<number> {
  const text = 'SELECT count(*) AS n FROM store.event WHERE partition = $1 AND tenant_id = $2';
  const { rows } = await sql.query<{ n: number }>({ name: 'store.count-events', text, values: [partition, tenantId] });
  return rows[0]?.n ?? 0;
}

/** How many events each tenant has in a stretch of a partition's log, (after, upTo]. */
export async function countEventsByTenant(
  sql: Pick<Pool & PoolClient, 'query'>,
  { partition, after, upTo }: Omit<LogStretch, 'tenantId'>,
): Promise<Map<string, number>> {
  const text = 'SELECT tenant_id AS id, count(*) AS n FROM store.event WHERE partition = $1 AND pos > $2 AND pos <= $3 GROUP BY tenant_id';
  const { rows } = await sql.query<{ id: string; n: number }>({ name: 'store.count-by-tenant', text, values: [partition, after, upTo] });
  return new Map(rows.map(({ id, n }) => [id, n]));
}

/**
 * The canonical text of a stored event, ended by a line feed: the columns as Postgres writes them, times in whole milliseconds, between them
 * tabs. Anybody can make the same lines in SQL: docs/how-to/prove-a-replay.md.
 */
function lineOf(row: LogRow): string {
  const [position, tenantId, streamId, version, type, schemaVersion, eventId, commandId, causationId, correlationId, kind, id, at, told, data] = row;
  return (
    `${position}\t${tenantId}\t${streamId}\t${version}\t${type}\t${schemaVersion}\t${eventId}\t${commandId}\t${causationId ?? ''}\t` +
    `${correlationId}\t${kind}\t${id}\t${at}\t${told}\t${data}\n`
  );
}

function eventOf(partition: number, row: LogRow, upcasting: Upcasting): StoredEvent {
  const lifted = upcasting.lift(row[4], row[5], JSON.parse(row[14]) as object);
  return {
    partition,
    position: row[0],
    tenantId: row[1],
    streamId: row[2],
    version: row[3],
    type: row[4],
    schemaVersion: lifted.version,
    eventId: row[6],
    commandId: row[7],
    causationId: row[8],
    correlationId: row[9],
    actor: { kind: row[10] as Actor['kind'], id: row[11] },
    effectiveAt: row[12],
    recordedAt: row[13],
    data: lifted.data,
  };
}
