import {
  type Append, type EventStore, foldNew, type NewEvent, StoreOutcomeUnknown, StoreUnavailable, type StreamAddress, type StreamFold,
  type StreamHead,
} from '#event-store';
import { type DueLease, endDue, lockDue, readDue, readLapsed, SLACK_MS } from './due-leases.js';
import type { Sql } from './lease-rows.js';

/** What follows from the end of a lease; this room does not know the business. */
export interface LeaseEnd<State, Event extends NewEvent> {
  readonly fold: StreamFold<State, Event>;
  /** Pure: the events of this lease's end, `[]` if it has none. */
  decide(state: State, lease: DueLease): readonly Event[];
}

export interface ExpireOptions {
  /** So long without sight is blindness (`patienceOf`), ms. */
  readonly blindMs: number;
  /** Only leases whose deadline has passed for that long, ms; `SLACK_MS` without it. */
  readonly slackMs?: number;
  /** Told about a lease that cannot be ended, by a fault of ours; the others are. Without it the first such fault is thrown. */
  readonly onFault?: (error: unknown, leaseNo: number) => void;
}

/** Leases of one transaction: a few milliseconds, so that no beat waits for it. */
const BATCH = 100;

/**
 * Ends those of these leases that have run out, each once, whoever else tries too (behaviour D9): the rows are locked and looked at again,
 * the leases are marked as ended, and the events are appended, all or nothing. Gives the leases that were ended; what was not is due
 * still, and the next call takes it.
 * @param sql for reading, before the transaction: inside it another connection would be waited for by many at once
 * @throws StoreUnavailable, StoreOutcomeUnknown, or the error of the reading: nobody can be ended at this moment
 */
export async function expireDue<S, E extends NewEvent>(
  sql: Sql,
  store: EventStore,
  end: LeaseEnd<S, E>,
  leaseNos: readonly number[],
  options: ExpireOptions,
): Promise<DueLease[]> {
  const ended: DueLease[] = [];
  for (let from = 0; from < leaseNos.length; from += BATCH) {
    const batch = leaseNos.slice(from, from + BATCH);
    const due = await readDue(sql, batch, options.slackMs ?? SLACK_MS, options.blindMs);
    if (due.length === 0) continue;
    const together = await attempt(store, end, due, options);
    if (together.done) ended.push(...together.leases);
    // Somebody wrote to one of the streams meanwhile, or one of them is bad: one at a time, the others need not suffer for it.
    else for (const lease of due) ended.push(...(await endAlone(store, end, lease, options)));
  }
  return ended;
}

/**
 * Ends what has run out of one agent's leases, to the millisecond: what was due before a command is recorded before it (architecture 3,
 * "overdue facts first"; case 8). Gives the leases that were ended.
 */
export async function expireLapsed<S, E extends NewEvent>(
  sql: Sql,
  store: EventStore,
  end: LeaseEnd<S, E>,
  agent: { tenantId: string; agentId: string },
  blindMs: number,
): Promise<DueLease[]> {
  const lapsed = await readLapsed(sql, agent, blindMs);
  return lapsed.length === 0 ? [] : expireDue(sql, store, end, lapsed, { blindMs, slackMs: 0 });
}

type Attempt = { readonly done: true; readonly leases: DueLease[] } | { readonly done: false; readonly fault?: Error };

async function endAlone<S, E extends NewEvent>(
  store: EventStore,
  end: LeaseEnd<S, E>,
  lease: DueLease,
  options: ExpireOptions,
): Promise<readonly DueLease[]> {
  const alone = await attempt(store, end, [lease], options);
  if (alone.done) return alone.leases;
  if (alone.fault !== undefined) {
    if (!options.onFault) throw alone.fault;
    options.onFault(alone.fault, lease.leaseNo);
  }
  return [];
}

async function attempt<S, E extends NewEvent>(
  store: EventStore,
  end: LeaseEnd<S, E>,
  candidates: readonly DueLease[],
  { blindMs, slackMs = SLACK_MS }: ExpireOptions,
): Promise<Attempt> {
  try {
    const heads = new Map<string, StreamHead<S>>();
    const load = async (lease: DueLease): Promise<void> => {
      heads.set(streamKey(lease), await store.load(streamOf(end, lease), end.fold));
    };
    await Promise.all([...new Map(candidates.map((lease) => [streamKey(lease), lease])).values()].map(load));
    const leaseNos = candidates.map(({ leaseNo }) => leaseNo);
    const { committed, result } = await store.transact(async (sql) => {
      const due = await lockDue(sql, leaseNos, slackMs, blindMs);
      if (due.length === 0) return { appends: [], result: due };
      const appends = byStream(due).map((leases) => appendOf(store, end, leases, heads.get(streamKey(leases[0])) as StreamHead<S>));
      await endDue(sql, due.map((lease) => lease.leaseNo));
      return { appends: appends.filter((append) => append.events.length > 0), result: due };
    });
    return committed ? { done: true, leases: result } : { done: false };
  } catch (fault) {
    if (fault instanceof StoreUnavailable || fault instanceof StoreOutcomeUnknown) throw fault;
    return { done: false, fault: fault instanceof Error ? fault : new Error('a lease could not be ended', { cause: fault }) };
  }
}

const streamKey = ({ tenantId, agentId }: DueLease): string => `${tenantId} ${agentId}`;

function streamOf({ fold }: { fold: { category: string } }, { tenantId, partition, agentId }: DueLease): StreamAddress {
  return { tenantId, partition, streamId: `${fold.category}-${agentId}` };
}

/** Several sessions of one agent are one append. */
function byStream(due: readonly DueLease[]): [DueLease, ...DueLease[]][] {
  const streams = new Map<string, [DueLease, ...DueLease[]]>();
  for (const lease of due) {
    const known = streams.get(streamKey(lease));
    if (known) known.push(lease);
    else streams.set(streamKey(lease), [lease]);
  }
  return [...streams.values()];
}

function appendOf<S, E extends NewEvent>(
  store: EventStore,
  end: LeaseEnd<S, E>,
  leases: readonly [DueLease, ...DueLease[]],
  head: StreamHead<S>,
): Append {
  const { fold, decide } = end;
  let state = head.state;
  const events: E[] = [];
  // In the order in which they became true.
  for (const lease of [...leases].sort((a, b) => a.deadline - b.deadline)) {
    const decided = decide(state, lease);
    state = foldNew(fold, state, head.version + events.length, decided, head.now);
    events.push(...decided);
  }
  const commandId = store.newId();
  return {
    stream: streamOf(end, leases[0]),
    expectedVersion: head.version,
    events,
    decidedAt: head.now,
    state,
    stateVersion: fold.stateVersion,
    actor: { kind: 'system', id: 'lease' },
    commandId,
    correlationId: commandId,
  };
}
