import { cloudEventOf } from '#contract';
import type { EventStore, StoredEvent } from '#event-store';
import { type Bell, factSubject, type OutboxMessage, type TraceHints } from '#messaging';
import type { Outbox } from '../outbox.js';

const KIND = 'event';

/** The event log as an outbox: every event becomes one message under its own id, rung by whoever appended. `traces`: what is known of traces. */
export function eventsOutbox(store: Pick<EventStore, 'heads' | 'readPartition'>, traces?: Pick<TraceHints, 'of'>): Outbox {
  return {
    name: 'events',
    kind: KIND,
    feed: {
      heads: () => store.heads(),
      readAfter: async (partition, after, limit) => {
        const events = await store.readPartition(partition, after, limit);
        return events.map((event) => messageOf(event, traces?.of(event.commandId)));
      },
    },
    listen: (bus, ring) => bus.subscribe<Bell>('bell.*', ({ partition, position }) => ring(partition, position)),
  };
}

function messageOf(event: StoredEvent, traceParent: string | undefined): OutboxMessage {
  const { partition, position, tenantId, type, recordedAt } = event;
  const subject = subjectOf({ partition, tenantId, type });
  const message = cloudEventOf(traceParent === undefined ? event : { ...event, traceParent });
  return { partition, position, id: event.eventId, recordedAt, subject, body: JSON.stringify(message), traceParent };
}

/** An id that cannot stand in a subject must not stop the partition: the target refuses this message, and it alone. */
function subjectOf(fact: { partition: number; tenantId: string; type: string }): string {
  try {
    return factSubject({ ...fact, kind: KIND });
  } catch {
    return '';
  }
}
