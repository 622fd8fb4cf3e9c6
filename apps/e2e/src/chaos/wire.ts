import { setTimeout as sleep } from 'node:timers/promises';
import { call } from '../client/call.js';
import type { Recording, Try } from './recording.js';

/** What a client of a run got to know of one sending. */
export interface Answered<T> {
  readonly trial: Try;
  /** Undefined without an answer. */
  readonly body: T | undefined;
}

interface Wanted {
  readonly token?: string;
  readonly body?: unknown;
  readonly key?: string;
}

/**
 * Answers a client may get while something is broken: done, refused by a rule, or "come again" (and 422 for a status for a while that would
 * be over by the time it is sent again). Anything else is a fault of ours.
 */
const FIT = new Set([200, 201, 202, 204, 401, 409, 410, 503]);

/** The network of a run's clients: sends, never throws, and notes answers that nobody should ever get. */
export class Wire {
  /** Calls without an answer, or with 503. */
  unanswered = 0;
  answered = 0;
  readonly patienceMs: number;

  constructor(private readonly record: Pick<Recording, 'strange' | 'leaseMs'>) {
    // Shorter than the time between two beats, so that an answer that never comes delays no sign of life.
    this.patienceMs = Math.min(5_000, Math.max(1_000, record.leaseMs / 4));
  }

  async send<T>(method: string, url: string, { token, body, key }: Wanted): Promise<Answered<T>> {
    const headers = key === undefined ? undefined : { 'idempotency-key': key };
    const sentAt = Date.now();
    try {
      const reply = await call<T & { code?: string }>(method, url, { token, body, headers, patienceMs: this.patienceMs });
      const { status } = reply;
      if (status === 503) this.unanswered += 1;
      else this.answered += 1;
      if (!FIT.has(status) && reply.body?.code !== 'until-out-of-range') this.record.strange.push(`${method} ${new URL(url).pathname} was answered with ${status}: ${JSON.stringify(reply.body)}`);
      return { trial: { sentAt, doneAt: Date.now(), status, code: reply.body?.code }, body: reply.body };
    } catch {
      this.unanswered += 1;
      return { trial: { sentAt, doneAt: Date.now(), status: null }, body: undefined };
    }
  }
}

/** Waits, or less if the signal comes. */
export async function wait(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}

export function succeeded({ status }: Try): boolean {
  return status !== null && status >= 200 && status < 300;
}

/** An answer that settles a request: sending it again is of no use. A token that is too old can be renewed. */
export function isFinal({ status, code }: Try): boolean {
  return status !== null && status !== 503 && code !== 'unauthenticated';
}
