import type { Zone } from '../i18n/zone.js';

export const RANGES = ['this-week', 'last-week', 'this-month', 'last-month', 'own'] as const;
export type RangeName = (typeof RANGES)[number];
export const STEPS = ['hour', 'day', 'week'] as const;
export type Step = (typeof STEPS)[number];

/** Dates as fields have them, `YYYY-MM-DD`, both inclusive. */
export interface Dates {
  readonly first: string;
  readonly last: string;
}

/** Half-open [from, to), ms since epoch. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

const DAY_MS = 86_400_000;
/** As the API has them, days. */
const LONGEST = { hour: 35, day: 400, week: 400 } as const;

/** Where a range begins and ends on the calendar of a zone; `own` needs dates. Null: it cannot be read, or ends before it begins. */
export function rangeOf(name: RangeName, dates: Dates, zone: Zone, now: number): Range | null {
  if (name === 'own') return ownRange(dates, zone);
  const unit = name.endsWith('week') ? 'week' : 'month';
  const [from, to] = name.startsWith('this') ? [zone.startOf(unit, now), zone.next(unit, now)] : [zone.next(unit, now, -1), zone.startOf(unit, now)];
  return { from, to };
}

/** A report by so small steps is at most so long. */
export function isTooLong({ from, to }: Range, by: Step): boolean {
  return to - from > LONGEST[by] * DAY_MS;
}

/** The dates of a range, for fields that begin with what is shown. */
export function datesOf({ from, to }: Range, zone: Zone): Dates {
  return { first: dateOf(from, zone), last: dateOf(to - 1, zone) };
}

function ownRange({ first, last }: Dates, zone: Zone): Range | null {
  const [from, end] = [partsOf(first), partsOf(last)];
  if (!from || !end || last < first) return null;
  return { from: zone.midnight(...from), to: zone.midnight(end[0], end[1], end[2] + 1) };
}

function partsOf(date: string): [number, number, number] | null {
  const found = /^(\d{4})-(\d\d)-(\d\d)$/.exec(date);
  return found && [Number(found[1]), Number(found[2]), Number(found[3])];
}

function dateOf(at: number, zone: Zone): string {
  const { year, month, day } = zone.wall(at);
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}
