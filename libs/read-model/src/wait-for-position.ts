import { setTimeout as pause } from 'node:timers/promises';
import { readCheckpoint } from './read-progress.js';
import type { Sql } from './sql.js';

// Shorter than a projector's round trip (2-5 ms), long enough not to be a load: only admin commands wait here.
const POLL_MS = 5;

/**
 * Waits until the read model has reached a position, so that whoever wrote reads the own writing.
 * Gives true, or false after `withinMs` milliseconds: then the projector is behind, and the answer may be older.
 */
export async function waitForPosition(sql: Sql, partition: number, position: number, withinMs: number): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    if ((await readCheckpoint(sql, partition)) >= position) return true;
    if (performance.now() >= deadline) return false;
    await pause(POLL_MS);
  }
}
