import { escapeLiteral } from 'pg';
import { copiedMilliseconds } from '#database';

/** A stretch of one partition's log, of one tenant or of all. */
export interface LogStretch {
  readonly partition: number;
  readonly after: number;
  readonly upTo: number;
  readonly tenantId: string | null;
}

/** Streams of one partition, of any of its tenants, up to a position. */
export interface LogStreams {
  readonly partition: number;
  readonly streams: readonly { readonly tenantId: string; readonly streamId: string }[];
  readonly upTo: number;
}

/** Columns of a line of the log, in this order: what a hash over the log covers (docs/how-to/prove-a-replay.md). */
export const LOG_COLUMNS = [
  'pos', 'tenant_id', 'stream_id', 'version', 'type', 'schema_version', 'event_id', 'command_id', 'causation_id', 'correlation_id', 'actor_kind', 'actor_id',
  copiedMilliseconds('effective_at'), copiedMilliseconds('recorded_at'), 'data',
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
 * Events of some streams of a partition up to a position, stream after stream as they are named, each in the order of its versions; for `copyOut`.
 * Each stream is found by its key, whatever the planner knows of the table.
 */
export function readStreams(streams: LogStreams): string {
  const [p, to] = [streams.partition, streams.upTo].map(whole);
  const textsOf = (column: 'tenantId' | 'streamId'): string => `ARRAY[${streams.streams.map((one) => escapeLiteral(one[column])).join(', ')}]::text[]`;
  return `
    SELECT ${LOG_COLUMNS.join(', ')} FROM unnest(${textsOf('tenantId')}, ${textsOf('streamId')}) WITH ORDINALITY AS wanted (tenant, stream, n)
    CROSS JOIN LATERAL (
      SELECT * FROM store.event WHERE partition = ${p} AND tenant_id = wanted.tenant AND stream_id = wanted.stream AND pos <= ${to} ORDER BY version
      OFFSET 0) AS own
    ORDER BY n, version`;
}

function whole(number: number): string {
  if (!Number.isSafeInteger(number)) throw new RangeError(`${number} is no whole number`);
  return String(number);
}
