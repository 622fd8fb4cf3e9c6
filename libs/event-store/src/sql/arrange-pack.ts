import type { Append, Instant, NewEvent } from '../envelope.js';

/** A partition that gets events. */
interface Head {
  readonly partition: number;
  /** Its place among the pack's partitions, ascending, from 1. */
  index: number;
  /** How many events it gets. */
  events: number;
}

interface CommandPlace {
  readonly head: Head | undefined;
  readonly eventIds: readonly string[];
  /** Index of its last event in the pack, from 1; 0 = it has none. */
  readonly lastEvent: number;
}

interface EventPlace {
  /** Index of its command in the pack, from 1. */
  readonly command: number;
  /** 1, 2, 3 ... among the pack's events of its partition. */
  readonly rank: number;
  readonly event: NewEvent;
  readonly eventId: string;
  readonly effectiveAt: Instant;
}

export interface ArrangedPack {
  readonly appends: readonly Append[];
  readonly commands: readonly CommandPlace[];
  readonly events: readonly EventPlace[];
  readonly heads: readonly Head[];
  /** How many commands have events, and how many of those expect a new stream. */
  readonly writing: number;
  readonly creating: number;
  /** The latest effective time, ms; 0 without events. */
  readonly latest: Instant;
}

/** Says of every command and event where it stands in its pack, as store.append takes them, and gives every event its id. */
export function arrange(appends: readonly Append[], newId: () => string): ArrangedPack {
  const heads = new Map<number, Head>();
  const commands: CommandPlace[] = [];
  const events: EventPlace[] = [];
  let writing = 0;
  let creating = 0;
  let latest = 0;
  appends.forEach((append, index) => {
    if (append.events.length === 0) {
      commands.push({ head: undefined, lastEvent: 0, eventIds: [] });
      return;
    }
    writing += 1;
    if (append.expectedVersion === 0) creating += 1;
    const { partition } = append.stream;
    let head = heads.get(partition);
    if (head === undefined) heads.set(partition, (head = { partition, index: 0, events: 0 }));
    const eventIds: string[] = [];
    for (const event of append.events) {
      const eventId = newId();
      eventIds.push(eventId);
      const effectiveAt = event.effectiveAt ?? append.decidedAt;
      latest = Math.max(latest, effectiveAt);
      head.events += 1;
      events.push({ command: index + 1, rank: head.events, event, eventId, effectiveAt });
    }
    commands.push({ head, lastEvent: events.length, eventIds });
  });
  const ascending = [...heads.values()].sort((a, b) => a.partition - b.partition);
  ascending.forEach((head, index) => {
    head.index = index + 1;
  });
  return { appends, commands, events, heads: ascending, writing, creating, latest };
}
