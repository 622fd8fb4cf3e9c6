import type { QueryArrayConfig } from 'pg';
import type { TenantQuery } from '../event-store.js';
import { EVENT_COLUMNS, type EventQuery } from './event-row.js';

/** A tenant's log in order of positions. One stream's part of it goes by the stream's own index. */
export function readTenant(partition: number, tenantId: string, query: TenantQuery): EventQuery {
  const ofStream = query.streamId === undefined ? '' : 'AND stream_id = $7';
  return {
    name: query.streamId === undefined ? 'store.read-tenant' : 'store.read-tenant-stream',
    rowMode: 'array',
    text: `SELECT ${EVENT_COLUMNS} FROM store.event
           WHERE partition = $1 AND tenant_id = $2 AND pos > $3 AND pos <= $6 AND ($5::text[] IS NULL OR type = ANY ($5)) ${ofStream}
           ORDER BY ${query.streamId === undefined ? 'pos' : 'version'} LIMIT $4`,
    values: [
      ...[partition, tenantId, query.after, query.limit, query.types ?? null, query.upTo ?? Number.MAX_SAFE_INTEGER],
      ...(query.streamId === undefined ? [] : [query.streamId]),
    ],
  };
}

export type TailRow = [count: number, earliest: number | null];

/** How much a tenant's log has behind a position, and since when the earliest of it is true. */
export function readTail(partition: number, tenantId: string, after: number, atMost: number): QueryArrayConfig {
  return {
    name: 'store.read-tail',
    rowMode: 'array',
    text: `SELECT count(*), min(effective_at) FROM (
             SELECT effective_at FROM store.event WHERE partition = $1 AND tenant_id = $2 AND pos > $3 ORDER BY pos LIMIT $4) tail`,
    values: [partition, tenantId, after, atMost],
  };
}
