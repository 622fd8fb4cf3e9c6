import type { Instant } from '../agent-presence/status.js';
import { KNOWN_TURNS, type Opening, type OpeningCause, type Turn } from '../tenant-settings/opening.js';
import { dateOf, DAY_MS } from './calendar-days.js';
import { type DayPlan, nightBefore } from './day-plan.js';
import type { Schedule } from './schedule.js';
import { nextReading, openStretches, planOf } from './wall-readings.js';
import { offsetSpanAt } from './zone-offsets.js';

/** The rule that decided, and the local date it spoke for: the day before, where a night reaches over midnight. */
export type HoursReason = OpeningCause & { readonly date: string };

export interface HoursState {
  readonly open: boolean;
  readonly reason: HoursReason;
}

/** The state with what is known of the future. */
export interface HoursExplanation extends HoursState {
  readonly next: Turn | null;
  /** When it opens next, if it is closed; null if it is open, or never opens again. */
  readonly nextOpening: Instant | null;
}

/** The widest jump a wall clock makes: over the date line (Apia 2011, Kwajalein 1993), and as much again to be sure. */
const WIDEST_JUMP_MS = 2 * DAY_MS;

/**
 * Whether the schedule is open at the instant, and why (behaviour D4-D6). What counts is what the wall clock of the zone reads then, to the
 * millisecond. Where the clock is put forward, readings are left out: an opening there begins with the first instant after. Where it is
 * put back, readings come twice and mean the same both times.
 */
export function stateAt(schedule: Schedule, at: Instant): HoursState {
  const wall = at + offsetSpanAt(schedule.timeZone, at).offset;
  const day = Math.floor(wall / DAY_MS);
  const open = readsOpen(schedule, wall);
  return { open, reason: reasonOf(schedule, day, wall - day * DAY_MS, open) };
}

/**
 * The next instant after `at` at which the state changes, and to what; null if it never does.
 * Goes from span to span of the zone, and looks at few of them however far away the change is.
 */
export function nextTransition(schedule: Schedule, at: Instant): Turn | null {
  const { timeZone } = schedule;
  let span = offsetSpanAt(timeZone, at);
  const open = readsOpen(schedule, at + span.offset);
  let reading = nextReading(schedule, at + span.offset, open);
  for (;;) {
    if (reading !== null && reading - span.offset < span.end) return { at: reading - span.offset, open: !open };
    // A clock put back shows readings again from before the last change; after the widest jump only those ahead matter.
    const settled = span.end > at + WIDEST_JUMP_MS;
    if (reading === null && settled) return null;
    const from = reading === null || !settled ? span.end : Math.max(span.end, reading - span.offset - WIDEST_JUMP_MS);
    span = offsetSpanAt(timeZone, from);
    const wall = from + span.offset;
    if (readsOpen(schedule, wall) !== open) return { at: from, open: !open };
    reading = nextReading(schedule, wall, open);
  }
}

/** How the hours stand at the instant, as an event tells it: why, and the turns that follow (ADR 0018). */
export function openingAt(schedule: Schedule, at: Instant): Opening {
  const { open, reason } = stateAt(schedule, at);
  const { date: _, ...because } = reason;
  const upcoming: Turn[] = [];
  for (let turn = nextTransition(schedule, at); turn !== null; turn = nextTransition(schedule, turn.at)) {
    upcoming.push(turn);
    if (upcoming.length === KNOWN_TURNS) break;
  }
  return { open, because, upcoming };
}

/** The state, the next change and the next opening, for an answer to people. */
export function explainHours(schedule: Schedule, at: Instant): HoursExplanation {
  const state = stateAt(schedule, at);
  const next = nextTransition(schedule, at);
  return { ...state, next, nextOpening: state.open ? null : (next?.at ?? null) };
}

function readsOpen(schedule: Schedule, wall: number): boolean {
  const day = Math.floor(wall / DAY_MS);
  const time = wall - day * DAY_MS;
  return openStretches(schedule, day).some(([opens, closes]) => opens <= time && time < closes);
}

function reasonOf(schedule: Schedule, day: number, time: number, open: boolean): HoursReason {
  const today = planOf(schedule, day);
  if (!open || opensAt(today, time)) return { ...today.because, date: dateOf(day) };
  const yesterday = planOf(schedule, day - 1);
  const night = nightBefore(today, yesterday).some(([, closes]) => time < closes);
  return night ? { ...yesterday.because, date: dateOf(day - 1) } : { ...today.because, date: dateOf(day) };
}

function opensAt({ stretches }: DayPlan, time: number): boolean {
  return stretches.some(([opens, closes]) => opens <= time && time < closes);
}
