import { setTimeout as pause } from 'node:timers/promises';

export interface EventuallyOptions {
  /** How long the fact may take, in ms; what is not given is meant for a machine that many specs keep busy. */
  readonly within?: number;
  /** How often it is looked at, in ms. */
  readonly every?: number;
}

/**
 * Waits for a fact instead of a time: calls `look` until it neither throws nor gives false, and gives what it gave. So `look` may hold
 * expectations, or be a plain comparison. Throws when the time is over, telling what was wrong at the last look.
 */
export async function eventually<T>(look: () => T | Promise<T>, options: EventuallyOptions = {}): Promise<Exclude<T, false>> {
  const { within = 15_000, every = 20 } = options;
  const waiting = new Error();
  Error.captureStackTrace(waiting, eventually); // so that it names the line of the spec
  const deadline = performance.now() + within;
  for (;;) {
    let last: unknown;
    try {
      const seen = await look();
      if (seen !== false) return seen as Exclude<T, false>;
      last = 'it was still false';
    } catch (error) {
      last = error;
    }
    if (performance.now() >= deadline) {
      waiting.message = `not within ${within} ms: ${last instanceof Error ? last.message : String(last)}`;
      waiting.cause = last;
      throw waiting;
    }
    await pause(every);
  }
}
