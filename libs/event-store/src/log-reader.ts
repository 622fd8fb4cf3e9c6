import type { Pool, PoolClient } from 'pg';
import { copyOut, withoutEscapes } from '#database';
import { LoggedEvent, LoggedEvents } from './logged-events.js';
import { type LogStretch, readLog } from './sql/read-log.js';
import { createUpcasting, type Upcasting } from './upcast.js';

/** A page of the log, as it lies in memory: events are read out of it one after the other. */
export interface LogPage {
  readonly events: LoggedEvents;
  /** Bytes of the canonical lines, one for each event, in the same order (docs/how-to/prove-a-replay.md). */
  readonly lines: Buffer;
}

/** An event's line is some 420 bytes long. */
const BYTES_EACH = 512;

/** Reads the log page by page for a replay. Pages of one reader are gone through one after the other; the next may be read meanwhile. */
export class LogReader {
  private readonly event = new LoggedEvent();

  constructor(private readonly upcasting: Upcasting = createUpcasting()) {}

  /**
   * @param sql    where to read; a transaction's client reads what that transaction sees
   * @param limit  events of the page; a page with fewer is the last of the stretch
   */
  async page(sql: Pool | PoolClient, stretch: LogStretch, limit: number): Promise<LogPage> {
    let bytes = Buffer.allocUnsafeSlow(Math.min(limit, Math.max(0, stretch.upTo - stretch.after)) * BYTES_EACH);
    let used = 0;
    const count = await copyOut(sql, readLog(stretch, limit), (row) => {
      if (used + row.length > bytes.length) {
        const larger = Buffer.allocUnsafeSlow(Math.max(2 * bytes.length, used + row.length));
        bytes.copy(larger, 0, 0, used);
        bytes = larger;
      }
      used += row.copy(bytes, used);
    });
    const copied = bytes.subarray(0, used);
    const lines = withoutEscapes(copied);
    return { lines, events: new LoggedEvents(this.event, copied, count, lines !== copied, this.upcasting) };
  }
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
