import type { JetStreamClient, JetStreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';

/** Injection token of the process's one Bus. */
export const BUS = Symbol('BUS');

/** "Partition p has reached position n": rung by whoever appended, after the commit. A hint, never a fact. */
export interface Bell {
  readonly partition: number;
  readonly position: number;
  /** The streams that were appended to. */
  readonly streams: readonly string[];
}

/** The part of a logger (pino's shape) that this room uses. */
export interface BusLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** One connection from its beginning to its end. A new one follows after a loss: what was under way on the old one is unknown. */
export interface BusConnection {
  readonly nats: NatsConnection;
  readonly jetstream: JetStreamClient;
  readonly manager: JetStreamManager;
}

/**
 * The way to NATS, which may be away. Nothing here throws into a command: while NATS is away, what is published is dropped and
 * requests fail; subscriptions are kept and stand again after every reconnection.
 */
export interface Bus {
  readonly connected: boolean;
  /** Rings the doorbells; dropped while away. */
  ring(bells: readonly Bell[]): void;
  /** Core NATS, fire and forget; dropped while away. Throws InvalidSubject for a subject that nobody can publish on. */
  publish(subject: string, body: object): void;
  /** Calls the handler with every message's JSON; what is no JSON is ignored. Gives the function that ends it. Throws InvalidSubject. */
  subscribe<T>(subject: string, handler: (body: T, subject: string) => void): () => void;
  /** Calls `then` after every connection, the first included, once all subscriptions stand. Gives the function that ends it. */
  onReconnect(then: () => void): () => void;
  /** Asks, waits at most `timeoutMs`. Rejects with BusUnavailable (away, nobody there, too slow) or RequestRefused (the other's error). */
  request<T>(subject: string, body: object, timeoutMs: number): Promise<T>;
  /** Answers requests; of several processes that reply to a subject, one gets each request. Gives the function that ends it. */
  reply<T, R extends object>(subject: string, handler: (body: T) => Promise<R>): () => void;
  /** The connection of this moment, for JetStream. Throws BusUnavailable while away. */
  connection(): BusConnection;
  /** Sends what is waiting (at most a second) and ends the connection for good. */
  close(): Promise<void>;
}

/** NATS is away, or nobody answered in time. */
export class BusUnavailable extends Error {
  override readonly name = 'BusUnavailable';
}

/** The other side of a request answered with an error; the message is its own. */
export class RequestRefused extends Error {
  override readonly name = 'RequestRefused';
}
