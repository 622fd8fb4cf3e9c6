import type { View } from './view.js';
import type { Zone } from '../i18n/zone.js';

export type Grain = 'second' | 'minute' | 'day' | 'month' | 'year';

export interface Tick {
  readonly at: number;
  /** What its label tells: a time of day, a date, a month, a year. */
  readonly grain: Grain;
  /** A greater boundary than its neighbours: midnight among hours, the first among days. */
  readonly major: boolean;
}

const DAY_MS = 86_400_000;
/** seconds; all of them divide a day */
const SECONDS = [5, 10, 15, 30, ...[1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720].map((minutes) => minutes * 60)];
const QUARTER = 900;
/** Steps of months. */
const MONTHS = [1, 3, 6];

/**
 * Marks of the axis, at least `apart` px from each other, where the wall of the zone shows round times: the two o'clock that a day of 23 hours
 * leaves out is not there, the one that a day of 25 hours shows twice is there twice.
 */
export function ticksOf(view: View, width: number, zone: Zone, apart = 72): Tick[] {
  const least = ((view.to - view.from) / Math.max(width, 1)) * apart;
  const seconds = SECONDS.find((step) => step * 1_000 >= least);
  if (seconds !== undefined) return withinDays(view, seconds, zone);
  if (least <= 2 * DAY_MS) return days(view, least <= DAY_MS ? 1 : 2, zone);
  if (least <= 7 * DAY_MS) return weeks(view, zone);
  const months = MONTHS.find((step) => step * 28 * DAY_MS >= least);
  return months === undefined ? years(view, Math.ceil(least / (365 * DAY_MS)), zone) : monthly(view, months, zone);
}

function withinDays(view: View, step: number, zone: Zone): Tick[] {
  const found: Tick[] = [];
  const stride = Math.min(step, QUARTER) * 1_000;
  for (let at = Math.ceil(view.from / stride) * stride; at <= view.to; at += stride) {
    const second = zone.minuteOfDay(at) * 60 + ((at / 1_000) % 60);
    if (second % step === 0) found.push({ at, grain: second === 0 ? 'day' : second % 60 === 0 ? 'minute' : 'second', major: second === 0 });
  }
  return found;
}

function days(view: View, step: number, zone: Zone): Tick[] {
  const found: Tick[] = [];
  for (let at = firstFrom(view, 'day', zone); at <= view.to; at = zone.next('day', at)) {
    const { day } = zone.wall(at);
    if ((day - 1) % step === 0 && !(step > 1 && day > 30)) found.push({ at, grain: day === 1 ? 'month' : 'day', major: day === 1 });
  }
  return found;
}

function weeks(view: View, zone: Zone): Tick[] {
  const found: Tick[] = [];
  for (let at = firstFrom(view, 'week', zone); at <= view.to; at = zone.next('week', at)) {
    found.push({ at, grain: 'day', major: zone.wall(at).day <= 7 });
  }
  return found;
}

function monthly(view: View, step: number, zone: Zone): Tick[] {
  const found: Tick[] = [];
  for (let at = firstFrom(view, 'month', zone); at <= view.to; at = zone.next('month', at)) {
    const { month } = zone.wall(at);
    if ((month - 1) % step === 0) found.push({ at, grain: month === 1 ? 'year' : 'month', major: month === 1 });
  }
  return found;
}

function years(view: View, step: number, zone: Zone): Tick[] {
  const found: Tick[] = [];
  for (let at = firstFrom(view, 'year', zone); at <= view.to; at = zone.next('year', at)) {
    if (zone.wall(at).year % step === 0) found.push({ at, grain: 'year', major: true });
  }
  return found;
}

function firstFrom({ from }: View, unit: 'day' | 'week' | 'month' | 'year', zone: Zone): number {
  const start = zone.startOf(unit, from);
  return start === from ? start : zone.next(unit, start);
}
