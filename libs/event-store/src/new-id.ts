import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';

/** Random bytes of one id. */
const SIZE = 16;
/** Fetched for so many ids at once: asking the system for each one's costs more than all the rest of an append in this process. */
const IDS_AT_ONCE = 512;

const pool = new Uint8Array(SIZE * IDS_AT_ONCE);
let used = pool.length;

function random(): Uint8Array {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += SIZE;
  // A copy: the id's maker writes into it.
  return pool.slice(used - SIZE, used);
}

/** A uuid v7 as text: this process's clock (only to keep ids of a time close together in an index) and 74 random bits. */
export function newId(): string {
  return v7({ rng: random });
}
