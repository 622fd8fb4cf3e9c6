import type { PoolClient } from 'pg';
import { type Span, spanned, type SpanAttributes, type Tracing } from '#observability';
import type { Append, AppendOutcome, StreamFold, StreamHead } from './envelope.js';
import type { EventStore } from './event-store.js';

const POSTGRES = { 'db.system.name': 'postgresql' };

/** Pairs of the id of a command and the trace it is recorded in. */
type Tell = (hints: readonly (readonly [commandId: string, traceParent: string])[]) => void;

/**
 * A store that tells traces of loads and appends, and `tell` of the trace that a command belongs to, before the commit. Loads and appends
 * that wait at the same moment share a statement, so each trace sees its own wait for it.
 */
export function tracedStore(store: EventStore, tracing: Tracing, tell: Tell): EventStore {
  const tellOf = (appends: readonly Append[], span: Span): void => {
    if (span.recorded) tell(appends.map((append) => [commandIdOf(append), span.traceParent]));
  };
  // A batch belongs to all who wait for it: nobody's span is the active one in there.
  const apart = <T>(work: () => Promise<T>): Promise<T> => tracing.within(null, work);
  return {
    newId: () => store.newId(),
    load: <S>(stream: Append['stream'], fold: StreamFold<S>, commandId?: string): Promise<StreamHead<S>> => {
      const load = (): Promise<StreamHead<S>> => apart(() => store.load(stream, fold, commandId));
      if (tracing.active() === undefined) return load();
      return spanned(tracing, 'store.look_up', { kind: 'client', attributes: { ...POSTGRES, 'ampel.stream.kind': fold.category } }, load);
    },
    append: (append) =>
      spanned(tracing, 'store.append', { kind: 'client', attributes: { ...POSTGRES, ...about(append) } }, async (span) => {
        tellOf([append], span);
        const outcome = await apart(() => store.append(append));
        span.set(became(outcome));
        return outcome;
      }),
    transact: <T>(work: (sql: PoolClient) => Promise<{ appends: readonly Append[]; result: T }>) =>
      spanned(tracing, 'store.transact', { kind: 'client', attributes: POSTGRES }, (span) =>
        tracing.within(span, () =>
          store.transact(async (sql) => {
            const done = await work(sql);
            const [first] = done.appends;
            if (first !== undefined) span.set(about(first));
            tellOf(done.appends, span);
            return done;
          }),
        ),
      ),
    loadAt: (stream, fold, version) => store.loadAt(stream, fold, version),
    findCommand: (partition, tenantId, commandId) => store.findCommand(partition, tenantId, commandId),
    readPartition: (partition, after, limit, upTo) => store.readPartition(partition, after, limit, upTo),
    readStream: (stream, after, limit, sql) => store.readStream(stream, after, limit, sql),
    readTenant: (partition, tenantId, query, sql) => store.readTenant(partition, tenantId, query, sql),
    tailOf: (partition, tenantId, after, atMost, sql) => store.tailOf(partition, tenantId, after, atMost, sql),
    heads: () => store.heads(),
  };
}

/** The id that the events carry. */
function commandIdOf({ idempotency, commandId }: Append): string {
  return idempotency?.commandId ?? commandId;
}

function about(append: Append): SpanAttributes {
  const { stream, correlationId, events } = append;
  return {
    'ampel.tenant.id': stream.tenantId,
    'ampel.partition': stream.partition,
    'ampel.stream.id': stream.streamId,
    'ampel.command.id': commandIdOf(append),
    'ampel.correlation.id': correlationId,
    'ampel.events': events.map(({ type }) => type).join(','),
  };
}

function became(outcome: AppendOutcome): SpanAttributes {
  const { kind } = outcome;
  return kind === 'appended' ? { 'ampel.outcome': kind, 'ampel.position': outcome.position } : { 'ampel.outcome': kind };
}
