import { tag } from './locale.js';

const made = new Map<string, unknown>();

/** Makers of words are dear to make: one for each language and key. `make` takes the language's tag. */
export function maker<T>(key: string, make: (locale: string) => T): T {
  const locale = tag();
  const name = `${locale} ${key}`;
  if (!made.has(name)) made.set(name, make(locale));
  return made.get(name) as T;
}

const DAY_MS = 86_400_000;

/** `10:12:03` where seconds count, else `10:12`. `at`: ms since epoch, in the browser's zone. */
export function clock(at: number, seconds = true): string {
  return maker(`clock ${seconds}`, (l) => new Intl.DateTimeFormat(l, { timeStyle: seconds ? 'medium' : 'short' })).format(at);
}

/** `10:12` on the same day, `Mon 10:12` within a week, else with the date. */
export function dayAndClock(at: number, now = Date.now()): string {
  const time = clock(at, false);
  if (new Date(at).toDateString() === new Date(now).toDateString()) return time;
  const near = Math.abs(at - now) < 6 * DAY_MS;
  const options = near ? { weekday: 'short' as const } : { day: 'numeric' as const, month: 'short' as const };
  return `${maker(`day ${near}`, (l) => new Intl.DateTimeFormat(l, options)).format(at)} ${time}`;
}

/** The same instant on the wall of a zone, `Tue 09:45`; null where that is what the clock here shows, and of a zone that is not known. */
export function thereToo(at: number, timeZone: string): string | null {
  const written = (zone?: string): string => {
    const options = { weekday: 'short', hour: 'numeric', minute: '2-digit', ...(zone === undefined ? {} : { timeZone: zone }) } as const;
    return maker(`there ${zone}`, (l) => new Intl.DateTimeFormat(l, options)).format(at);
  };
  try {
    const there = written(timeZone);
    return there === written() ? null : there;
  } catch {
    return null;
  }
}

/** `23 Nov 2026`; in the browser's zone if none is given. */
export function dayOnly(at: number, timeZone?: string): string {
  return maker(`date ${timeZone}`, (l) => new Intl.DateTimeFormat(l, { dateStyle: 'medium', ...(timeZone === undefined ? {} : { timeZone }) })).format(at);
}

/** A countdown: `1:32`, from an hour on `1:02:03`. `left` in ms; never below zero. */
export function lasting(left: number): string {
  const seconds = Math.max(0, Math.ceil(left / 1000));
  const two = (n: number): string => String(n).padStart(2, '0');
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** `2 minutes ago`. */
export function ago(at: number, now: number): string {
  const seconds = Math.min(0, Math.round((at - now) / 1000));
  const format = maker('ago', (l) => new Intl.RelativeTimeFormat(l, { numeric: 'auto' }));
  if (seconds > -60) return format.format(seconds, 'second');
  if (seconds > -3600) return format.format(Math.round(seconds / 60), 'minute');
  if (seconds > -86_400) return format.format(Math.round(seconds / 3600), 'hour');
  return format.format(Math.round(seconds / 86_400), 'day');
}

/** `12 %`; what is little, but not nothing, is `< 1 %`; nothing is ''. */
export function share(part: number, whole: number): string {
  if (whole <= 0 || part <= 0) return '';
  const percent = Math.round((part / whole) * 100);
  return percent === 0 ? '< 1 %' : `${percent} %`;
}

/** Compares names as a person would put them in order. */
export function inOrder(): (one: string, other: string) => number {
  return maker('order', (l) => new Intl.Collator(l)).compare;
}

/** `DE, EN and FR`. */
export function listed(names: readonly string[]): string {
  return maker('list', (l) => new Intl.ListFormat(l, { type: 'conjunction' })).format(names);
}

/** The form that the language has for this number. */
export function plural(count: number, forms: { readonly one: string; readonly other: string }): string {
  return maker('plural', (l) => new Intl.PluralRules(l)).select(count) === 'one' ? forms.one : forms.other;
}
