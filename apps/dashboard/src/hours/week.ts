import type { HoursView } from '#contract';
import { closingAfter, DAY_MINUTES, readTime, writeTime } from './wall-time.js';

type Weekly = HoursView['weekly'];
export type DayName = Weekly[number]['days'][number];

/** Monday first, as the contract names them; a day is its place here. */
export const DAYS: readonly DayName[] = ['mo', 'tu', 'we', 'th', 'fr', 'sa', 'su'];

/** Open from one time to another, beginning on a day of the week. */
export interface Stretch {
  /** Of this stretch for as long as it is edited. */
  readonly id: string;
  /** 0 = Monday. */
  readonly day: number;
  /** Minutes since midnight, 0..1439. */
  readonly opens: number;
  /** Minutes since the same midnight; beyond 1440 it closes on the next day. */
  readonly closes: number;
}

/** In the order of the week. Two that begin on one day never touch: they would be one. */
export type Week = readonly Stretch[];

/** What the API can say in one interval: less than a day, or a whole day from midnight to midnight. */
function sayable(opens: number, closes: number): boolean {
  return opens < closes && (closes - opens < DAY_MINUTES || (opens === 0 && closes === DAY_MINUTES));
}

/** The week as the API tells it. Stretches that it could not have told are left out. */
export function weekOf(weekly: Weekly): Week {
  const stretches = weekly.flatMap(({ days, opens, closes }) => {
    const from = readTime(opens, false);
    const time = readTime(closes, true);
    const to = from === null || time === null ? null : closingAfter(from, time);
    return from === null || to === null ? [] : days.map((day) => ({ day: DAYS.indexOf(day), opens: from, closes: to }));
  });
  return settled(stretches.map((stretch, index) => ({ id: `s${index + 1}`, ...stretch })));
}

/** The week as the API takes it: days with the same times stand together. */
export function weeklyOf(week: Week): Weekly {
  const byTimes = new Map<string, Weekly[number]>();
  for (const { day, opens, closes } of week) {
    const times = { opens: writeTime(opens), closes: writeTime(closes) };
    const key = `${times.opens} ${times.closes}`;
    const known = byTimes.get(key) ?? { days: [], ...times };
    const name = DAYS[day];
    if (name !== undefined) known.days.push(name);
    byTimes.set(key, known);
  }
  return [...byTimes.values()];
}

/** Whether two weeks are open at the same times. */
export function sameWeek(a: Week, b: Week): boolean {
  return JSON.stringify(weeklyOf(a)) === JSON.stringify(weeklyOf(b));
}

/** Adds a stretch; what it touches on its day becomes one with it, under its id. */
export function withStretch(week: Week, stretch: Omit<Stretch, 'id'>): { readonly week: Week; readonly id: string } {
  const id = freeId(week);
  return sayable(stretch.opens, stretch.closes) ? { week: settled([...week, { id, ...stretch }], id), id } : { week, id };
}

/** Gives a stretch other times; the week as it is where those could not be said. */
export function withTimes(week: Week, id: string, opens: number, closes: number): Week {
  if (opens < 0 || opens >= DAY_MINUTES || !sayable(opens, closes)) return week;
  return settled(week.map((one) => (one.id === id ? { ...one, opens, closes } : one)), id);
}

/** Moves a stretch by days and minutes as it is; over midnight it begins on another day. Sunday is followed by Monday. */
export function moved(week: Week, id: string, by: { readonly days?: number; readonly minutes?: number }): Week {
  return settled(week.map((one) => (one.id === id ? shifted(one, by) : one)), id);
}

function shifted(stretch: Stretch, { days = 0, minutes = 0 }: { readonly days?: number; readonly minutes?: number }): Stretch {
  const begins = stretch.opens + minutes;
  const over = Math.floor(begins / DAY_MINUTES);
  const opens = begins - over * DAY_MINUTES;
  const closes = opens + stretch.closes - stretch.opens;
  if (!sayable(opens, closes)) return stretch; // a whole day can only move by days
  return { ...stretch, day: dayAfter(stretch.day, days + over), opens, closes };
}

export function dayAfter(day: number, count: number): number {
  return (((day + count) % 7) + 7) % 7;
}

export function without(week: Week, id: string): Week {
  return week.filter((one) => one.id !== id);
}

