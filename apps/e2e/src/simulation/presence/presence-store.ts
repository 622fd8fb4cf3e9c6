import type { AppendOutcome, EventStore } from '#event-store';
import { StoreUnavailable } from '#event-store';
import type { Sql } from '#leases';
import type { CallFaults } from '../process.js';
import { STORE_ERRORS, type StoreHooks, wiredStore } from '../wired-store.js';
import type { Line } from './database.js';

/** What a role's transactions are prone to besides what befalls every call. */
export interface TransactionFaults {
  readonly commit: CallFaults;
  /** Called when everything is read, and nothing locked yet. */
  beforeLock?(): Promise<void>;
  /** Called when everything is decided and locked, and nothing committed yet. */
  beforeCommit?(): Promise<void>;
}

export interface PresenceStoreOptions extends TransactionFaults {
  readonly hooks: StoreHooks;
  /** The statements of a transaction, as planted bugs change them. */
  sql(right: Sql): Sql;
  /** The server had ended the transaction meanwhile. */
  onEnded(): void;
}

/** As PostgresEventStore: a deadlock is tried again that often. */
const RETRIES = 3;

/** The event store as one life reaches it, its transactions with row locks that last until the commit. */
export function presenceStore(line: Line, { hooks, commit, beforeLock, beforeCommit, sql, onEnded }: PresenceStoreOptions): EventStore {
  const { database, life } = line;
  const plain = wiredStore(line, database.store, hooks);
  return {
    ...plain,
    async transact(work) {
      for (let retries = 0; ; retries += 1) {
        try {
          return await once(work);
        } catch (error) {
          if ((error as { code?: string }).code !== '40P01' || retries === RETRIES) throw inWordsOfTheStore(error);
        }
      }
    },
  };

  async function once<T>(work: Parameters<typeof plain.transact<T>>[0]): ReturnType<typeof plain.transact<T>> {
    await beforeLock?.();
    const transaction = database.begin(life);
    try {
      const { appends, result } = await work(sql(line.sql(transaction.sql)) as never);
      await beforeCommit?.();
      const write = async (): Promise<AppendOutcome[]> => {
        if (transaction.isOver) {
          onEnded();
          throw STORE_ERRORS.refused();
        }
        const { outcomes, committed } = await database.store.transact(async () => ({ appends, result: null }));
        // In the step of the append: rows and events become visible together.
        database.end(transaction, committed);
        for (const { stream } of appends) await hooks.committed(stream.partition);
        return outcomes;
      };
      const outcomes = await line.call('commits', write, commit, STORE_ERRORS);
      appends.forEach(({ stream }, i) => {
        const outcome = outcomes[i];
        if (outcome?.kind === 'conflict') hooks.conflict();
        else if (outcome?.kind === 'appended' && outcome.position > 0) hooks.ring(stream.partition, outcome.position, [stream.streamId]);
      });
      return { result, outcomes, committed: outcomes.every(({ kind }) => kind === 'appended') };
    } finally {
      database.end(transaction, false);
    }
  }
}

/** As PostgresEventStore: a lost connection and a statement that took too long mean that nothing is stored. */
function inWordsOfTheStore(error: unknown): unknown {
  const { name, code } = error as { name?: string; code?: string };
  const unavailable = name === 'WireFault' || ['57P05', '57014', '25P02', '40P01'].includes(code ?? '');
  return unavailable ? new StoreUnavailable('simulated: away', { cause: error }) : error;
}
