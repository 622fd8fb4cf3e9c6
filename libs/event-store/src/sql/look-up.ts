import type { QueryArrayConfig } from 'pg';
import type { ResultIds, StreamAddress } from '../envelope.js';
import { numbers, texts } from '#database';

export interface LookUp {
  readonly stream: StreamAddress;
  readonly commandId: string | undefined;
}

/**
 * `item` counts from 1; without a row there is neither stream nor command. `version` null = the stream does not exist;
 * `requestHash` null = no command was asked for, or it is unknown. Item 0 holds only the time of the reading, as `at`.
 */
export type LookUpRow = [
  item: number, version: number | null, state: unknown, stateVersion: number | null,
  requestHash: string | null, streamId: string, recordedVersion: number, result: ResultIds, at: number,
];

/** Heads of many streams and what is known of many commands, in one call (see migration 1). */
export function lookUp(items: readonly LookUp[]): QueryArrayConfig {
  return {
    name: 'store.look-up',
    rowMode: 'array',
    text: 'SELECT * FROM store.look_up($1, $2, $3, $4)',
    values: [
      numbers(items, (item) => item.stream.partition),
      texts(items, (item) => item.stream.tenantId),
      texts(items, (item) => item.stream.streamId),
      texts(items, (item) => item.commandId),
    ],
  };
}
