import type { PoolClient } from 'pg';
import type {
  Actor, Append, AppendOutcome, Idempotency, Instant, NewEvent, RecordedCommand, ResultIds, StreamAddress, StreamFold,
} from './envelope.js';
import { ConflictError, IdempotencyKeyReused, StoreOutcomeUnknown, StoreUnavailable } from './errors.js';
import type { EventStore } from './event-store.js';
import { foldNew } from './fold-stream.js';
import { KeyedQueue } from './keyed-queue.js';

/** One wish concerning one stream. */
export interface Command<S, E extends NewEvent = NewEvent> {
  readonly stream: StreamAddress;
  readonly fold: StreamFold<S, E>;
  /** Reads what the decision needs beside the state; called after the state was loaded, and anew whenever it is loaded again. */
  prepare?(): Promise<void>;
  /** Pure. Gives what happens, [] = the wish is already true; throws a refusal, and then nothing is stored. */
  decide(state: S, now: Instant, version: number): readonly E[];
  readonly actor: Actor;
  readonly correlationId?: string;
  readonly causationId?: string;
  readonly idempotency?: Idempotency;
  /** Ids that the answer needs and that cannot be found again from the state; kept in the command log. */
  readonly result?: ResultIds | ((state: S) => ResultIds);
  /**
   * Other statements of the same transaction (directory, leases), before the append; also run when nothing happens. With it the
   * command has a transaction of its own instead of a place in the pack. May run again; must not wait for another command of this stream.
   */
  within?(sql: PoolClient, decided: { readonly events: readonly E[]; readonly state: S; readonly now: Instant }): Promise<void>;
}

/** What became of a command. */
export type Handled<S> =
  | {
      readonly repeated: false;
      /** State and version after the command. */
      readonly state: S;
      readonly version: number;
      /** How many events were stored; 0 = the wish was true already. */
      readonly events: number;
      /** Postgres's clock at the decision, ms. */
      readonly now: Instant;
      /** When the events became known, ms; null without events. */
      readonly recordedAt: Instant | null;
      /** Position of the last event in its partition; null without events. */
      readonly position: number | null;
    }
  | {
      /** The same command came before: state and version right after that first time. */
      readonly repeated: true;
      readonly state: S;
      readonly version: number;
      readonly recorded: RecordedCommand;
    };

/** Reading and deciding anew, when somebody else wrote in between, before the caller is told. */
const CONFLICT_RETRIES = 3;

/** What became of a command, for whoever counts. `refused`: a rule said no; `away`: the store could not be asked, or did not answer. */
export type CommandOutcome = 'appended' | 'nothing-new' | 'repeated' | 'refused' | 'conflict' | 'away';

const observers = new WeakMap<EventStore, (outcome: CommandOutcome, seconds: number) => void>();

/** Has `told` hear of every command that is handled on a store; it must not throw. */
export function observeCommands(store: EventStore, told: (outcome: CommandOutcome, seconds: number) => void): void {
  observers.set(store, told);
}

/** Commands of one stream in one process wait for each other instead of running into conflicts. */
const queues = new WeakMap<EventStore, KeyedQueue>();

/**
 * The only way slices write events.
 * @throws what `decide` and `within` throw (refusals); ConflictError; IdempotencyKeyReused; StoreUnavailable; StoreOutcomeUnknown
 */
export function handleCommand<S, E extends NewEvent>(store: EventStore, command: Command<S, E>): Promise<Handled<S>> {
  let queue = queues.get(store);
  if (queue === undefined) queues.set(store, (queue = new KeyedQueue()));
  const { partition, tenantId, streamId } = command.stream;
  const told = observers.get(store);
  const handled = queue.run(`${String(partition)} ${tenantId} ${streamId}`, () => attempt(store, command));
  return told === undefined ? handled : observed(handled, told);
}

async function observed<S>(handled: Promise<Handled<S>>, told: (outcome: CommandOutcome, seconds: number) => void): Promise<Handled<S>> {
  const began = performance.now();
  const tell = (outcome: CommandOutcome): void => told(outcome, (performance.now() - began) / 1000);
  try {
    const result = await handled;
    tell(result.repeated ? 'repeated' : result.events > 0 ? 'appended' : 'nothing-new');
    return result;
  } catch (error) {
    const isAway = error instanceof StoreUnavailable || error instanceof StoreOutcomeUnknown;
    tell(isAway ? 'away' : error instanceof ConflictError ? 'conflict' : 'refused');
    throw error;
  }
}

