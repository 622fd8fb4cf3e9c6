import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Bench } from './benchmark.js';

/** A process that takes part in a benchmark. */
export interface Program {
  readonly pid: number;
  /** Where it listens, if it does. */
  readonly origin: string;
  readonly port: number;
  /** Sends a message and waits for the next one that comes back. */
  ask<T>(message: object): Promise<T>;
  /** Sends a message that is not answered. */
  tell(message: object): void;
}

/** Starts `yardsticks/<name>.server` as a process of its own; it ends with the benchmark. */
export function startYardstick(bench: Bench, name: string, ...words: readonly string[]): Promise<Program> {
  return startProgram(bench, `yardsticks/${name}.server`, ...words);
}

/** Starts a program of this folder as a process of its own; it ends with the benchmark. It says its port when it is ready. */
export async function startProgram(bench: Bench, name: string, ...words: readonly string[]): Promise<Program> {
  const child = fork(fileURLToPath(new URL(`${name}.js`, import.meta.url)), words);
  bench.atEnd(async () => void child.kill());
  const waiting: { answered: (message: unknown) => void; failed: (error: Error) => void }[] = [];
  child.on('message', (message) => waiting.shift()?.answered(message));
  child.once('exit', (code) => {
    for (const { failed } of waiting.splice(0)) failed(new Error(`the program ${name} has ended (exit code ${String(code)})`));
  });
  const answer = <T>(): Promise<T> => new Promise((resolve, reject) => waiting.push({ answered: resolve as (message: unknown) => void, failed: reject }));
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
    tell: (message) => void child.send(message),
  };
}
