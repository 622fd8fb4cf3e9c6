import type { QueryArrayConfig } from 'pg';

export type HeadRow = [partition: number, position: number];

/** How far every partition that has events has come. */
export function readHeads(): QueryArrayConfig {
  const text = 'SELECT partition, pos FROM store.partition_head WHERE pos > 0 ORDER BY partition';
  return { name: 'store.read-heads', rowMode: 'array', text };
}
