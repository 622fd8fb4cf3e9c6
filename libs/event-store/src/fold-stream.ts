import type { Instant, NewEvent, StoredEvent, StreamFold } from './envelope.js';

/** The state after stored events, beginning at `from` (by default nothing happened yet). */
export function foldStored<S>(fold: StreamFold<S>, events: readonly StoredEvent[], from: S = fold.initial): S {
  return events.reduce((state, event) => fold.evolve(state, event), from);
}

/** The state after events that are about to be appended behind `version`. `now` is the effectiveAt of those without one. */
export function foldNew<S, E extends NewEvent>(fold: StreamFold<S, E>, state: S, version: number, events: readonly E[], now: Instant): S {
  return events.reduce((before, event, index) => {
    // Field by field, as the stored event will come: spreading would cost several times as much.
    const { type, data, effectiveAt = now } = event;
    return fold.evolve(before, { type, data, effectiveAt, version: version + index + 1 } as unknown as Parameters<typeof fold.evolve>[1]);
  }, state);
}
