import type { PoolClient } from 'pg';
import { bellsOf } from './bells.js';
import type { Append, AppendOutcome, Instant, RecordedCommand, StoredEvent, StreamAddress, StreamFold, StreamHead } from './envelope.js';
import { StoreOutcomeUnknown, StoreUnavailable } from './errors.js';
import type { Bell, EventStore, LogTail, TenantQuery } from './event-store.js';
import { foldStored } from './fold-stream.js';
import { MemoryLog, commandKey, streamKey } from './memory-log.js';
import { type Upcasting, createUpcasting } from './upcast.js';

/**
 * What goes wrong with a commit. `unavailable`: nothing is stored and the caller knows; `lost-before-commit` and
 * `lost-after-commit`: the caller learns only that the outcome is unknown.
 */
export type CommitFault = 'none' | 'unavailable' | 'lost-before-commit' | 'lost-after-commit';

export interface MemoryStoreOptions {
  readonly onCommitted?: (bells: readonly Bell[]) => void;
  readonly upcasting?: Upcasting;
  /** Asked once per append and once per transaction. */
  readonly fault?: (appends: readonly Append[]) => CommitFault;
  /** Waited for before anything is read and before every commit; by default one turn of the microtask queue. */
  readonly delay?: (of: 'read' | 'commit') => Promise<void>;
}

/**
 * An event store in memory with the promises of the one in Postgres, for unit tests and the simulation. Deterministic: ids come
 * from a counter, time from the clock given, waiting from `delay`. `transact` passes a client that cannot be queried.
 */
export function createMemoryStore(clock: { now(): Instant }, options: MemoryStoreOptions = {}): MemoryStore {
  return new MemoryStore(clock, options);
}

export class MemoryStore implements EventStore {
  private readonly upcasting: Upcasting;

  constructor(
    private readonly clock: { now(): Instant },
    private readonly options: MemoryStoreOptions,
    private readonly log = new MemoryLog(),
  ) {
    this.upcasting = options.upcasting ?? createUpcasting();
  }

  /** Another store on the same log, as a second process has it: with faults, delays and bells of its own. */
  sharing(options: MemoryStoreOptions): MemoryStore {
    return new MemoryStore(this.clock, options, this.log);
  }

  newId(): string {
    return this.log.newId();
  }

  async load<S>(stream: StreamAddress, fold: StreamFold<S>, commandId?: string): Promise<StreamHead<S>> {
    await this.pause('read');
    const kept = this.log.heads.get(streamKey(stream));
    const version = kept?.version ?? 0;
    const state = kept?.stateVersion === fold.stateVersion ? (JSON.parse(kept.state) as S) : this.foldUpTo(stream, fold, version);
    const head = { version, state, now: this.clock.now() };
    if (commandId === undefined) return head;
    return { ...head, recorded: this.log.commands.get(commandKey(stream.partition, stream.tenantId, commandId)) ?? null };
  }

  async loadAt<S>(stream: StreamAddress, fold: StreamFold<S>, version: number): Promise<S> {
    await this.pause('read');
    return this.foldUpTo(stream, fold, version);
  }

  async append(append: Append): Promise<AppendOutcome> {
    const [outcome] = await this.commit([append], false);
    return outcome as AppendOutcome;
  }

  async transact<T>(
    work: (sql: PoolClient) => Promise<{ appends: readonly Append[]; result: T }>,
  ): Promise<{ result: T; outcomes: AppendOutcome[]; committed: boolean }> {
    const { appends, result } = await work(noClient);
    const outcomes = await this.commit(appends, true);
    return { result, outcomes, committed: outcomes.every((outcome) => outcome.kind === 'appended') };
  }

  async findCommand(partition: number, tenantId: string, commandId: string): Promise<RecordedCommand | null> {
    await this.pause('read');
    return this.log.commands.get(commandKey(partition, tenantId, commandId)) ?? null;
  }

  async readPartition(partition: number, after: number, limit: number, upTo = Number.MAX_SAFE_INTEGER): Promise<StoredEvent[]> {
    await this.pause('read');
    const events = this.log.partitions.get(partition) ?? [];
    return this.lifted(events.slice(after, Math.min(after + limit, upTo)));
  }

  async readStream(stream: StreamAddress, after = 0, limit = Number.MAX_SAFE_INTEGER): Promise<StoredEvent[]> {
    await this.pause('read');
    return this.eventsOf(stream, after, limit);
  }

  async readTenant(partition: number, tenantId: string, query: TenantQuery): Promise<StoredEvent[]> {
    await this.pause('read');
    const wanted = (this.log.partitions.get(partition) ?? []).filter(
      (event) =>
        event.tenantId === tenantId &&
        event.position > query.after &&
        event.position <= (query.upTo ?? Infinity) &&
        (query.types?.includes(event.type) ?? true) &&
        (query.streamId === undefined || query.streamId === event.streamId),
    );
    return this.lifted(wanted.slice(0, query.limit));
  }

  async tailOf(partition: number, tenantId: string, after: number, atMost: number): Promise<LogTail> {
    const tail = await this.readTenant(partition, tenantId, { after, limit: atMost });
    return { count: tail.length, earliest: tail.length === 0 ? null : Math.min(...tail.map(({ effectiveAt }) => effectiveAt)) };
  }

  async heads(): Promise<Map<number, number>> {
    await this.pause('read');
    return new Map([...this.log.partitions].sort(([a], [b]) => a - b).map(([partition, events]) => [partition, events.length]));
  }

  private async commit(appends: readonly Append[], whole: boolean): Promise<AppendOutcome[]> {
    await this.pause('commit');
    const fault = this.options.fault?.(appends) ?? 'none';
    if (fault === 'unavailable') throw new StoreUnavailable('The event store cannot be reached');
    if (fault === 'lost-before-commit') throw new StoreOutcomeUnknown('The connection broke during the commit');
    const outcomes = this.log.append(appends, whole, this.clock.now(), (type) => this.upcasting.currentVersion(type));
    if (fault === 'lost-after-commit') throw new StoreOutcomeUnknown('The connection broke during the commit');
    const committed = !whole || outcomes.every((outcome) => outcome.kind === 'appended');
    const bells = committed ? bellsOf(appends, outcomes) : [];
    if (bells.length > 0) this.options.onCommitted?.(bells);
    return outcomes;
  }

  private foldUpTo<S>(stream: StreamAddress, fold: StreamFold<S>, version: number): S {
    const events = this.eventsOf(stream, 0, version);
    if (events.length < version) throw new RangeError(`Stream ${stream.streamId} ends at version ${events.length}, before ${version}`);
    return foldStored(fold, events);
  }

  private eventsOf(stream: StreamAddress, after: number, limit: number): StoredEvent[] {
    const key = streamKey(stream);
    const events = (this.log.partitions.get(stream.partition) ?? []).filter((event) => streamKey(event) === key);
    return this.lifted(events.slice(after, after + limit));
  }

  private lifted(events: readonly StoredEvent[]): StoredEvent[] {
    return events.map((event) => {
      const { data, version } = this.upcasting.lift(event.type, event.schemaVersion, structuredClone(event.data));
      return { ...event, data, schemaVersion: version };
    });
  }

  private pause(of: 'read' | 'commit'): Promise<void> {
    return this.options.delay?.(of) ?? Promise.resolve();
  }
}

/** There is no database behind it: whoever asks one in the simulation is told. */
const noClient = new Proxy({} as PoolClient, {
  get: (_target, property) => {
    throw new Error(`The event store in memory has no SQL client (asked for "${String(property)}")`);
  },
});
