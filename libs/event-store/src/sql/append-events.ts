import type { QueryArrayConfig } from 'pg';
import type { ResultIds } from '../envelope.js';
import type { ArrangedPack } from './arrange-pack.js';
import { ifAny, jsons, numbers, texts } from '#database';

/**
 * Careful: one command's outcome; `position` 0 = it had no events; the last three only with `duplicate`.
 * Not careful: a head, `position` before the pack; item 0 holds the time alone. Items count from 1.
 */
export type AppendRow = [
  item: number, outcome: 'appended' | 'conflict' | 'duplicate' | null, version: number, position: number, recordedAt: number,
  firstRequestHash: string, firstStreamId: string, firstResult: ResultIds,
];

/**
 * store.append with a pack of commands (see migration 1).
 * @param careful false only if no two of them concern one stream; then everything is stored or the call fails
 * @param schemaVersion the schema version events of a type are written with
 */
export function appendEvents(pack: ArrangedPack, careful: boolean, schemaVersion: (type: string) => number): QueryArrayConfig {
  const { appends, commands, events, heads } = pack;
  return {
    name: 'store.append',
    rowMode: 'array',
    text: `SELECT * FROM store.append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
             $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29)`,
    values: [
      careful,
      pack.writing,
      pack.creating,
      pack.latest,
      numbers(heads, (head) => head.partition),
      numbers(heads, (head) => head.events),
      numbers(appends, (append) => append.stream.partition),
      numbers(commands, (command) => command.head?.index),
      texts(appends, (append) => append.stream.tenantId),
      texts(appends, (append) => append.stream.streamId),
      numbers(appends, (append) => append.expectedVersion),
      numbers(appends, (append) => append.events.length),
      numbers(commands, (command) => command.lastEvent),
      jsons(appends, (append) => (append.events.length > 0 ? (append.state ?? null) : undefined)),
      numbers(appends, (append) => append.stateVersion),
      texts(appends, (append) => append.idempotency?.commandId ?? append.commandId),
      texts(appends, (append) => append.idempotency?.requestHash),
      ifAny(appends, (append) => append.idempotency?.result, jsons),
      ifAny(appends, (append) => append.causationId, texts),
      texts(appends, (append) => append.correlationId),
      texts(appends, (append) => append.actor.kind),
      texts(appends, (append) => append.actor.id),
      numbers(events, (entry) => entry.command),
      numbers(events, (entry) => entry.rank),
      texts(events, (entry) => entry.event.type),
      numbers(events, (entry) => schemaVersion(entry.event.type)),
      texts(events, (entry) => entry.eventId),
      numbers(events, (entry) => entry.effectiveAt),
      jsons(events, (entry) => entry.event.data),
    ],
  };
}
