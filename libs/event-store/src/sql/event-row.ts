import type { QueryArrayConfig } from 'pg';
import type { Actor, StoredEvent } from '../envelope.js';
import type { Upcasting } from '../upcast.js';

/** The columns of store.event in the order `toStoredEvent` reads them. */
export const EVENT_COLUMNS =
  'partition, pos, tenant_id, stream_id, version, type, schema_version, event_id, command_id, causation_id, correlation_id, ' +
  'actor_kind, actor_id, effective_at, recorded_at, data';

/** One row, as an array in that order (our pools give bigint and timestamptz as numbers). */
export type EventRow = [
  partition: number, position: number, tenantId: string, streamId: string, version: number, type: string, schemaVersion: number,
  eventId: string, commandId: string, causationId: string | null, correlationId: string, actorKind: Actor['kind'], actorId: string,
  effectiveAt: number, recordedAt: number, data: object,
];

/** A named statement is parsed once per connection. */
export type EventQuery = QueryArrayConfig & { readonly name: string };

/** The event in today's shape. */
export function toStoredEvent(row: EventRow, upcasting: Upcasting): StoredEvent {
  const lifted = upcasting.lift(row[5], row[6], row[15]);
  return {
    partition: row[0],
    position: row[1],
    tenantId: row[2],
    streamId: row[3],
    version: row[4],
    type: row[5],
    schemaVersion: lifted.version,
    eventId: row[7],
    commandId: row[8],
    causationId: row[9],
    correlationId: row[10],
    actor: { kind: row[11], id: row[12] },
    effectiveAt: row[13],
    recordedAt: row[14],
    data: lifted.data,
  };
}
