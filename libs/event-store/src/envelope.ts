/** Milliseconds since 1970-01-01T00:00Z, always of Postgres's clock when it decides anything. */
export type Instant = number;

/** Where a stream lives. Tenant and partition travel together: no query of this room goes without them. */
export interface StreamAddress {
  readonly tenantId: string;
  /** 0..63, stored on the tenant (architecture 3). */
  readonly partition: number;
  /** `<category>-<id>`; unique within its partition. */
  readonly streamId: string;
}

/** Who caused a fact: a kind and an opaque id, never a name. */
export interface Actor {
  readonly kind: 'platform' | 'api-key' | 'agent' | 'system';
  readonly id: string;
}

/** What a decider returns: a fact without its place in the log. */
export interface NewEvent<Type extends string = string, Data extends object = object> {
  readonly type: Type;
  readonly data: Data;
  /** When it became true; without it, the `now` of the decision. Never later than recordedAt. */
  readonly effectiveAt?: Instant;
}

/** A fact as stored, in today's shape (older schema versions are lifted by the upcasters on reading). */
export interface StoredEvent<Type extends string = string, Data extends object = object> {
  readonly partition: number;
  /** Dense per partition from 1; position order = commit order within a partition. */
  readonly position: number;
  readonly tenantId: string;
  readonly streamId: string;
  /** 1, 2, 3 ... within the stream. */
  readonly version: number;
  readonly type: Type;
  readonly schemaVersion: number;
  readonly eventId: string;
  readonly commandId: string;
  readonly causationId: string | null;
  readonly correlationId: string;
  readonly actor: Actor;
  readonly effectiveAt: Instant;
  readonly recordedAt: Instant;
  readonly data: Data;
}

/** A stream as a command reads it: one row (architecture 3). */
export interface StreamHead<State> {
  /** 0 = the stream does not exist yet. */
  readonly version: number;
  readonly state: State;
  /** Postgres's clock when the row was read: the `now` of the decision. */
  readonly now: Instant;
  /** If the load named a command: what the command log keeps of it, null = it was never carried out. */
  readonly recorded?: RecordedCommand | null;
}

/** How a kind of stream folds. Pure. */
export interface StreamFold<State, Event extends NewEvent = NewEvent> {
  /** First part of the stream id, e.g. `site`. */
  readonly category: string;
  readonly initial: State;
  /** Raised whenever the shape of State changes: stored states of an older one are folded anew from the events. */
  readonly stateVersion: number;
  evolve(state: State, event: Event & { readonly effectiveAt: Instant }): State;
}

/** Makes a repeated command harmless, for ever (contract, "HTTP conventions"). */
export interface Idempotency {
  /** Hash of tenant, principal, route and key. */
  readonly commandId: string;
  /** Hash of the request: another body under the same key is refused. */
  readonly requestHash: string;
}

/** Ids that a repeated command needs to give its first answer again; never bodies or secrets. */
export type ResultIds = Readonly<Record<string, string | number | boolean | null>>;

/** One decided append of one command to one stream. */
export interface Append {
  readonly stream: StreamAddress;
  readonly expectedVersion: number;
  readonly events: readonly NewEvent[];
  /** The `now` the events were decided at; their effectiveAt unless they carry their own. */
  readonly decidedAt: Instant;
  /** State after the events, kept in the stream head. */
  readonly state: unknown;
  readonly stateVersion: number;
  readonly actor: Actor;
  readonly commandId: string;
  readonly correlationId: string;
  readonly causationId?: string;
  readonly idempotency?: Idempotency & { readonly result?: ResultIds };
}

/** `appended` without events (a command that only had to be remembered) has position 0. */
export type AppendOutcome =
  | {
      readonly kind: 'appended';
      readonly version: number;
      readonly position: number;
      readonly recordedAt: Instant;
      readonly eventIds: readonly string[];
    }
  /** Another writer was first. Nothing of this command is stored. */
  | { readonly kind: 'conflict'; readonly version: number }
  /** The command was carried out before. Nothing is stored; `recorded` tells what the first one did. */
  | { readonly kind: 'duplicate'; readonly recorded: RecordedCommand };

/** What the command log keeps of a command. */
export interface RecordedCommand {
  readonly requestHash: string;
  readonly streamId: string;
  /** Version of the stream after the command. */
  readonly version: number;
  readonly result: ResultIds;
  readonly recordedAt: Instant;
}
