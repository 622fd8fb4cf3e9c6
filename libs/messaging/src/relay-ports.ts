/** Milliseconds since 1970-01-01T00:00Z, of Postgres's clock. */
export type Instant = number;

/** A committed fact on its way into the stream. */
export interface OutboxMessage {
  readonly partition: number;
  /** Dense per partition from 1; the order in which the stream must get them. */
  readonly position: number;
  /** Message id: the same fact has the same id for ever, so that the stream and its consumers can tell a repetition. */
  readonly id: string;
  readonly recordedAt: Instant;
  readonly subject: string;
  readonly body: string;
  /** The trace it belongs to; passed on as the header `traceparent`. */
  readonly traceParent?: string | undefined;
}

/** Where the facts come from: committed rows in order, from Postgres. */
export interface RelayFeed {
  /** The last position of every partition that has any. */
  heads(): Promise<ReadonlyMap<number, number>>;
  /** At most `limit` facts after a position, in order, without a gap. */
  readAfter(partition: number, after: number, limit: number): Promise<readonly OutboxMessage[]>;
}

/** What the stream says about itself. */
export interface StreamState {
  /** Another value = another stream of the same name: it was deleted and made again. */
  readonly incarnation: string;
  readonly messages: number;
  readonly firstSequence: number;
  readonly lastSequence: number;
}

/** The last message of a partition that is really in the stream. */
export interface LastPublished {
  readonly position: number;
  readonly id: string;
  /** The publisher had seen everything up to here stored when it sent this one. What lies between was under way and may be missing. */
  readonly settled: number;
}

export type PublishOutcome =
  | { readonly kind: 'stored'; readonly sequence: number }
  /** The stream knows the id already, and keeps (or kept) it at this sequence. */
  | { readonly kind: 'duplicate'; readonly sequence: number }
  /** This message can never be taken in, now or later. */
  | { readonly kind: 'unfit'; readonly reason: string };

/** Where the facts go. Every call may reject: then nothing is known. */
export interface RelayTarget {
  /** null: there is no such stream. */
  streamState(): Promise<StreamState | null>;
  /** Makes the stream, or finds that somebody else just did. */
  declareStream(): Promise<StreamState>;
  lastPublished(partition: number): Promise<LastPublished | null>;
  /** Hands the message over before it returns its promise: calls of one tick arrive in their order, or only the first few of them do. */
  publish(message: OutboxMessage, settled: number): Promise<PublishOutcome>;
}

export interface RelayTime {
  /** Postgres's clock: compared with `recordedAt`. */
  now(): Instant;
  /** Milliseconds that only grow, for pauses: a clock that is put back must not stop the relay. */
  elapsed(): number;
}

/** What somebody may want to log or count. Must not throw. */
export interface RelayNotices {
  /** Nothing, or not everything, can be passed on now; said once until `recovered`. */
  waiting(cause: unknown): void;
  recovered(): void;
  /** The stream was missing, replaced or emptied: it is filled again from Postgres. */
  refilling(why: string): void;
  /** A message was left out, for ever. */
  unfit(message: OutboxMessage, reason: string): void;
  published(messages: number): void;
}

export interface RelayPorts {
  readonly feed: RelayFeed;
  readonly target: RelayTarget;
  readonly time: RelayTime;
  /** Numbers in [0, 1). */
  readonly random: () => number;
  readonly notices?: Partial<RelayNotices>;
}

export interface RelayOptions {
  /** How far back an empty stream is filled, ms: the max_age of the stream; 0 = from the beginning. */
  readonly maxAgeMs: number;
  /** Messages under way at once per partition. */
  readonly batch: number;
  /** Partitions worked on at once. */
  readonly sideBySide: number;
  /** Partitions are 0 .. partitions - 1; a bell for another one is ignored. */
  readonly partitions: number;
  /** How often the heads are asked for when no bell rings, ms. */
  readonly pollMs: number;
  /** How often the stream is looked at, ms. */
  readonly checkMs: number;
}
