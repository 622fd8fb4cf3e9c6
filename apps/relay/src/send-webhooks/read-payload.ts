import type { Pool } from 'pg';
import { type CloudEvent, cloudEventOf, siteStatusChangedOf } from '#contract';
import type { EventStore } from '#event-store';
import { readShown } from '#read-model';
import type { DueDelivery } from '#webhooks';

/** What is sent: the very message the relay publishes, made anew from the log. null: the log does not have it. */
export type PayloadReader = (delivery: Pick<DueDelivery, 'kind' | 'partition' | 'position' | 'eventId'>) => Promise<CloudEvent | null>;

export function payloadReader(store: Pick<EventStore, 'readPartition'>, sql: Pool): PayloadReader {
  return async ({ kind, partition, position, eventId }) => {
    const before = position - 1;
    const [event] =
      kind === 'event'
        ? (await store.readPartition(partition, before, 1)).map(cloudEventOf)
        : (await readShown(sql, partition, before, 1)).map(siteStatusChangedOf);
    return event?.id === eventId ? event : null;
  };
}