async function attempt<S, E extends NewEvent>(store: EventStore, command: Command<S, E>): Promise<Handled<S>> {
  const { stream, fold, idempotency } = command;
  for (let retries = 0; ; retries += 1) {
    // 1 Load: the state and, of the same snapshot, whether the command is known.
    const head = await store.load(stream, fold, idempotency?.commandId);
    if (head.recorded) return repeat(store, command, head.recorded);

    let events: readonly E[];
    let state: S;
    let outcome: AppendOutcome | null;
    try {
      // 2 Decide (pure).
      await command.prepare?.();
      events = command.decide(head.state, head.now, head.version);
      state = foldNew(fold, head.state, head.version, events, head.now);
      // 3 Append.
      outcome = await append(store, command, { version: head.version, now: head.now, events, state });
    } catch (error) {
      // A twin of this command may have been carried out since the load and be the reason of the refusal;
      // or the outcome was unknown, and it was a success.
      const twin = await findTwin(store, command, error);
      if (twin) return repeat(store, command, twin);
      throw error;
    }

    if (outcome?.kind === 'duplicate') return repeat(store, command, outcome.recorded);
    if (outcome?.kind === 'conflict') {
      if (retries === CONFLICT_RETRIES) throw new ConflictError(stream, head.version, outcome.version);
      continue;
    }
    const stored = events.length > 0 && outcome !== null ? outcome : null;
    return {
      repeated: false,
      state,
      version: head.version + events.length,
      events: events.length,
      now: head.now,
      recordedAt: stored?.recordedAt ?? null,
      position: stored?.position ?? null,
    };
  }
}

interface Decided<S, E> {
  readonly version: number;
  readonly now: Instant;
  readonly events: readonly E[];
  readonly state: S;
}

/** null = there was nothing to store and nothing to remember. */
async function append<S, E extends NewEvent>(
  store: EventStore,
  command: Command<S, E>,
  decided: Decided<S, E>,
): Promise<AppendOutcome | null> {
  const { within, idempotency } = command;
  const appends = decided.events.length > 0 || idempotency !== undefined ? [toAppend(store, command, decided)] : [];
  if (within !== undefined) {
    const { outcomes } = await store.transact(async (sql) => {
      await within.call(command, sql, decided);
      return { appends, result: undefined };
    });
    return outcomes[0] ?? null;
  }
  return appends[0] === undefined ? null : store.append(appends[0]);
}

function toAppend<S, E extends NewEvent>(store: EventStore, command: Command<S, E>, decided: Decided<S, E>): Append {
  const { idempotency, result } = command;
  const commandId = idempotency?.commandId ?? store.newId();
  const ids = typeof result === 'function' ? result(decided.state) : result;
  return {
    stream: command.stream,
    expectedVersion: decided.version,
    events: decided.events,
    decidedAt: decided.now,
    state: decided.state,
    stateVersion: command.fold.stateVersion,
    actor: command.actor,
    commandId,
    correlationId: command.correlationId ?? commandId,
    ...(command.causationId === undefined ? {} : { causationId: command.causationId }),
    ...(idempotency === undefined ? {} : { idempotency: ids === undefined ? idempotency : { ...idempotency, result: ids } }),
  };
}

async function findTwin<S, E extends NewEvent>(store: EventStore, command: Command<S, E>, error: unknown): Promise<RecordedCommand | null> {
  if (command.idempotency === undefined || error instanceof StoreUnavailable) return null;
  const { partition, tenantId } = command.stream;
  // If the store is away now, the first error is the one to tell.
  return store.findCommand(partition, tenantId, command.idempotency.commandId).catch(() => null);
}

/** The first answer again: the state right after the first one, on the stream that the first one wrote to. */
async function repeat<S, E extends NewEvent>(store: EventStore, command: Command<S, E>, recorded: RecordedCommand): Promise<Handled<S>> {
  if (recorded.requestHash !== command.idempotency?.requestHash) throw new IdempotencyKeyReused(command.idempotency?.commandId ?? '');
  const stream = { ...command.stream, streamId: recorded.streamId };
  const state = await store.loadAt(stream, command.fold, recorded.version).catch((cause: unknown) => {
    // "Unavailable" would say that nothing of the command is stored.
    throw cause instanceof StoreUnavailable ? new StoreOutcomeUnknown('The first answer cannot be read now', { cause }) : cause;
  });
  return { repeated: true, state, version: recorded.version, recorded };
}
