import type { Append, AppendOutcome, EventStore, StreamAddress, StreamFold, TenantQuery } from '#event-store';
import { StoreOutcomeUnknown, StoreUnavailable } from '#event-store';
import type { CallErrors, CallFaults, Life } from './process.js';

const READ: CallFaults = { refused: 'store call refused' };
const WRITE: CallFaults = {
  refused: 'store call refused',
  unknown: 'append outcome unknown',
  crashBefore: 'crash before commit',
  crashAfter: 'crash after commit',
};
export const STORE_ERRORS: CallErrors = {
  refused: () => new StoreUnavailable('simulated: away'),
  unknown: () => new StoreOutcomeUnknown('simulated: the connection broke during the commit'),
};

export interface StoreHooks {
  /** Told in the step of everything that may have written to a partition. */
  committed(partition: number): Promise<void>;
  /** The doorbell: rung by the process itself when it learns that its append is committed. */
  ring(partition: number, position: number, streamIds: readonly string[]): void;
  conflict(): void;
}

/** The event store as one life of a process reaches it: every call goes over the wire. */
export function wiredStore(life: Pick<Life, 'call'>, store: EventStore, { committed, ring, conflict }: StoreHooks): EventStore {
  const rung = ({ partition, streamId }: StreamAddress, outcome: AppendOutcome | undefined): void => {
    if (outcome?.kind === 'appended' && outcome.position > 0) ring(partition, outcome.position, [streamId]);
    if (outcome?.kind === 'conflict') conflict();
  };
  const read = <T>(what: string, effect: () => Promise<T>): Promise<T> => life.call(what, effect, READ, STORE_ERRORS);
  return {
    newId: () => store.newId(),
    load: <S>(stream: StreamAddress, fold: StreamFold<S>, commandId?: string) => read('loads', () => store.load(stream, fold, commandId)),
    loadAt: <S>(stream: StreamAddress, fold: StreamFold<S>, version: number) =>
      read('loads as of', () => store.loadAt(stream, fold, version)),
    async append(append) {
      const outcome = await life.call('appends', () => appendNow(append), { ...WRITE, twice: 'append twice under way' }, STORE_ERRORS);
      rung(append.stream, outcome);
      return outcome;
    },
    async transact(work) {
      let streams: StreamAddress[] = [];
      const transaction = async (): ReturnType<typeof store.transact<Awaited<ReturnType<typeof work>>['result']>> => {
        const done = await store.transact(async (sql) => {
          const asked = await work(sql);
          streams = asked.appends.map(({ stream }) => stream);
          return asked;
        });
        for (const { partition } of streams) await committed(partition);
        return done;
      };
      const done = await life.call('transacts', transaction, WRITE, STORE_ERRORS);
      streams.forEach((stream, i) => rung(stream, done.outcomes[i]));
      return done;
    },
    findCommand: (partition, tenantId, commandId) => read('finds a command', () => store.findCommand(partition, tenantId, commandId)),
    readPartition: (partition, after, limit, upTo) => read('reads the feed', () => store.readPartition(partition, after, limit, upTo)),
    readStream: (stream, after, limit) => read('reads a stream', () => store.readStream(stream, after, limit)),
    readTenant: (partition, tenantId, query: TenantQuery) => read('reads a tenant', () => store.readTenant(partition, tenantId, query)),
    tailOf: (partition, tenantId, after, atMost) => read('looks at a tail', () => store.tailOf(partition, tenantId, after, atMost)),
    heads: () => read('reads the heads', () => store.heads()),
  };

  async function appendNow(append: Append): Promise<AppendOutcome> {
    const outcome = await store.append(append);
    await committed(append.stream.partition);
    return outcome;
  }
}
