import { Module } from '@nestjs/common';
import { POOLS, type Pools } from '#database';
import { BUS, type Bus } from '#messaging';
import { EVENT_STORE, type EventStore } from './event-store.js';
import { PostgresEventStore } from './postgres-store.js';

/**
 * Provides EVENT_STORE from the process's Pools; after every commit its Bus rings.
 * One store per application, however many roles import the module.
 */
@Module({
  providers: [
    {
      provide: EVENT_STORE,
      inject: [POOLS, BUS],
      useFactory: (pools: Pools, bus: Bus): EventStore => new PostgresEventStore(pools, { onCommitted: (bells) => bus.ring(bells) }),
    },
  ],
  exports: [EVENT_STORE],
})
export class EventStoreModule {}
