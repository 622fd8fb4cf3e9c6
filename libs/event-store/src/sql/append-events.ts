import type { QueryArrayConfig } from 'pg';
import type { Append, NewEvent, ResultIds } from '../envelope.js';
import { numbers, texts } from './array-literal.js';

/** One event of a pack. */
interface Entry {
  /** Index of its command in the pack, from 1. */
  readonly command: number;
  readonly append: Append;
  readonly event: NewEvent;
  readonly eventId: string;
}

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
  const entries: Entry[] = [];
  const lastEvents: number[] = [];
  appends.forEach((append, index) => {
    append.events.forEach((event, nth) => {
      const eventId = eventIds[index]?.[nth];
      if (eventId === undefined) throw new TypeError('appendEvents: an id is missing');
      entries.push({ command: index + 1, append, event, eventId });
    });
    lastEvents.push(append.events.length > 0 ? entries.length : 0);
  });
  return {
    name: 'store.append',
    rowMode: 'array',
    text: `SELECT * FROM store.append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
             $17, $18, $19, $20, $21, $22)`,
    values: [
      careful,
      numbers(appends, (append) => append.stream.partition),
      texts(appends, (append) => append.stream.tenantId),
      texts(appends, (append) => append.stream.streamId),
      numbers(appends, (append) => append.expectedVersion),
      numbers(appends, (append) => append.events.length),
      numbers(lastEvents, (last) => last),
      texts(appends, (append) => (append.events.length > 0 ? JSON.stringify(append.state ?? null) : null)),
      numbers(appends, (append) => append.stateVersion),
      texts(appends, (append) => append.idempotency?.commandId ?? append.commandId),
      texts(appends, (append) => append.idempotency?.requestHash),
      texts(appends, (append) => (append.idempotency === undefined ? null : JSON.stringify(append.idempotency.result ?? {}))),
      texts(appends, (append) => append.causationId),
      texts(appends, (append) => append.correlationId),
      texts(appends, (append) => append.actor.kind),
      texts(appends, (append) => append.actor.id),
      numbers(entries, (entry) => entry.command),
      texts(entries, (entry) => entry.event.type),
      numbers(entries, (entry) => schemaVersion(entry.event.type)),
      texts(entries, (entry) => entry.eventId),
      numbers(entries, (entry) => entry.event.effectiveAt ?? entry.append.decidedAt),
      texts(entries, (entry) => JSON.stringify(entry.event.data)),
    ],
  };
}
