import type { QueryArrayConfig } from 'pg';
import type { Append, ResultIds } from '../envelope.js';
import { arrange } from './arrange-pack.js';
import { numbers, texts } from './array-literal.js';

/** One command's outcome. `item` counts from 1; `position` 0 = it had no events; the last three only with `duplicate`. */
export type AppendRow = [
  item: number, outcome: 'appended' | 'conflict' | 'duplicate', version: number, position: number, recordedAt: number,
  firstRequestHash: string, firstStreamId: string, firstResult: ResultIds,
];

export interface Pack {
  readonly appends: readonly Append[];
  /** One list per append, one id per event. */
  readonly eventIds: readonly (readonly string[])[];
}

/**
 * store.append with a pack of commands (see migration 1).
 * @param careful false only if no two of them concern one stream; then everything is stored or the call fails
 * @param schemaVersion the schema version events of a type are written with
 */
export function appendEvents({ appends, eventIds }: Pack, careful: boolean, schemaVersion: (type: string) => number): QueryArrayConfig {
  const { commands, events, heads, ...counts } = arrange(appends, eventIds);
  return {
    name: 'store.append',
    rowMode: 'array',
    text: `SELECT * FROM store.append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
             $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29)`,
    values: [
      careful,
      counts.writing,
      counts.creating,
      counts.latest,
      numbers(heads, (head) => head.partition),
      numbers(heads, (head) => head.events),
      numbers(appends, (append) => append.stream.partition),
      numbers(commands, (command) => command.head?.index),
      texts(appends, (append) => append.stream.tenantId),
      texts(appends, (append) => append.stream.streamId),
      numbers(appends, (append) => append.expectedVersion),
      numbers(appends, (append) => append.events.length),
      numbers(commands, (command) => command.lastEvent),
      texts(appends, (append) => (append.events.length > 0 ? JSON.stringify(append.state ?? null) : null)),
      numbers(appends, (append) => append.stateVersion),
      texts(appends, (append) => append.idempotency?.commandId ?? append.commandId),
      texts(appends, (append) => append.idempotency?.requestHash),
      texts(appends, (append) => (append.idempotency === undefined ? null : JSON.stringify(append.idempotency.result ?? {}))),
      texts(appends, (append) => append.causationId),
      texts(appends, (append) => append.correlationId),
      texts(appends, (append) => append.actor.kind),
      texts(appends, (append) => append.actor.id),
      numbers(events, (entry) => entry.command),
      numbers(events, (entry) => entry.rank),
      texts(events, (entry) => entry.event.type),
      numbers(events, (entry) => schemaVersion(entry.event.type)),
      texts(events, (entry) => entry.eventId),
      numbers(events, (entry) => entry.effectiveAt),
      texts(events, (entry) => JSON.stringify(entry.event.data)),
    ],
  };
}
