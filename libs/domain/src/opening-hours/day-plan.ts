import type { OpeningCause } from '../tenant-settings/opening.js';
import { DAY_MS } from './calendar-days.js';

/** From opening to closing, in ms since the midnight with which the day began; the second may lie in the next day. */
export type Stretch = readonly [opens: number, closes: number];

/** What a rule says about the openings that begin on a day. */
export interface DayPlan {
  readonly because: OpeningCause;
  readonly rank: number;
  /** Empty: closed the whole day. */
  readonly stretches: readonly Stretch[];
}

/** No stretch at all: one for everybody, because 50,000 schedules have two years of holidays each. */
export const NEVER: readonly Stretch[] = [];

/** What comes before what (behaviour D6); the higher wins. */
export const RANK = { weekly: 0, holiday: 1, site: 2, group: 3 } as const;

/**
 * When the wall clock of a day reads "open": in order, none touching another, within 0 and 24 h.
 *
 * An opening belongs to the day on which it begins. The night of the day before therefore reaches into this one, unless this day is closed
 * by a rule of a higher rank than the one that opened the night: a holiday, or a date marked closed, is closed the whole local day
 * (case 39), also after a weekly night; but a night that somebody dated (31 December 20:00-03:00) is not cut by the holiday after it, and
 * other hours on a date only replace what begins on it (ADR 0017).
 */
export function openOn(today: DayPlan, yesterday: DayPlan): readonly Stretch[] {
  const night = nightBefore(today, yesterday);
  if (night.length === 0 && today.stretches.length === 0) return NEVER;
  return merged([...night, ...today.stretches.map<Stretch>(([opens, closes]) => [opens, Math.min(closes, DAY_MS)])]);
}

/** What of yesterday's openings lies in today, on today's wall clock. */
export function nightBefore(today: DayPlan, yesterday: DayPlan): readonly Stretch[] {
  if (today.stretches.length === 0 && today.rank > yesterday.rank) return NEVER;
  if (yesterday.stretches.every(([, closes]) => closes <= DAY_MS)) return NEVER;
  return yesterday.stretches.filter(([, closes]) => closes > DAY_MS).map(([, closes]) => [0, closes - DAY_MS]);
}

/** Overlaps merge, and so does what touches (behaviour D4). */
function merged(stretches: readonly Stretch[]): readonly Stretch[] {
  if (stretches.length < 2) return stretches;
  const result: Stretch[] = [];
  for (const [opens, closes] of [...stretches].sort((a, b) => a[0] - b[0])) {
    const last = result.at(-1);
    if (last && opens <= last[1]) result[result.length - 1] = [last[0], Math.max(last[1], closes)];
    else result.push([opens, closes]);
  }
  return result;
}
