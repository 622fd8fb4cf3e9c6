import type { TenantQuery } from '../event-store.js';
import { EVENT_COLUMNS, type EventQuery } from './event-row.js';

/** A tenant's log in order of positions. One stream's part of it goes by the stream's own index. */
export function readTenant(partition: number, tenantId: string, query: TenantQuery): EventQuery {
  const ofStream = query.streamId === undefined ? '' : 'AND stream_id = $6';
  return {
    name: query.streamId === undefined ? 'store.read-tenant' : 'store.read-tenant-stream',
    rowMode: 'array',
    text: `SELECT ${EVENT_COLUMNS} FROM store.event
           WHERE partition = $1 AND tenant_id = $2 AND pos > $3 AND ($5::text[] IS NULL OR type = ANY ($5)) ${ofStream}
           ORDER BY ${query.streamId === undefined ? 'pos' : 'version'} LIMIT $4`,
    values: [partition, tenantId, query.after, query.limit, query.types ?? null, ...(query.streamId === undefined ? [] : [query.streamId])],
  };
}
