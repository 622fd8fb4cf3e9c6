import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Bench } from './benchmark.js';

export interface Yardstick {
  readonly pid: number;
  readonly origin: string;
  readonly port: number;
  /** Sends a message and waits for the next one that comes back. */
  ask<T>(message: object): Promise<T>;
}

/** Starts `yardsticks/<name>.server` as a process of its own; it ends with the benchmark. */
export async function startYardstick(bench: Bench, name: string, ...words: readonly string[]): Promise<Yardstick> {
  const child = fork(fileURLToPath(new URL(`yardsticks/${name}.server.js`, import.meta.url)), words);
  bench.atEnd(async () => void child.kill());
  const answer = async <T>(): Promise<T> => {
    const ended = once(child, 'exit').then(([code]) => {
      throw new Error(`the yardstick ${name} has ended (exit code ${String(code)})`);
    });
    ended.catch(() => undefined);
    const [message] = (await Promise.race([once(child, 'message'), ended])) as [T];
    return message;
  };
  const { port } = await answer<{ port: number }>();
  return {
    pid: child.pid ?? 0,
    origin: `http://127.0.0.1:${port}`,
    port,
    ask: (message) => {
      const reply = answer<never>();
      child.send(message);
      return reply;
    },
  };
}
