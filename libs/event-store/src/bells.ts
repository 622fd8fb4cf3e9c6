import type { Append, AppendOutcome } from './envelope.js';
import type { Bell } from './event-store.js';

/** One bell per partition that got events: the highest position and the streams. */
export function bellsOf(appends: readonly Append[], outcomes: readonly (AppendOutcome | undefined)[]): Bell[] {
  const reached = new Map<number, { position: number; streams: Set<string> }>();
  outcomes.forEach((outcome, index) => {
    const append = appends[index];
    if (append === undefined || append.events.length === 0 || outcome?.kind !== 'appended') return;
    const { partition, streamId } = append.stream;
    const bell = reached.get(partition);
    if (bell === undefined) reached.set(partition, { position: outcome.position, streams: new Set([streamId]) });
    else {
      bell.position = Math.max(bell.position, outcome.position);
      bell.streams.add(streamId);
    }
  });
  return [...reached].map(([partition, { position, streams }]) => ({ partition, position, streams: [...streams] }));
}
