import { setTimeout as pause } from 'node:timers/promises';
import type { Exit } from './tied-process.js';

/** Something that runs as a process of its own: an embedded server, a service. */
export interface Running {
  readonly pid: number;
  readonly exited: Promise<Exit>;
  stop(): Promise<unknown>;
}

export interface Kept<T extends Running> {
  /** The present run; a former one while it is being started again. */
  current(): T;
  /** Ends it for good. */
  stop(): Promise<void>;
}

export interface KeepOptions<T extends Running> {
  /** Starts it; called again after every death, so it must take the same port again. */
  readonly start: (previous: T | undefined) => Promise<T>;
  /** Told of every death (`delayMs`: when it will be started again) and of every start that failed. */
  readonly onDeath: (cause: { exit: Exit } | { error: unknown }, delayMs: number) => void;
  /** Told when it runs again. */
  readonly onRestart: (now: T) => void;
}

const FIRST_DELAY_MS = 100; // a single crash should cost its users next to nothing
const LONGEST_DELAY_MS = 5_000; // "after the last fault commands succeed within 15 s" (targets, liveness)
const STEADY_MS = 30_000; // who ran this long has recovered: the delay begins anew

/**
 * Starts something and starts it again whenever it dies, with a growing delay, until `stop`. States: running -> waiting (it died; the
 * delay passes) -> starting -> running, or back to waiting with twice the delay if the start failed; from each `stop` leads to stopped.
 * The first start is strict: its error is thrown.
 */
export async function keepRunning<T extends Running>(options: KeepOptions<T>): Promise<Kept<T>> {
  const stopped = new AbortController();
  let current = await options.start(undefined);

  const keep = async (): Promise<void> => {
    let delay = FIRST_DELAY_MS;
    let since = performance.now();
    for (;;) {
      const exit = await current.exited;
      if (stopped.signal.aborted) return;
      if (performance.now() - since > STEADY_MS) delay = FIRST_DELAY_MS;
      let cause: { exit: Exit } | { error: unknown } = { exit };
      for (let again = false; !again; ) {
        options.onDeath(cause, delay);
        await pause(delay, undefined, { signal: stopped.signal }).catch(() => undefined);
        if (stopped.signal.aborted) return;
        delay = Math.min(delay * 2, LONGEST_DELAY_MS);
        try {
          current = await options.start(current);
          again = true;
        } catch (error) {
          cause = { error };
        }
      }
      since = performance.now();
      if (stopped.signal.aborted) return;
      options.onRestart(current);
    }
  };
  const keeping = keep();

  return {
    current: () => current,
    stop: async () => {
      stopped.abort();
      await current.stop();
      await keeping;
      await current.stop(); // it may have been starting meanwhile
    },
  };
}
