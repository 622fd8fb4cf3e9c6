import type { Pool, PoolClient } from 'pg';
import { copyOut, withoutEscapes } from '#database';
import { LoggedEvent, LoggedEvents } from './logged-events.js';
import { type LogStreams, type LogStretch, readLog, readStreams } from './sql/read-log.js';
import { createUpcasting, type Upcasting } from './upcast.js';

/** A page of the log, as it lies in memory: events are read out of it one after the other. */
export interface LogPage {
  readonly events: LoggedEvents;
  /** Bytes of the canonical lines, one for each event, in the same order (docs/how-to/prove-a-replay.md). */
  readonly lines: Buffer;
}

/** An event's line is some 420 bytes long. */
const BYTES_EACH = 512;
/** What a page begins with, at most. */
const SMALL = 65_536;

/** How the data of an event is read from its JSON; whoever knows the usual ones can be quicker than `JSON.parse`, and gives the same. */
export type ReadData = (type: string, json: string) => object;

/**
 * Reads the log page by page for a replay, in two buffers that take turns: a page may be gone through until the one after the next is asked for.
 */
export class LogReader {
  private readonly event: LoggedEvent;
  private readonly buffers = [Buffer.alloc(0), Buffer.alloc(0)];
  private turn = 0;

  constructor({ upcasting = createUpcasting(), readData = (_type, json) => JSON.parse(json) as object }: { upcasting?: Upcasting; readData?: ReadData } = {}) {
    this.event = new LoggedEvent((type, version, json) => upcasting.lift(type, version, readData(type, json)).data);
  }

  /**
   * @param sql    where to read; a transaction's client reads what that transaction sees
   * @param limit  events of the page; a page with fewer is the last of the stretch
   */
  async page(sql: Pool | PoolClient, stretch: LogStretch, limit: number): Promise<LogPage> {
    const own = (this.turn = 1 - this.turn);
    let bytes = this.buffers[own] as Buffer;
    let used = 0;
    const count = await copyOut(sql, readLog(stretch, limit), (row) => {
      if (used + row.length > bytes.length) {
        const larger = Buffer.allocUnsafeSlow(Math.max(2 * bytes.length, used + row.length, Math.min(limit * BYTES_EACH, SMALL)));
        bytes.copy(larger, 0, 0, used);
        this.buffers[own] = bytes = larger;
      }
      used += row.copy(bytes, used);
    });
    const copied = bytes.subarray(0, used);
    const lines = withoutEscapes(copied);
    return { lines, events: new LoggedEvents(this.event, copied, count, lines !== copied) };
  }

  /**
   * Goes through some streams, one after the other, each in the order of its versions, in one statement. Holds none of it.
   * @param take     told of each event; it is the same object for all of them, as in a page
   * @param patience ms; Postgres's statement_timeout holds beside it
   */
  async streams(sql: Pool | PoolClient, streams: LogStreams, take: (event: LoggedEvent) => void, patience: number): Promise<void> {
    const { event } = this;
    await copyOut(sql, readStreams(streams), (row) => {
      event.moveTo(row, 0, true);
      take(event);
    }, patience);
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
