import type { Instant } from '#domain/agent-presence/index';
import { CameTooLate, EffectOrder, type LoggedFact } from '#domain/past/index';
import type { EventStore, StoredEvent } from '#event-store';

/** Whose past, and as of when. */
export interface TenantLog {
  readonly store: EventStore;
  readonly tenantId: string;
  readonly partition: number;
}

/** A fact of a tenant's log: an event whose type this code knows or leaves alone. */
export type Fact = StoredEvent & LoggedFact;

const PAGE = 5_000;
/** Facts mostly become known within seconds; after an outage of ours within its length. Then the log is read again, looking further. */
const USUAL_LATENESS_MS = 10 * 60_000;

/** The facts that were known at an instant, in the order in which they became known. */
export async function* factsKnownAt(log: TenantLog, at: Instant, streamId?: string): AsyncGenerator<Fact> {
  for await (const fact of readFacts(log, streamId)) {
    if (fact.recordedAt > at) return;
    yield fact;
  }
}

/** Takes facts in the order in which they became true. */
export interface FactTaker {
  take(fact: Fact): void;
}

/**
 * Hands over what was true by an instant, in the order in which it became true, by everything that is known now.
 * `begin` gives who takes it: a fact that turns out to have come very late makes all of it begin anew.
 */
export async function tellFacts<Taker extends FactTaker>(log: TenantLog, at: Instant, begin: () => Taker, streamId?: string): Promise<Taker> {
  for (let horizon = USUAL_LATENESS_MS; ; ) {
    const taker = begin();
    try {
      await tellInOrder(log, at, taker, new EffectOrder<Fact>(horizon), streamId);
      return taker;
    } catch (error) {
      if (!(error instanceof CameTooLate)) throw error;
      horizon = Math.max(2 * horizon, error.lateByMs + 1);
    }
  }
}

/** To the end of the log, wherever `at` is: what came very late may be the last that came. */
async function tellInOrder(log: TenantLog, at: Instant, taker: FactTaker, order: EffectOrder<Fact>, streamId?: string): Promise<void> {
  const tell = (facts: readonly Fact[]): void => {
    for (const fact of facts) if (fact.effectiveAt <= at) taker.take(fact);
  };
  for await (const fact of readFacts(log, streamId)) tell(order.push(fact));
  tell(order.rest());
}

/** The log in its own order, behind a position. */
export async function* readFacts({ store, tenantId, partition }: TenantLog, streamId?: string, from = 0): AsyncGenerator<Fact> {
  for (let after = from; ; ) {
    const page = await store.readTenant(partition, tenantId, { after, limit: PAGE, ...(streamId === undefined ? {} : { streamId }) });
    for (const event of page) yield event as Fact;
    const last = page.at(-1);
    if (!last || page.length < PAGE) return;
    after = last.position;
  }
}
