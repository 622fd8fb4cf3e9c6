import { tag } from '../i18n/locale.js';

/** 1 January 2024, a Monday; ms since epoch. */
const A_MONDAY = Date.UTC(2024, 0, 1);
const DAY_MS = 86_400_000;

/** `Monday`, `Mon`. 0 = Monday. */
export function dayName(day: number, width: 'long' | 'short' = 'long'): string {
  return new Intl.DateTimeFormat(tag(), { weekday: width, timeZone: 'UTC' }).format(A_MONDAY + day * DAY_MS);
}

/** `Thu, 24 Dec 2026` of `YYYY-MM-DD`; of a long list without the year where it is the same. */
export function dateName(date: string, { year = true, weekday = true }: { readonly year?: boolean; readonly weekday?: boolean } = {}): string {
  const at = Date.parse(`${date}T00:00:00Z`);
  if (!Number.isFinite(at)) return date;
  const options = { ...(weekday ? { weekday: 'short' as const } : {}), day: 'numeric' as const, month: 'short' as const, ...(year ? { year: 'numeric' as const } : {}) };
  return new Intl.DateTimeFormat(tag(), { ...options, timeZone: 'UTC' }).format(at);
}

/** `24 – 26 Dec 2026`, or one day. */
export function periodName(from: string, to: string): string {
  if (from === to) return dateName(from);
  const format = new Intl.DateTimeFormat(tag(), { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });
  return format.formatRange(Date.parse(from), Date.parse(to));
}

/** `December 2026` of `YYYY-MM`. */
export function monthName(month: string): string {
  return new Intl.DateTimeFormat(tag(), { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(Date.parse(`${month}-01`));
}

/** `45 h`, `37.5 h`. */
export function hoursOfMinutes(minutes: number): string {
  return new Intl.NumberFormat(tag(), { style: 'unit', unit: 'hour', unitDisplay: 'short', maximumFractionDigits: 2 }).format(minutes / 60);
}

/** `Tue, 24 Nov, 12:00` on the wall of a zone. */
export function zonedTime(instant: string, timeZone: string): string {
  const options = { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', timeZone } as const;
  return new Intl.DateTimeFormat(tag(), options).format(Date.parse(instant));
}
