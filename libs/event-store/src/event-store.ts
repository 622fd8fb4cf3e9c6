import type { PoolClient } from 'pg';
import type { Append, AppendOutcome, Instant, RecordedCommand, StoredEvent, StreamAddress, StreamFold, StreamHead } from './envelope.js';

/** Injection token of the process's `EventStore`. */
export const EVENT_STORE = Symbol('EVENT_STORE');

/** What was committed to one partition: rung to whoever reads the feed. */
export interface Bell {
  readonly partition: number;
  /** The partition reached this position at least. */
  readonly position: number;
  /** Ids of the streams written to. */
  readonly streams: string[];
}

/** A tenant's log as GET /events asks for it. */
export interface TenantQuery {
  /** Position after which to begin; 0 = from the start. */
  readonly after: number;
  readonly limit: number;
  /** Position to read up to, that one included; without it, to the end. */
  readonly upTo?: number;
  /** Only events of these types. */
  readonly types?: readonly string[];
  /** Only events of this stream. */
  readonly streamId?: string;
}

/** What a tenant's log has behind a position, as far as it was looked at. */
export interface LogTail {
  /** How many events; as many as were to be looked at: there may be more. */
  readonly count: number;
  /** The lowest effectiveAt among them; null: there are none. */
  readonly earliest: Instant | null;
}

/**
 * The log. Implemented on Postgres (`PostgresEventStore`) and in memory (`createMemoryStore`); one suite holds both to the same
 * promises (event-store.features.ts). All methods reject with StoreUnavailable while the store is away.
 */
export interface EventStore {
  /** A new id (uuid v7 text; in memory a counter in its form). */
  newId(): string;
  /**
   * A stream's state and version, in one row; a state of another stateVersion is folded anew from the events. Loads that wait
   * at the same moment go as one statement. With `commandId` the head also says, of the same snapshot, whether that command
   * was carried out before.
   */
  load<S>(stream: StreamAddress, fold: StreamFold<S>, commandId?: string): Promise<StreamHead<S>>;
  /** The state of the stream at a version: the fold of its events 1..version. */
  loadAt<S>(stream: StreamAddress, fold: StreamFold<S>, version: number): Promise<S>;
  /**
   * Group commit: appends that wait are packed across partitions. Resolves after the commit, then the bell rings.
   * @throws StoreUnavailable, StoreOutcomeUnknown, StoreRejected; a conflict or a duplicate is an outcome, not an error
   */
  append(append: Append): Promise<AppendOutcome>;
  /**
   * Several appends and other statements in one transaction. `work` gets a client that sees all tenants' rows; what it returns
   * is appended LAST (partition heads are locked last). All or nothing: a conflict or duplicate of any append rolls everything
   * back (`committed: false`). `work` may run again after a deadlock. It must not call this store's own `append`.
   * @throws what `work` throws; otherwise as `append`
   */
  transact<T>(
    work: (sql: PoolClient) => Promise<{ appends: readonly Append[]; result: T }>,
  ): Promise<{ result: T; outcomes: AppendOutcome[]; committed: boolean }>;
  /** What the command log keeps of a command; null if it was never carried out. */
  findCommand(partition: number, tenantId: string, commandId: string): Promise<RecordedCommand | null>;
  /** The feed: events of a partition with position in (after, upTo], ascending, at most `limit`. */
  readPartition(partition: number, after: number, limit: number, upTo?: number): Promise<StoredEvent[]>;
  /** Events of a stream with version in (after, after + limit], ascending. `sql`: read by a transaction that is open already. */
  readStream(stream: StreamAddress, after?: number, limit?: number, sql?: PoolClient): Promise<StoredEvent[]>;
  /** A tenant's log in order of positions. `sql`: as `readStream`. */
  readTenant(partition: number, tenantId: string, query: TenantQuery, sql?: PoolClient): Promise<StoredEvent[]>;
  /** What a tenant's log has behind a position, without reading it out; looks at `atMost` events. `sql`: as `readStream`. */
  tailOf(partition: number, tenantId: string, after: number, atMost: number, sql?: PoolClient): Promise<LogTail>;
  /** Position of every partition that has events. */
  heads(): Promise<Map<number, number>>;
}
