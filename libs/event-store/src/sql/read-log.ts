import type { QueryArrayConfig } from 'pg';

/** As read: everything that a replay folds and everything that the hash covers. `line` is the canonical text of the event as it is stored. */
export type LogRow = [
  position: number, tenantId: string, streamId: string, version: number, type: string, schemaVersion: number, eventId: string,
  commandId: string, causationId: string | null, correlationId: string, actorKind: string, actorId: string,
  effectiveAt: number, recordedAt: number, data: string,
];

/** A stretch of one partition's log, of one tenant or of all. */
export interface LogStretch {
  readonly partition: number;
  readonly after: number;
  readonly upTo: number;
  readonly tenantId: string | null;
}

/** Events with a position in (after, upTo], ascending, at most `limit`; data as the text Postgres keeps. Without a name: planned anew for each page. */
export function readLog({ partition, after, upTo, tenantId }: LogStretch, limit: number): QueryArrayConfig {
  return {
    rowMode: 'array',
    text: `
      SELECT pos, tenant_id, stream_id, version, type, schema_version, event_id, command_id, causation_id, correlation_id, actor_kind, actor_id,
        effective_at, recorded_at, data::text
      FROM store.event WHERE partition = $1 AND pos > $2 AND pos <= $3 ${tenantId === null ? '' : 'AND tenant_id = $5'}
      ORDER BY pos LIMIT $4`,
    values: [partition, after, upTo, limit, ...(tenantId === null ? [] : [tenantId])],
  };
}
