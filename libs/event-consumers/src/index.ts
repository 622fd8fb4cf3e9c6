/**
 * Event consumers: events of the stream as calls of Nest handlers (`@EventPattern`), for everybody outside the river.
 *
 * Owns: the transport strategy over JetStream, its durable consumers, the table of parked events (schema `consumer`, migration 0006).
 * Invariants: a message is acknowledged after its handler is done, or after it is parked, never before; a handler that fails is called
 *   again after growing delays, and after `parkAfter` deliveries the event is parked with the reason, so that it stops no other; while
 *   Postgres is away nothing is parked; delivery is at least once and in no order: handlers dedupe by the event's id and believe Postgres;
 *   nothing is decided by a time of NATS.
 * Lifecycle: the strategy is added to `EventTransports` (#http-kit), which starts it with the service and closes it first when it stops:
 *   it takes no more, lets handlers finish, and gives back what was not begun.
 * May import: #messaging, #database, #observability, #contract.
 */
export { type ConsumeOptions, CONSUME_DEFAULTS } from './durable-consumer.js';
export { EventContext } from './event-context.js';
export { JETSTREAM, JetStreamStrategy } from './jetstream-strategy.js';
export { KeepTheReason } from './keep-the-reason.js';
export { discardParked, findParked, listParked, type ParkedEvent, ParkedEvents, type ParkedState, removeParkedOf, retryParked } from './parked-events.js';
