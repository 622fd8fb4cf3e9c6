import { EVENT_COLUMNS, type EventQuery } from './event-row.js';

/** The feed of a partition: positions in (after, upTo], ascending. Positions are dense and appear in order, so nothing is skipped. */
export function readPartition(partition: number, after: number, limit: number, upTo: number): EventQuery {
  return {
    name: 'store.read-partition',
    rowMode: 'array',
    text: `SELECT ${EVENT_COLUMNS} FROM store.event WHERE partition = $1 AND pos > $2 AND pos <= $4 ORDER BY pos LIMIT $3`,
    values: [partition, after, limit, upTo],
  };
}
