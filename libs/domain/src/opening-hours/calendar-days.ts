/** Milliseconds of a day on the wall. */
export const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** First and last date that hours may name: nobody plans beyond, and zone data does not reach further. */
export const FIRST_DATE = '1970-01-01';
export const LAST_DATE = '2199-12-31';

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const TIME = /^\d{2}:\d{2}$/;

/**
 * A date `YYYY-MM-DD` as the number of days since 1970-01-01; NaN if it is none or does not exist. Plain arithmetic, because two years of
 * holidays of every schedule pass here: Howard Hinnant's days_from_civil, which begins its years in March.
 */
export function dayNumber(date: string): number {
  if (!DATE.test(date)) return NaN;
  const year = digits(date, 0, 4);
  const month = digits(date, 5, 2);
  const day = digits(date, 8, 2);
  if (month < 1 || month > 12 || day < 1 || day > daysOf(year, month)) return NaN;
  const march = month > 2 ? month - 3 : month + 9;
  const y = month > 2 ? year : year - 1;
  const dayOfYear = Math.floor((153 * march + 2) / 5) + day - 1;
  return y * 365 + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) + dayOfYear - 719_468;
}

function digits(text: string, from: number, count: number): number {
  let value = 0;
  for (let i = from; i < from + count; i += 1) value = value * 10 + text.charCodeAt(i) - 48;
  return value;
}

function daysOf(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** The date `YYYY-MM-DD` of a day number. */
export function dateOf(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** 0 is Monday. 1970-01-01 was a Thursday. */
export function weekdayOf(day: number): number {
  return (((day + 3) % 7) + 7) % 7;
}

/** The Monday of the week that holds a date, `YYYY-MM-DD` both. */
export function mondayOf(date: string): string {
  const day = dayNumber(date);
  return dateOf(day - weekdayOf(day));
}

/** Milliseconds from midnight to `HH:MM` on the wall, 0 to 24 h; NaN if it is no such time (`8:00`, `25:00`, `24:01`). */
export function timeOfDay(time: string): number {
  if (!TIME.test(time) || digits(time, 3, 2) > 59) return NaN;
  const ms = (digits(time, 0, 2) * 60 + digits(time, 3, 2)) * MINUTE_MS;
  return ms <= DAY_MS ? ms : NaN;
}

/** The same day so many months later, or the last day of that month: 31 August and 6 months is 28 or 29 February. */
export function monthsAfter(date: string, months: number): string {
  const [year = 1970, month = 1, day = 1] = date.split('-').map(Number);
  const lastDay = new Date(Date.UTC(year, month + months, 0)).getUTCDate();
  return new Date(Date.UTC(year, month - 1 + months, Math.min(day, lastDay))).toISOString().slice(0, 10);
}
