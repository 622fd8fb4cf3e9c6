import type { Bus } from './bus.js';

/** Subject of hints about traces: core NATS, in no stream. */
const SUBJECT = 'trace';

/** To which trace something belongs that has, or is about to get, this id (a command's or an event's). */
export type TraceHint = readonly [id: string, traceParent: string];

/** Hints kept: with 10,000 recorded commands a second those of the last second, and some two megabytes. */
const KEPT = 10_000;

/** Tells relays and projectors before the commit, so that they know when the bell rings. Dropped while NATS is away: then a trace ends here. */
export function tellTraces(bus: Pick<Bus, 'publish'>, hints: readonly TraceHint[]): void {
  if (hints.length > 0) bus.publish(SUBJECT, { hints });
}

/** What was told about traces lately. A hint like every message of the bus: whatever it says, nothing but a trace depends on it (ADR 21). */
export class TraceHints {
  private readonly known = new Map<string, string>();
  private readonly end: () => void;

  constructor(bus: Pick<Bus, 'subscribe'>) {
    this.end = bus.subscribe<{ hints?: unknown }>(SUBJECT, ({ hints }) => {
      if (Array.isArray(hints)) for (const hint of hints as unknown[]) this.note(hint);
    });
  }

  /** The trace context under which something of this id was done, or undefined. */
  of(id: string): string | undefined {
    return this.known.get(id);
  }

  stop(): void {
    this.end();
  }

  private note(hint: unknown): void {
    if (!Array.isArray(hint)) return;
    const [id, traceParent] = hint as unknown[];
    if (typeof id !== 'string' || typeof traceParent !== 'string' || id.length > LONGEST || traceParent.length > LONGEST) return;
    this.known.set(id, traceParent);
    if (this.known.size <= KEPT) return;
    for (const oldest of this.known.keys()) {
      this.known.delete(oldest);
      return;
    }
  }
}

/** Ids are at most 64 characters, a trace context 55. */
const LONGEST = 100;
