import { type Draft, type HolidayRows, ruleOn } from './draft.js';
import { writeTime } from './wall-time.js';

/** What holds on a date, by the draft; a night of the day before is not counted. */
export interface DayState {
  readonly kind: 'exception' | 'holiday' | 'week';
  readonly open: boolean;
  /** `08:00–12:00, 13:00–17:00`; empty while closed. */
  readonly times: string;
  readonly label: string;
}

interface Times {
  readonly opens: number;
  readonly closes: number;
}

export function timesOf(intervals: readonly Times[]): string {
  return intervals.map(({ opens, closes }) => `${writeTime(opens)}–${writeTime(closes)}`).join(', ');
}

/** 0 = Monday, of `YYYY-MM-DD`. */
export function weekdayOf(date: string): number {
  return (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7;
}

/** By the precedence of behaviour D6: dated rule, holiday, week. */
export function dayState({ dated, week, holidays, closedPermanently }: Draft, rows: HolidayRows, date: string): DayState {
  if (closedPermanently) return { kind: 'week', open: false, times: '', label: '' };
  const rule = ruleOn(dated, date);
  if (rule) return { kind: 'exception', open: rule.intervals.length > 0, times: timesOf(rule.intervals), label: rule.label };
  const holiday = holidays === null ? undefined : rows.find((row) => row.date === date && row.struckOut !== true);
  if (holiday) {
    const times = (holiday.hours ?? []).map(({ opens, closes }) => `${opens}–${closes}`).join(', ');
    return { kind: 'holiday', open: times !== '', times, label: holiday.name };
  }
  const mine = week.filter(({ day }) => day === weekdayOf(date));
  return { kind: 'week', open: mine.length > 0, times: timesOf(mine), label: '' };
}

/** The dates of a month in rows of weeks, Monday first; null where a row reaches into another month. `month`: `YYYY-MM`. */
export function weeksOf(month: string): (string | null)[][] {
  const [year = 1970, number = 1] = month.split('-').map(Number);
  const days = new Date(Date.UTC(year, number, 0)).getUTCDate();
  const dates = Array.from({ length: days }, (_, index) => `${month}-${String(index + 1).padStart(2, '0')}`);
  const cells = [...Array.from({ length: weekdayOf(`${month}-01`) }, () => null), ...dates];
  return Array.from({ length: Math.ceil(cells.length / 7) }, (_, row) => Array.from({ length: 7 }, (__, column) => cells[row * 7 + column] ?? null));
}

/** So many months on: `2026-11` and 2 is `2027-01`. */
export function monthAfter(month: string, count: number): string {
  const [year = 1970, number = 1] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number - 1 + count, 1)).toISOString().slice(0, 7);
}

/** So many days on. */
export function dateAfter(date: string, count: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + count * 86_400_000).toISOString().slice(0, 10);
}
