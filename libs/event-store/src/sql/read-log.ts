import { escapeLiteral } from 'pg';

/** A stretch of one partition's log, of one tenant or of all. */
export interface LogStretch {
  readonly partition: number;
  readonly after: number;
  readonly upTo: number;
  readonly tenantId: string | null;
}

/** Columns of a line of the log, in this order: what a hash over the log covers (docs/how-to/prove-a-replay.md). */
export const LOG_COLUMNS = [
  'pos', 'tenant_id', 'stream_id', 'version', 'type', 'schema_version', 'event_id', 'command_id', 'causation_id', 'correlation_id', 'actor_kind', 'actor_id',
  milliseconds('effective_at'), milliseconds('recorded_at'), 'data',
];

/**
 * Events with a position in (after, upTo], ascending, at most `limit`, for `copyOut`: each row that comes is the event's canonical line, as
 * long as no text in it had to be escaped.
 */
export function readLog({ partition, after, upTo, tenantId }: LogStretch, limit: number): string {
  const ofTenant = tenantId === null ? '' : `AND tenant_id = ${escapeLiteral(tenantId)}`;
  const [p, from, to, most] = [partition, after, upTo, limit].map(whole);
  return `SELECT ${LOG_COLUMNS.join(', ')} FROM store.event WHERE partition = ${p} AND pos > ${from} AND pos <= ${to} ${ofTenant} ORDER BY pos LIMIT ${most}`;
}

/**
 * Whole milliseconds, rounded down, by arithmetic of floats, which costs a fifth of that of numeric: until the year 2106 seconds as a float are
 * wrong by less than half a microsecond, and Postgres keeps whole ones.
 */
function milliseconds(column: string): string {
  return `floor(date_part('epoch', ${column}) * 1000 + 0.0005)::bigint`;
}

function whole(number: number): string {
  if (!Number.isSafeInteger(number)) throw new RangeError(`${number} is no whole number`);
  return String(number);
}
