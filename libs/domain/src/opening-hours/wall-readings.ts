import { DAY_MS, weekdayOf } from './calendar-days.js';
import { type DayPlan, openOn, type Stretch } from './day-plan.js';
import { type DatedDays, indexOf, type Schedule, type WeekDay } from './schedule.js';

/*
 * The line of all readings of a wall clock, in ms since 1970-01-01 00:00 on the wall: which of them mean "open". No zone, no instants.
 */

/** What holds for the openings that begin on a day. */
export function planOf(schedule: Schedule, day: number): DayPlan {
  return datedAt(schedule, day).found?.plan ?? weekDay(schedule, day).plan;
}

/** When a day reads "open" (see `openOn`). */
export function openStretches(schedule: Schedule, day: number): readonly Stretch[] {
  const today = datedAt(schedule, day).found;
  const yesterday = datedAt(schedule, day - 1).found;
  if (!today && !yesterday) return weekDay(schedule, day).open;
  return openOn(today?.plan ?? weekDay(schedule, day).plan, yesterday?.plan ?? weekDay(schedule, day - 1).plan);
}

/**
 * The next reading, later than `wall`, at which "open" is no longer what it is at `wall`; null if it stays so for ever.
 * Days that are all alike are stepped over, so a closure of years costs no more than one of a day.
 */
export function nextReading(schedule: Schedule, wall: number, open: boolean): number | null {
  const first = Math.floor(wall / DAY_MS);
  const within = changeAfter(openStretches(schedule, first), wall - first * DAY_MS, open);
  if (within !== null) return first * DAY_MS + within;
  for (let day = first + 1; day !== Infinity; day = firstOther(schedule, day)) {
    const stretches = openStretches(schedule, day);
    const opensAtMidnight = stretches[0]?.[0] === 0;
    const change = opensAtMidnight === open ? changeAfter(stretches, 0, open) : 0;
    if (change !== null) return day * DAY_MS + change;
  }
  return null;
}

/** The first change later in the same day, given what holds at `time`. */
function changeAfter(stretches: readonly Stretch[], time: number, open: boolean): number | null {
  if (!open) return stretches.find(([opens]) => opens > time)?.[0] ?? null;
  const closes = stretches.find((stretch) => time < stretch[1])?.[1] ?? DAY_MS;
  return closes < DAY_MS ? closes : null;
}

/** The first day after this one that may differ from it, given that nothing changes within this one; Infinity if none ever does. */
function firstOther(schedule: Schedule, day: number): number {
  const today = datedAt(schedule, day);
  const yesterday = datedAt(schedule, day - 1);
  if (today.found) return today.found === yesterday.found ? today.found.last + 1 : day + 1;
  if (yesterday.found || !schedule.weekIsUniform) return day + 1;
  return today.next?.first ?? Infinity;
}

/** The dated days that hold the day, if any; else the next ones after it. */
function datedAt({ dated }: Schedule, day: number): { readonly found?: DatedDays; readonly next?: DatedDays } {
  const candidate = dated[indexOf(dated, day)];
  if (candidate === undefined) return {};
  return candidate.first <= day ? { found: candidate } : { next: candidate };
}

function weekDay({ week }: Schedule, day: number): WeekDay {
  return week[weekdayOf(day)] as WeekDay;
}
