import type { Append, AppendOutcome, NewEvent, StoredEvent, StreamAddress, StreamFold } from '../envelope.js';
import type { Bell, EventStore } from '../event-store.js';
import type { Command } from '../handle-command.js';
import type { Upcasting } from '../upcast.js';

/** A store of one implementation, and how to get another one that sees the same data as a second process would. */
export interface StoreUnderTest {
  readonly store: EventStore;
  /** What the store has rung so far. */
  readonly bells: Bell[];
  second(options?: { upcasting?: Upcasting }): EventStore;
  close(): Promise<void>;
}

/** A stream that counts: how often `Counted` happened, the sum of its steps and when it last did. */
export interface Counter {
  readonly count: number;
  readonly sum: number;
  readonly at: number;
}
export type Counted = NewEvent<'Counted', { readonly step: number }>;

export const counter: StreamFold<Counter, Counted> = {
  category: 'counter',
  initial: { count: 0, sum: 0, at: 0 },
  stateVersion: 1,
  evolve: (state, event) => ({ count: state.count + 1, sum: state.sum + event.data.step, at: event.effectiveAt }),
};

export const actor = { kind: 'system', id: 'spec' } as const;
let made = 0;

/** A stream that nobody else uses, of a tenant that nobody else uses; partitions go round below 60. */
export function newStream(of?: Partial<StreamAddress>): StreamAddress {
  made += 1;
  return { tenantId: `tenant-${made}`, partition: made % 60, streamId: `counter-${made}`, ...of };
}

/** One `Counted` on top of `expectedVersion`. */
export function counting(stream: StreamAddress, expectedVersion: number, more: Partial<Append> = {}): Append {
  made += 1;
  return {
    stream,
    expectedVersion,
    events: [{ type: 'Counted', data: { step: expectedVersion + 1 } }],
    decidedAt: Date.now(),
    state: { count: expectedVersion + 1, sum: -1, at: 0 },
    stateVersion: 0, // never matches: states are folded from the events
    actor,
    commandId: `command-${made}`,
    correlationId: 'spec',
    ...more,
  };
}

/** The wish to count once more. */
export function countOnce(stream: StreamAddress, more: Partial<Command<Counter, Counted>> = {}): Command<Counter, Counted> {
  return { stream, fold: counter, actor, decide: (state) => [{ type: 'Counted', data: { step: state.count + 1 } }], ...more };
}

/** Idempotency of a command. */
export const keyed = (commandId: string, requestHash = 'body'): { idempotency: { commandId: string; requestHash: string } } => ({
  idempotency: { commandId, requestHash },
});
export const kinds = (outcomes: readonly AppendOutcome[]): string[] => outcomes.map((outcome) => outcome.kind);
export const numbersTo = (n: number): number[] => Array.from({ length: n }, (_, index) => index + 1);
export const times = <T>(n: number, make: (index: number) => T): T[] => Array.from({ length: n }, (_, index) => make(index));

/** All that one partition of its own holds. */
export async function feed(store: EventStore, { partition, tenantId }: StreamAddress): Promise<StoredEvent[]> {
  return (await store.readPartition(partition, 0, 100_000)).filter((event) => event.tenantId === tenantId);
}
