import type { StoredEvent } from '#event-store';
import type { TraceHint, TraceHints } from '#messaging';
import type { Span, Tracing } from '#observability';
import type { ProjectionPorts } from './project-partition.js';

/** A range that is being folded. */
interface Fold {
  readonly began: number;
  readonly events: readonly StoredEvent[];
  /** By the trace context they stand under. */
  spans: ReadonlyMap<string, Span>;
}

/**
 * The ports of the projection, telling each trace whose events are in a range of the fold: from reading the events to the commit of what
 * follows from them. `tell` passes the trace of every shown change on.
 */
export function tracedFolds(ports: ProjectionPorts, tracing: Tracing, traces: Pick<TraceHints, 'of'>, tell: (hints: readonly TraceHint[]) => void): ProjectionPorts {
  const folds = new Map<number, Fold>(); // of each partition one at a time
  const end = (partition: number, error?: unknown): void => {
    for (const span of folds.get(partition)?.spans.values() ?? []) span.end(error);
    folds.delete(partition);
  };
  return {
    ...ports,
    readEvents: async (partition, after, limit) => {
      const began = Date.now();
      const events = await ports.readEvents(partition, after, limit);
      folds.set(partition, { began, events, spans: new Map() });
      return events;
    },
    write: async (projection) => {
      const { partition, from, to, shown } = projection;
      const fold = folds.get(partition);
      if (!fold) return ports.write(projection);
      const { began, events } = fold;
      const parents = new Set(events.flatMap(({ commandId }) => traces.of(commandId) ?? []));
      const attributes = { 'ampel.partition': partition, 'ampel.from': from, 'ampel.to': to, 'ampel.events': events.length };
      const begin = (parent: string): Span => tracing.start('fold boxes', { kind: 'consumer', parent, startedAt: began, attributes });
      fold.spans = new Map([...parents].map((parent) => [parent, begin(parent)]));
      // Before the commit: whoever reads the shown log finds the trace already told.
      const spanOf = (eventId: string): Span | undefined => {
        const cause = events.find((event) => event.eventId === eventId);
        return cause && fold.spans.get(traces.of(cause.commandId) ?? '');
      };
      if (parents.size > 0) {
        tell(shown.flatMap(({ eventId, cause }) => [spanOf(cause.eventId)].flatMap((span): TraceHint[] => (span ? [[eventId, span.traceParent]] : []))));
      }
      try {
        const won = await ports.write(projection);
        end(partition);
        return won;
      } catch (error) {
        end(partition, error);
        throw error;
      }
    },
  };
}
