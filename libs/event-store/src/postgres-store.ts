import type { Pool, PoolClient, QueryArrayConfig } from 'pg';
import { type Pools, isConnectionLost, isUnavailable, withTenant } from '#database';
import { Batches } from './batches.js';
import { bellsOf } from './bells.js';
import type { Append, AppendOutcome, Instant, RecordedCommand, StoredEvent, StreamAddress, StreamFold, StreamHead } from './envelope.js';
import { StoreOutcomeUnknown, StoreUnavailable } from './errors.js';
import type { Bell, EventStore, LogTail, TenantQuery } from './event-store.js';
import { foldStored } from './fold-stream.js';
import { newId } from './new-id.js';
import { LOCK_RETRIES, PackWriter, borrow, isRetryable } from './pack-writer.js';
import { type EventRow, toStoredEvent } from './sql/event-row.js';
import { type CommandRow, findCommand, toRecordedCommand } from './sql/find-command.js';
import { type LookUp, type LookUpRow, lookUp } from './sql/look-up.js';
import { type HeadRow, readHeads } from './sql/read-heads.js';
import { readPartition } from './sql/read-partition.js';
import { readStream } from './sql/read-stream.js';
import { readTail, readTenant, type TailRow } from './sql/read-tenant.js';
import { type Upcasting, createUpcasting } from './upcast.js';

export interface PostgresEventStoreOptions {
  /** Called after a commit, before its callers learn of it; must not throw or wait. */
  readonly onCommitted?: (bells: readonly Bell[]) => void;
  readonly upcasting?: Upcasting;
  /** Packs on their way at once. */
  readonly lanes?: number;
}

/** Bigger packs gain nothing measurable and keep a bad append's neighbours waiting longer. */
const PACK = 512;
/** Up to that many appends share one commit whatever their partitions: what a pack costs before its first append outweighs the waiting. */
const SPREAD = 32;
/** While Postgres syncs one pack to the disk it works at the others. Each has partitions of its own, so none waits for another's partition heads. */
const LANES = 3;
/** Some 3 MB of waiting commands, or a second of work: who comes later is told at once (targets I14). */
const MAX_WAITING = 20_000;
/** Events read at a time when a state is folded anew. */
const FOLD_PAGE = 1_000;

/** What a look-up found: when, and nothing if there is neither stream nor command. */
interface Found {
  readonly now: Instant;
  readonly row: LookUpRow | undefined;
}

/** The log in Postgres (migration 1). Holds no connection of its own and nothing to close. */
export class PostgresEventStore implements EventStore {
  private readonly upcasting: Upcasting;
  private readonly writer: PackWriter;
  private readonly appends: Batches<Append, AppendOutcome>;
  private readonly lookUps: Batches<LookUp, Found>;
  private readonly ring: (appends: readonly Append[], outcomes: readonly (AppendOutcome | undefined)[]) => void;

  constructor(
    private readonly pools: Pools,
    options: PostgresEventStoreOptions = {},
  ) {
    this.upcasting = options.upcasting ?? createUpcasting();
    this.writer = new PackWriter(pools.engine, { newId, schemaVersion: (type) => this.upcasting.currentVersion(type) });
    const laneOf = ({ stream }: { readonly stream: StreamAddress }): number => stream.partition;
    const lanes = { size: PACK, spread: SPREAD, lanes: options.lanes ?? LANES, maxWaiting: MAX_WAITING, laneOf };
    this.appends = new Batches<Append, AppendOutcome>((appends) => this.writePack(appends), lanes);
    this.lookUps = new Batches<LookUp, Found>((items) => this.lookUp(items), lanes);
    this.ring = (appends, outcomes) => {
      const bells = bellsOf(appends, outcomes);
      if (bells.length > 0) options.onCommitted?.(bells);
    };
  }

  newId(): string {
    return newId();
  }

  async load<S>(stream: StreamAddress, fold: StreamFold<S>, commandId?: string): Promise<StreamHead<S>> {
    const { now, row } = await this.lookUps.add({ stream, commandId });
    const version = row?.[1] ?? 0;
    const state = version > 0 && row?.[3] === fold.stateVersion ? (row[2] as S) : await this.loadAt(stream, fold, version);
    const hash = row?.[4] ?? null;
    const recorded = row === undefined || hash === null ? null : toRecordedCommand([hash, row[5], row[6], row[7], row[8]]);
    return commandId === undefined ? { version, state, now } : { version, state, now, recorded };
  }

  async loadAt<S>(stream: StreamAddress, fold: StreamFold<S>, version: number): Promise<S> {
    let state = fold.initial;
    for (let reached = 0; reached < version; ) {
      const events = await this.readStream(stream, reached, Math.min(FOLD_PAGE, version - reached));
      if (events.length === 0) throw new RangeError(`Stream ${stream.streamId} ends at version ${reached}, before ${version}`);
      state = foldStored(fold, events, state);
      reached += events.length;
    }
    return state;
  }

  append(append: Append): Promise<AppendOutcome> {
    return this.appends.add(append);
  }

