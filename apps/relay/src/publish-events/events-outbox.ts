import { cloudEventOf } from '#contract';
import type { EventStore, StoredEvent } from '#event-store';
import { type Bell, factSubject, type OutboxMessage } from '#messaging';
import type { Outbox } from '../outbox.js';

const KIND = 'event';

/** The event log as an outbox: every event becomes one message under its own id, rung by whoever appended. */
export function eventsOutbox(store: Pick<EventStore, 'heads' | 'readPartition'>): Outbox {
  return {
    name: 'events',
    kind: KIND,
    feed: {
      heads: () => store.heads(),
      readAfter: async (partition, after, limit) => (await store.readPartition(partition, after, limit)).map(messageOf),
    },
    listen: (bus, ring) => bus.subscribe<Bell>('bell.*', ({ partition, position }) => ring(partition, position)),
  };
}

function messageOf(event: StoredEvent): OutboxMessage {
  const { partition, position, tenantId, type, recordedAt } = event;
  const subject = subjectOf({ partition, tenantId, type });
  return { partition, position, id: event.eventId, recordedAt, subject, body: JSON.stringify(cloudEventOf(event)) };
}

/** An id that cannot stand in a subject must not stop the partition: the target refuses this message, and it alone. */
function subjectOf(fact: { partition: number; tenantId: string; type: string }): string {
  try {
    return factSubject({ ...fact, kind: KIND });
  } catch {
    return '';
  }
}
