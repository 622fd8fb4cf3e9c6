/**
 * Room: the event store, the truth.
 * Owns: envelopes, appending, reading, command handling, upcasting; the schema `store` (migration 1). The business does not occur here.
 * Invariants: a stream's versions have no gap; a partition's positions are dense and in the order of the commits, so a reader
 * that goes on from its last position misses nothing; recordedAt is in the order of positions; effectiveAt <= recordedAt;
 * a command with an idempotency key is carried out once, for ever; what is written is never changed.
 * Lifecycle: a PostgresEventStore lives as long as the process's Pools and holds nothing to close.
 * May import: #database, #observability, and for its Nest module #messaging (the bell).
 */
export * from './envelope.js';
export { ConflictError, IdempotencyKeyReused, StoreOutcomeUnknown, StoreRejected, StoreUnavailable } from './errors.js';
export { EVENT_STORE } from './event-store.js';
export type { Bell, EventStore, LogTail, TenantQuery } from './event-store.js';
export { EventStoreModule } from './event-store.module.js';
export { foldNew, foldStored } from './fold-stream.js';
export { handleCommand, observeCommands } from './handle-command.js';
export type { Command, CommandOutcome, Handled } from './handle-command.js';
export { KeyedQueue } from './keyed-queue.js';
export { countEventsByTenant, countEventsOf, LogReader } from './log-reader.js';
export type { LogPage, ReadData } from './log-reader.js';
export { LoggedEvent } from './logged-events.js';
export type { ReplayedEvent } from './logged-events.js';
export { createMemoryStore } from './memory-store.js';
export type { CommitFault, MemoryStoreOptions } from './memory-store.js';
export { PostgresEventStore } from './postgres-store.js';
export type { PostgresEventStoreOptions } from './postgres-store.js';
export { createUpcasting } from './upcast.js';
export type { Upcaster, Upcasting } from './upcast.js';
