import type { PoolClient } from 'pg';
import type { LoggedFact } from '#domain/past/index';
import type { EventStore, StoredEvent } from '#event-store';

/** Whose past, and where it is kept. */
export interface TenantLog {
  readonly store: Pick<EventStore, 'readTenant' | 'readStream' | 'tailOf'>;
  readonly tenantId: string;
  readonly partition: number;
  /** A transaction of the tenant that is open already: all is read by it. Without one each read has its own. */
  readonly sql?: PoolClient | undefined;
}

/** A fact of a tenant's log: an event whose type this code knows or leaves alone. */
export type Fact = StoredEvent & LoggedFact;

/** A stretch of a log: facts with a position in (after, upTo]. */
interface Stretch {
  readonly after: number;
  readonly upTo?: number | undefined;
}

/** Some ten milliseconds of work. */
const PAGE = 1_000;

/** Facts that were read together. Conversations are left out: no status follows from them (behaviour D17). */
export interface FactPage {
  readonly facts: readonly Fact[];
  /** The last event that was read: its place, and when it was recorded. */
  readonly position: number;
  readonly recordedAt: number;
  /** How many events were read. */
  readonly count: number;
}

/** The facts of a stretch in the order of the log, page by page. */
export async function* readFacts(log: TenantLog, { after, upTo }: Stretch, limit = PAGE): AsyncGenerator<FactPage> {
  const { store, tenantId, partition, sql } = log;
  for (let from = after; ; ) {
    const page = await store.readTenant(partition, tenantId, { after: from, limit, ...(upTo === undefined ? {} : { upTo }) }, sql);
    const last = page.at(-1);
    if (!last) return;
    const { position, recordedAt } = last;
    yield { facts: page.filter(({ data }) => !('conversationId' in data)) as Fact[], position, recordedAt, count: page.length };
    if (page.length < limit) return;
    from = position;
  }
}

/** The facts of a stream behind a version, page by page; `last`: there are no more. */
export async function* readFactsOfStream(log: TenantLog, streamId: string, after: number, limit: number): AsyncGenerator<{ facts: Fact[]; last: boolean }> {
  const stream = { tenantId: log.tenantId, partition: log.partition, streamId };
  for (let from = after; ; ) {
    const facts = (await log.store.readStream(stream, from, limit, log.sql)) as Fact[];
    const last = facts.length < limit;
    yield { facts, last };
    if (last) return;
    from = facts.at(-1)?.version ?? from;
  }
}

export function streamOf(agentId: string): string {
  return `agent-${agentId}`;
}
