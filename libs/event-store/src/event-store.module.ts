import { Module } from '@nestjs/common';
import { POOLS, type Pools } from '#database';
import { BUS, type Bus, tellTraces } from '#messaging';
import { METRICS, type Metrics, TRACING, type Tracing } from '#observability';
import { EVENT_STORE, type EventStore } from './event-store.js';
import { observeCommands } from './handle-command.js';
import { PostgresEventStore } from './postgres-store.js';
import { tracedStore } from './traced-store.js';

/**
 * Provides EVENT_STORE from the process's Pools; after every commit its Bus rings.
 * One store per application, however many roles import the module.
 */
@Module({
  providers: [
    {
      provide: EVENT_STORE,
      inject: [POOLS, BUS, METRICS, TRACING],
      useFactory: (pools: Pools, bus: Bus, metrics: Metrics, tracing: Tracing | null): EventStore => {
        const plain = new PostgresEventStore(pools, { onCommitted: (bells) => bus.ring(bells) });
        const store = tracing === null ? plain : tracedStore(plain, tracing, (hints) => tellTraces(bus, hints));
        const commands = metrics.counter('ampel_commands_total', 'Commands on streams by what became of them', ['outcome']);
        const seconds = metrics.histogram('ampel_command_duration_seconds', 'From the command, its wait for others of its stream included, to its commit');
        observeCommands(store, (outcome, took) => {
          commands.inc({ outcome });
          seconds.observe(took);
        });
        return store;
      },
    },
  ],
  exports: [EVENT_STORE],
})
export class EventStoreModule {}
