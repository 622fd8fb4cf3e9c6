import type { StreamAddress } from '../envelope.js';
import { EVENT_COLUMNS, type EventQuery } from './event-row.js';

/** A stream's events with a version in (after, after + limit], ascending. */
export function readStream(stream: StreamAddress, after: number, limit: number): EventQuery {
  return {
    name: 'store.read-stream',
    rowMode: 'array',
    text: `SELECT ${EVENT_COLUMNS} FROM store.event
           WHERE partition = $1 AND tenant_id = $2 AND stream_id = $3 AND version > $4 ORDER BY version LIMIT $5`,
    values: [stream.partition, stream.tenantId, stream.streamId, after, limit],
  };
}