/** A stretch over midnight as two, one for each day; the week as it is where it does not reach over midnight. */
export function splitAtMidnight(week: Week, id: string): Week {
  const night = week.find((one) => one.id === id);
  if (!night || night.closes <= DAY_MINUTES) return week;
  const evening = week.map((one) => (one.id === id ? { ...one, closes: DAY_MINUTES } : one));
  return settled([...evening, { id: freeId(week), day: dayAfter(night.day, 1), opens: 0, closes: night.closes - DAY_MINUTES }]);
}

/** What begins on one day, on other days too; what began there goes. */
export function withDayCopied(week: Week, from: number, to: readonly number[]): Week {
  const onto = to.filter((day) => day !== from);
  const kept = week.filter(({ day }) => !onto.includes(day));
  const copies = onto.flatMap((day) => week.filter((one) => one.day === from).map(({ opens, closes }) => ({ day, opens, closes })));
  return settled(copies.reduce<Stretch[]>((all, one) => [...all, { id: freeId([...week, ...all]), ...one }], [...kept]));
}

/** Minutes after midnight of the earliest opening of any day; null: it is never open. */
export function firstOpening(week: Week): number | null {
  return week.length === 0 ? null : Math.min(...week.map(({ opens }) => opens));
}

/** Minutes of the week that are open; what overlaps over midnight counts once. */
export function openMinutes(week: Week): number {
  const open = new Set<number>();
  const whole = DAY_MINUTES * DAYS.length;
  for (const { day, opens, closes } of week) for (let minute = opens; minute < closes; minute += 1) open.add((day * DAY_MINUTES + minute) % whole);
  return open.size;
}

/** Where a new stretch of a day may stand: office hours on an empty day, else an hour after the last one; null on a full day. */
export function freePlace(week: Week, day: number): { readonly opens: number; readonly closes: number } | null {
  const last = week.filter((one) => one.day === day).at(-1);
  if (!last) return { opens: 9 * 60, closes: 17 * 60 };
  const opens = last.closes + 60;
  if (opens <= DAY_MINUTES - 60) return { opens, closes: Math.min(opens + 4 * 60, DAY_MINUTES) };
  const first = week.find((one) => one.day === day)?.opens ?? 0;
  return first >= 120 ? { opens: Math.max(0, first - 300), closes: first - 60 } : null;
}

/** A part of a stretch as it is drawn in the column of one day. */
export interface Piece {
  readonly stretch: Stretch;
  /** Minutes since the midnight of the column's day. */
  readonly from: number;
  readonly to: number;
  /** The part after midnight, in the column of the next day. */
  readonly tail: boolean;
}

/** What stands in the column of a day: what begins there, and the ends of the night before. */
export function piecesOn(week: Week, day: number): Piece[] {
  return week.flatMap((stretch): Piece[] => {
    const { opens, closes } = stretch;
    const over = closes > DAY_MINUTES;
    return [
      ...(over && dayAfter(stretch.day, 1) === day ? [{ stretch, from: 0, to: closes - DAY_MINUTES, tail: true }] : []),
      ...(stretch.day === day ? [{ stretch, from: opens, to: Math.min(closes, DAY_MINUTES), tail: false }] : []),
    ];
  });
}

function freeId(week: Week): string {
  return `s${1 + Math.max(0, ...week.map(({ id }) => Number(id.slice(1))))}`;
}

/**
 * In order, and what touches on one day made one. Of two that become one the id of `keep` stays, so that whoever holds it goes on holding it.
 * What would be longer than the API can say is cut at midnight.
 */
function settled(stretches: readonly Stretch[], keep?: string): Week {
  const week = [...stretches].sort((a, b) => a.day - b.day || a.opens - b.opens || a.closes - b.closes);
  for (const [index, one] of week.entries()) {
    const next = week[index + 1];
    if (!next || next.day !== one.day || next.opens > one.closes) continue;
    const closes = Math.max(one.closes, next.closes);
    const id = next.id === keep ? next.id : one.id;
    const others = week.filter((other) => other !== one && other !== next);
    if (sayable(one.opens, closes)) return settled([...others, { ...one, id, closes }], keep);
    const morning = { id: freeId(week), day: dayAfter(one.day, 1), opens: 0, closes: closes - DAY_MINUTES };
    return settled([...others, { ...one, id, closes: DAY_MINUTES }, morning], keep);
  }
  return week;
}
