import type { RelayTarget } from '#messaging';
import type { Tracing } from '#observability';

/**
 * What is published becomes a span of the trace it belongs to. The header `traceparent` of a message then names this span, for who takes it
 * from here; the attribute in its body keeps naming the one that recorded the fact (CloudEvents, distributed tracing extension).
 */
export function tracedTarget(target: RelayTarget, tracing: Tracing): RelayTarget {
  return {
    streamState: () => target.streamState(),
    declareStream: () => target.declareStream(),
    lastPublished: (partition) => target.lastPublished(partition),
    publish: (message, settled) => {
      const { traceParent: parent, subject, id, partition, position } = message;
      if (parent === undefined) return target.publish(message, settled);
      const attributes = {
        'messaging.system': 'nats',
        'messaging.operation.type': 'send',
        'messaging.destination.name': subject,
        'messaging.message.id': id,
        'ampel.partition': partition,
        'ampel.position': position,
      };
      const span = tracing.start(`publish ${subject.split('.').slice(-2).join('.')}`, { kind: 'producer', parent, attributes });
      // Handed over in this very tick, as the relay's order demands.
      const published = target.publish({ ...message, traceParent: span.traceParent }, settled);
      published.then(
        () => span.end(),
        (error: unknown) => span.end(error),
      );
      return published;
    },
  };
}