  async transact<T>(
    work: (sql: PoolClient) => Promise<{ appends: readonly Append[]; result: T }>,
  ): Promise<{ result: T; outcomes: AppendOutcome[]; committed: boolean }> {
    for (let retries = 0; ; retries += 1) {
      try {
        return await this.transactOnce(work);
      } catch (error) {
        if (!isRetryable(error)) throw error;
        if (retries === LOCK_RETRIES) throw new StoreUnavailable('The transaction met others again and again', { cause: error });
      }
    }
  }

  async findCommand(partition: number, tenantId: string, commandId: string): Promise<RecordedCommand | null> {
    const [row] = await this.rows<CommandRow>(this.pools.engine, findCommand(partition, tenantId, commandId));
    return row === undefined ? null : toRecordedCommand(row);
  }

  readPartition(partition: number, after: number, limit: number, upTo = Number.MAX_SAFE_INTEGER): Promise<StoredEvent[]> {
    return this.events(this.pools.engine, readPartition(partition, after, limit, upTo));
  }

  readStream(stream: StreamAddress, after = 0, limit = Number.MAX_SAFE_INTEGER, sql?: PoolClient): Promise<StoredEvent[]> {
    return this.events(sql ?? this.pools.engine, readStream(stream, after, limit));
  }

  async readTenant(partition: number, tenantId: string, query: TenantQuery, sql?: PoolClient): Promise<StoredEvent[]> {
    return this.asTenant(tenantId, sql, (client) => this.events(client, readTenant(partition, tenantId, query)));
  }

  async tailOf(partition: number, tenantId: string, after: number, atMost: number, sql?: PoolClient): Promise<LogTail> {
    const read = (client: PoolClient): Promise<TailRow[]> => this.rows<TailRow>(client, readTail(partition, tenantId, after, atMost));
    const [[count, earliest] = [0, null]] = await this.asTenant(tenantId, sql, read);
    return { count, earliest };
  }

  async heads(): Promise<Map<number, number>> {
    return new Map(await this.rows<HeadRow>(this.pools.engine, readHeads()));
  }

  private async writePack(appends: readonly Append[]): Promise<PromiseSettledResult<AppendOutcome>[]> {
    const results = await this.writer.write(appends);
    this.ring(appends, results.map((result) => (result.status === 'fulfilled' ? result.value : undefined)));
    return results;
  }

  private async lookUp(items: readonly LookUp[]): Promise<PromiseSettledResult<Found>[]> {
    const byItem = new Array<LookUpRow | undefined>(items.length + 1);
    for (const row of await this.rows<LookUpRow>(this.pools.engine, lookUp(items))) byItem[row[0]] = row;
    const now = byItem[0]?.[8] ?? 0;
    return items.map((_, index) => ({ status: 'fulfilled', value: { now, row: byItem[index + 1] } }));
  }

  private async transactOnce<T>(
    work: (sql: PoolClient) => Promise<{ appends: readonly Append[]; result: T }>,
  ): Promise<{ result: T; outcomes: AppendOutcome[]; committed: boolean }> {
    const client = await borrow(this.pools.engine);
    let lost: Error | undefined;
    let committing = false;
    try {
      await client.query('BEGIN ISOLATION LEVEL READ COMMITTED');
      const { appends, result } = await work(client);
      const outcomes = appends.length > 0 ? await this.writer.writeWithin(client, appends) : [];
      if (outcomes.some((outcome) => outcome.kind !== 'appended')) {
        await client.query('ROLLBACK');
        return { result, outcomes, committed: false };
      }
      committing = true;
      const { command } = await client.query('COMMIT');
      committing = false;
      // Postgres answers COMMIT of a failed transaction with ROLLBACK and no error.
      if (command !== 'COMMIT') throw new Error('The transaction was rolled back because one of its statements had failed');
      this.ring(appends, outcomes);
      return { result, outcomes, committed: true };
    } catch (error) {
      if (isConnectionLost(error)) {
        lost = error as Error;
        if (committing) throw new StoreOutcomeUnknown('The connection broke during the commit', { cause: error });
        throw new StoreUnavailable('The connection broke', { cause: error });
      }
      await client.query('ROLLBACK').catch((rollback: unknown) => {
        lost = rollback as Error;
      });
      if (!isRetryable(error) && isUnavailable(error)) throw new StoreUnavailable('The event store cannot write now', { cause: error });
      throw error;
    } finally {
      client.release(lost);
    }
  }

  /** Read by somebody of that tenant: row-level security stands behind the WHERE clause. */
  private asTenant<T>(tenantId: string, sql: PoolClient | undefined, read: (sql: PoolClient) => Promise<T>): Promise<T> {
    return sql ? read(sql) : available(withTenant(this.pools, tenantId, read));
  }

  private async events(sql: Pool | PoolClient, query: QueryArrayConfig): Promise<StoredEvent[]> {
    return (await this.rows<EventRow>(sql, query)).map((row) => toStoredEvent(row, this.upcasting));
  }

  private async rows<Row extends unknown[]>(sql: Pool | PoolClient, query: QueryArrayConfig): Promise<Row[]> {
    return (await available((sql as Pool).query<Row>(query))).rows;
  }
}

/** @throws StoreUnavailable instead of what says the same */
async function available<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof StoreUnavailable || !isUnavailable(error)) throw error;
    throw new StoreUnavailable('The event store cannot be read now', { cause: error });
  }
}
