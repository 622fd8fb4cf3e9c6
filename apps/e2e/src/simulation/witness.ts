import type { EventStore, StoredEvent } from '#event-store';
import type { Fact } from './reference-decisions.js';
import { ReferenceTenant, type View } from './reference-tenant.js';
import type { Cast } from './wish.js';

/**
 * Sees every commit in the step in which it happens, keeps the log beside the store, and lets the reference look at it.
 * Complains of whatever breaks the order of the log (targets I4).
 */
export class Witness {
  readonly logs = new Map<number, StoredEvent[]>();
  readonly references = new Map<string, ReferenceTenant>();
  readonly complaints: string[] = [];
  private readonly streams = new Map<string, StoredEvent[]>();

  constructor(
    private readonly store: EventStore,
    casts: readonly Cast[],
  ) {
    for (const { tenantId } of casts) this.references.set(tenantId, new ReferenceTenant());
  }

  /** To be called in the step of every commit. */
  async look(partition: number): Promise<void> {
    const log = this.logs.get(partition) ?? [];
    this.logs.set(partition, log);
    for (const event of await this.store.readPartition(partition, log.length, Number.MAX_SAFE_INTEGER)) this.take(log, event);
  }

  private take(log: StoredEvent[], event: StoredEvent): void {
    const { position, version, streamId, tenantId, recordedAt, effectiveAt, partition } = event;
    const stream = this.stream(streamId);
    const where = `partition ${partition}, position ${position} (${streamId} ${version})`;
    if (position !== log.length + 1) this.complaints.push(`I4: ${where} follows position ${log.length}`);
    if (version !== stream.length + 1) this.complaints.push(`I4: ${where} follows version ${stream.length}`);
    if (recordedAt < (log.at(-1)?.recordedAt ?? 0)) this.complaints.push(`I4: ${where} was recorded before the one in front of it`);
    if (effectiveAt > recordedAt) this.complaints.push(`I4: ${where} is effective after it was recorded`);
    log.push(event);
    stream.push(event);
    this.references.get(tenantId)?.add(factOf(event), event.eventId);
  }

  stream(streamId: string): StoredEvent[] {
    const known = this.streams.get(streamId) ?? [];
    this.streams.set(streamId, known);
    return known;
  }

  /** What happened to a stream up to a version. */
  factsOf(streamId: string, version: number): Fact[] {
    return this.stream(streamId).slice(0, version).map(factOf);
  }

  /** A tenant as the reference sees it when its partition stood at a position. */
  viewAt(tenantId: string, partition: number, position: number): View {
    const before = (this.logs.get(partition) ?? []).filter((event) => event.tenantId === tenantId && event.position <= position).length;
    return (this.references.get(tenantId) as ReferenceTenant).view(before);
  }
}

function factOf({ type, data, effectiveAt }: StoredEvent): Fact {
  return { type, data, at: effectiveAt };
}
