/**
 * Messaging: the way to NATS: doorbells, core messages, requests, the JetStream stream, and the core of the relay that fills it.
 *
 * Owns: the one connection of a process, the users of the bus and their rights, subjects and their tokens, the declaration of the stream,
 *   the rules of "at least once, in order".
 * Invariants: never throws into a command because NATS is away; a connection that is lost takes what was under way with it, nothing is
 *   sent late behind the caller's back; a word that could be read as a wildcard never becomes part of a subject; nothing newer than
 *   nats-server 2.9; a message is a hint or a copy, the truth is in Postgres.
 * Lifecycle: `connectBus(settings, logger)` returns at once and stays connected until `close()`. The relay core has no timers and no
 *   connection of its own: whoever runs it ticks it.
 * May import: nothing of the house.
 */
export { BUS, BusUnavailable, RequestRefused } from './bus.js';
export type { Bell, Bus, BusConnection, BusLogger } from './bus.js';
export { ADMINISTRATOR, ALL_ROLES_USER, BUS_USERS, busAuthorization, passwordVariable } from './bus-users.js';
export type { BusRights, BusUser } from './bus-users.js';
export { DEFAULT_MAX_AGE_MS, declareStream, STREAM, streamInfo } from './declare-stream.js';
export type { DeclaredStream, StreamDeclaration } from './declare-stream.js';
export { growingDelay } from './delay.js';
export { connectBus } from './nats-bus.js';
export type { BusSettings } from './nats-bus.js';
export { RELAY_DEFAULTS, RelayCore } from './relay-core.js';
export type {
  LastPublished,
  OutboxMessage,
  PublishOutcome,
  RelayFeed,
  RelayNotices,
  RelayOptions,
  RelayPorts,
  RelayTarget,
  RelayTime,
  StreamState,
} from './relay-ports.js';
export { PARTITION_HEADER, POSITION_HEADER, SETTLED_HEADER, StreamTarget, TRACE_HEADER } from './stream-target.js';
export {
  bellSubject,
  factsOfPartition,
  factsOfType,
  factSubject,
  InvalidSubject,
  readFactSubject,
  STREAM_SUBJECTS,
  subjectToken,
} from './subjects.js';
export { tellTraces, TraceHints } from './trace-hints.js';
export type { TraceHint } from './trace-hints.js';
