import { type Append, type AppendOutcome, type EventStore, foldStored, type RecordedCommand, type StoredEvent, type StreamAddress, type StreamFold } from '#event-store';

/** Placeholder until #event-store exports createMemoryStore. */
export function createMemoryStore(clock: { now(): number }): EventStore {
  const logs = new Map<number, StoredEvent[]>();
  const heads = new Map<string, { version: number; state: string; stateVersion: number }>();
  const commands = new Map<string, RecordedCommand>();
  let ids = 0;
  const key = (s: { partition: number; tenantId: string }, id: string): string => `${s.partition} ${s.tenantId} ${id}`;
  const log = (p: number): StoredEvent[] => {
    const found = logs.get(p) ?? [];
    logs.set(p, found);
    return found;
  };
  const events = (s: StreamAddress): StoredEvent[] => log(s.partition).filter((e) => e.tenantId === s.tenantId && e.streamId === s.streamId);
  const newId = (): string => `00000000-0000-7000-8000-${String((ids += 1)).padStart(12, '0')}`;
  function appendNow(a: Append, dry: boolean): AppendOutcome {
    const { stream, idempotency } = a;
    const recorded = idempotency && commands.get(key(stream, idempotency.commandId));
    if (recorded) return { kind: 'duplicate', recorded };
    const head = heads.get(key(stream, stream.streamId));
    const version = head?.version ?? 0;
    const recordedAt = Math.max(clock.now(), log(stream.partition).at(-1)?.recordedAt ?? 0);
    if (a.events.length > 0 && version !== a.expectedVersion) return { kind: 'conflict', version };
    const after = a.expectedVersion + a.events.length;
    if (dry) return { kind: 'appended', version: after, position: 0, recordedAt, eventIds: [] };
    const eventIds: string[] = [];
    a.events.forEach((e, i) => {
      const eventId = newId();
      eventIds.push(eventId);
      log(stream.partition).push(JSON.parse(JSON.stringify({
        partition: stream.partition, position: log(stream.partition).length + 1, tenantId: stream.tenantId, streamId: stream.streamId,
        version: a.expectedVersion + i + 1, type: e.type, schemaVersion: 1, eventId, commandId: a.commandId, causationId: a.causationId ?? null,
        correlationId: a.correlationId, actor: a.actor, effectiveAt: Math.min(e.effectiveAt ?? a.decidedAt, recordedAt), recordedAt, data: e.data,
      })));
    });
    if (a.events.length > 0) heads.set(key(stream, stream.streamId), { version: after, state: JSON.stringify(a.state), stateVersion: a.stateVersion });
    if (idempotency) {
      commands.set(key(stream, idempotency.commandId), { requestHash: idempotency.requestHash, streamId: stream.streamId, version: after, result: idempotency.result ?? {}, recordedAt });
    }
    return { kind: 'appended', version: after, position: a.events.length > 0 ? log(stream.partition).length : 0, recordedAt, eventIds };
  }
  return {
    newId,
    load: async <S>(stream: StreamAddress, fold: StreamFold<S>, commandId?: string) => {
      const head = heads.get(key(stream, stream.streamId));
      return {
        version: head?.version ?? 0, state: head ? (JSON.parse(head.state) as S) : fold.initial, now: clock.now(),
        ...(commandId === undefined ? {} : { recorded: commands.get(key(stream, commandId)) ?? null }),
      };
    },
    loadAt: async <S>(stream: StreamAddress, fold: StreamFold<S>, version: number) => foldStored(fold, events(stream).slice(0, version)),
    append: async (a) => appendNow(a, false),
    transact: async (work) => {
      const { appends, result } = await work(undefined as never);
      const tried = appends.map((a) => appendNow(a, true));
      if (tried.some((o) => o.kind !== 'appended')) return { result, outcomes: tried, committed: false };
      return { result, outcomes: appends.map((a) => appendNow(a, false)), committed: true };
    },
    findCommand: async (partition, tenantId, commandId) => commands.get(key({ partition, tenantId }, commandId)) ?? null,
    readPartition: async (p, after, limit, upTo = Infinity) => log(p).filter((e) => e.position > after && e.position <= upTo).slice(0, limit),
    readStream: async (s, after = 0, limit = Infinity) => events(s).slice(after, after + limit),
    readTenant: async (p, t, q) => log(p).filter((e) => e.tenantId === t && e.position > q.after).slice(0, q.limit),
    heads: async () => new Map([...logs].filter(([, l]) => l.length > 0).map(([p, l]) => [p, l.length])),
  };
}
