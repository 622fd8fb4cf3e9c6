import { beatInterval, retryDelay } from './delays.js';
import { type Beats, go, type Presence, type Situation, stay, type Step } from './presence-states.js';

/** Several reasons to beat within a second are one reason: a tab that is woken is also shown, focused and online, ms. */
const ONE_REASON_MS = 1_000;

/** Phases in which the tab beats. */
const BEATING = new Set<Presence['phase']>(['connecting', 'connected', 'waiting']);

/** Whether this tab is the one that beats now. */
export function beating({ phase }: Presence): boolean {
  return BEATING.has(phase);
}

/** Beats, unless one was sent a moment ago. */
export function beatNow(presence: Presence, at: Situation): Step {
  const { sentAt } = presence.beats;
  const oneReason = Math.min(ONE_REASON_MS, at.heartbeatMs / 4);
  if (!beating(presence) || (sentAt !== null && at.now - sentAt < oneReason)) return stay(presence);
  return go(presence, { beats: { ...presence.beats, ...sentNow(at) } }, 'beat');
}

/** Beats if the last one is too long ago. */
export function beatIfDue(presence: Presence, at: Situation): Step {
  return beating(presence) && at.now >= presence.beats.dueAt ? beatNow(presence, at) : stay(presence);
}

/** The server answered a beat, or did not: then the next one comes sooner than usual, later with each failure. */
export function afterBeat(presence: Presence, ok: boolean, at: Situation): Step {
  const { beats } = presence;
  if (ok) return go(presence, { beats: { ...beats, failures: 0 } }, 'tell');
  const failures = beats.failures + 1;
  const dueAt = Math.min(beats.dueAt, at.now + Math.min(at.heartbeatMs, retryDelay(failures, at.random())));
  return go(presence, { beats: { dueAt, sentAt: null, failures } });
}

/** Something else was taken as a beat: signing in, changing the status (behaviour D8). */
export function countedAsBeat(at: Situation): Beats {
  return { ...sentNow(at), failures: 0 };
}

function sentNow(at: Situation): Pick<Beats, 'sentAt' | 'dueAt'> {
  return { sentAt: at.now, dueAt: at.now + beatInterval(at.heartbeatMs, at.random()) };
}
