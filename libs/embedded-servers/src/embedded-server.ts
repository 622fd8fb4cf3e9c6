import { statSync, openSync, readSync, closeSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { Exit, TiedProcess } from './tied-process.js';

/** A real server that runs as a child of this process. */
export interface EmbeddedServer {
  readonly pid: number;
  readonly port: number;
  /** Where clients reach it, with the administrator's user and password. */
  readonly url: string;
  /** Settles when the server has ended, whoever ended it. */
  readonly exited: Promise<Exit>;
  /** Ends it in good order, or by force after its grace. */
  stop(): Promise<Exit>;
  /** Ends it at once (SIGKILL), as a power cut would. */
  kill(): Promise<Exit>;
}

/** What an attempt to start came to: undefined = it runs, else the last lines of its log. */
export type Attempt = string | undefined;

/**
 * Waits until `isReady` says so. Gives undefined then, or what the server wrote to its log (from `logStart`, in bytes) if it ended first.
 * A server that is neither ready nor ended after `withinMs` is killed and counts as ended.
 */
export async function untilReady(
  server: TiedProcess,
  isReady: () => boolean | Promise<boolean>,
  log: { file: string; start: number },
  withinMs: number,
): Promise<Attempt> {
  let ended = false;
  void server.exited.then(() => (ended = true));
  const deadline = performance.now() + withinMs;
  while (!ended) {
    if (await isReady()) return undefined;
    if (performance.now() > deadline) await server.kill();
    await pause(15); // ms: short beside the 40 ms a start takes
  }
  return tailOf(log.file, log.start);
}

/** The size of a log file in bytes, 0 if there is none. */
export function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

function tailOf(file: string, start: number): string {
  const length = Math.min(sizeOf(file) - start, 8_000);
  const bytes = Buffer.alloc(Math.max(length, 0));
  const descriptor = openSync(file, 'r');
  try {
    readSync(descriptor, bytes, 0, bytes.length, sizeOf(file) - bytes.length);
  } finally {
    closeSync(descriptor);
  }
  return bytes.toString('utf8').trim() || 'it wrote nothing to its log';
}
