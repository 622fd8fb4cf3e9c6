import type { Append, AppendOutcome, Instant, RecordedCommand, StoredEvent, StreamAddress } from './envelope.js';
import { StoreRejected } from './errors.js';

/** A stream's head as kept: its state as JSON text, so that nobody changes it from outside. */
export interface MemoryHead {
  readonly version: number;
  readonly state: string;
  readonly stateVersion: number;
}

/** What a transaction has added so far; nothing of it counts before `commit`. */
interface Draft {
  readonly events: StoredEvent[];
  readonly heads: Map<string, MemoryHead>;
  readonly commands: Map<string, RecordedCommand>;
  readonly tips: Map<number, { position: number; recordedAt: Instant }>;
}

type SchemaVersion = (type: string) => number;

export const streamKey = (stream: StreamAddress): string => `${stream.partition} ${stream.tenantId} ${stream.streamId}`;
export const commandKey = (partition: number, tenantId: string, commandId: string): string => `${partition} ${tenantId} ${commandId}`;

/** The rules of store.append (migration 1) on maps. Events hold what was written; upcasting is the reader's. */
export class MemoryLog {
  readonly heads = new Map<string, MemoryHead>();
  readonly commands = new Map<string, RecordedCommand>();
  readonly partitions = new Map<number, StoredEvent[]>();
  private readonly recordedAt = new Map<number, Instant>();
  private ids = 0;

  /** In the form of a uuid v7, from a counter. */
  newId(): string {
    this.ids += 1;
    return `00000000-0000-7000-8000-${this.ids.toString(16).padStart(12, '0')}`;
  }

  /**
   * Carries the appends out one after the other, each with its own outcome.
   * @param whole all or nothing: one conflict or duplicate and nothing is stored
   * @param now the clock at the commit, ms
   */
  append(appends: readonly Append[], whole: boolean, now: Instant, schemaVersion: SchemaVersion): AppendOutcome[] {
    const draft: Draft = { events: [], heads: new Map(), commands: new Map(), tips: new Map() };
    const outcomes = appends.map((append) => this.carryOut(append, draft, now, schemaVersion));
    if (!whole || outcomes.every((outcome) => outcome.kind === 'appended')) this.commit(draft);
    return outcomes;
  }

  private carryOut(append: Append, draft: Draft, now: Instant, schemaVersion: SchemaVersion): AppendOutcome {
    const { stream, events, idempotency } = append;
    const command = commandKey(stream.partition, stream.tenantId, idempotency?.commandId ?? append.commandId);
    if (idempotency !== undefined) {
      const recorded = draft.commands.get(command) ?? this.commands.get(command);
      if (recorded !== undefined) return { kind: 'duplicate', recorded };
    }
    const key = streamKey(stream);
    const version = (draft.heads.get(key) ?? this.heads.get(key))?.version ?? 0;
    if (events.length > 0 && version !== append.expectedVersion) return { kind: 'conflict', version };

    const tip = draft.tips.get(stream.partition) ?? {
      position: this.partitions.get(stream.partition)?.length ?? 0,
      recordedAt: this.recordedAt.get(stream.partition) ?? 0,
    };
    const recordedAt = Math.max(now, tip.recordedAt);
    const stored = events.map((event, index): StoredEvent => ({
      partition: stream.partition,
      position: tip.position + index + 1,
      tenantId: stream.tenantId,
      streamId: stream.streamId,
      version: version + index + 1,
      type: event.type,
      schemaVersion: schemaVersion(event.type),
      eventId: this.newId(),
      commandId: idempotency?.commandId ?? append.commandId,
      causationId: append.causationId ?? null,
      correlationId: append.correlationId,
      actor: append.actor,
      effectiveAt: Math.min(event.effectiveAt ?? append.decidedAt, recordedAt),
      recordedAt,
      data: JSON.parse(toJson(event.data)) as object,
    }));
    const reached = append.expectedVersion + events.length;
    if (stored.length > 0) {
      // Folded with a time that was cut: the next reader folds anew.
      const cut = events.some((event) => (event.effectiveAt ?? append.decidedAt) > recordedAt);
      draft.heads.set(key, { version: reached, state: JSON.stringify(append.state ?? null), stateVersion: cut ? 0 : append.stateVersion });
      draft.tips.set(stream.partition, { position: tip.position + stored.length, recordedAt });
      draft.events.push(...stored);
    }
    if (idempotency !== undefined) {
      const { requestHash, result = {} } = idempotency;
      draft.commands.set(command, { requestHash, streamId: stream.streamId, version: reached, result, recordedAt });
    }
    return {
      kind: 'appended',
      version: reached,
      position: stored.at(-1)?.position ?? 0,
      recordedAt,
      eventIds: stored.map((event) => event.eventId),
    };
  }

  private commit(draft: Draft): void {
    for (const event of draft.events) {
      const log = this.partitions.get(event.partition);
      if (log === undefined) this.partitions.set(event.partition, [event]);
      else log.push(event);
    }
    for (const [key, head] of draft.heads) this.heads.set(key, head);
    for (const [key, recorded] of draft.commands) this.commands.set(key, recorded);
    for (const [partition, tip] of draft.tips) this.recordedAt.set(partition, tip.recordedAt);
  }
}

/** As Postgres's jsonb takes it, which knows no U+0000. @throws StoreRejected */
function toJson(value: unknown): string {
  const json = JSON.stringify(value ?? null);
  if (!json.includes(String.raw`\u0000`)) return json;
  throw new StoreRejected('The event store refused the values', { cause: new TypeError('U+0000 in JSON') });
}
