import { maker } from '../i18n/format.js';
import type { Grain } from './ticks.js';
import { unitOf, type View } from './view.js';
import type { Zone } from '../i18n/zone.js';

/** One for each zone and way. */
function format(zone: Zone, way: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return maker(`timeline ${zone.name} ${way}`, (l) => new Intl.DateTimeFormat(l, { ...options, timeZone: zone.name }));
}

/** What lasted shorter than this has ends that minutes do not tell apart. ms */
export const SHORT_MS = 120_000;

const DATE = { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' } as const;
const TICKS: Readonly<Record<Grain, Intl.DateTimeFormatOptions>> = {
  second: { timeStyle: 'medium' },
  minute: { timeStyle: 'short' },
  day: { weekday: 'short', day: 'numeric' },
  month: { month: 'short' },
  year: { year: 'numeric' },
};

/** `Mon, 23 Nov 2026, 14:03:12`, on the wall of the zone. */
export function instant(at: number, zone: Zone): string {
  return format(zone, 'instant', { ...DATE, hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(at);
}

/** `14:03` on the same day as `beside`, else `23 Nov, 14:03`. `precise`: with seconds on the same day. */
export function shortTime(at: number, beside: number, zone: Zone, precise = false): string {
  const style = precise ? 'medium' : 'short';
  if (zone.startOf('day', at) === zone.startOf('day', beside)) return format(zone, style, { timeStyle: style }).format(at);
  return format(zone, 'short date', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' }).format(at);
}

export function tickLabel(at: number, grain: Grain, zone: Zone): string {
  return format(zone, grain, TICKS[grain]).format(at);
}

/** What is seen, in words: `Monday, 23 November 2026`, `November 2026`, else from when to when. */
export function viewTitle(view: View, zone: Zone): string {
  switch (unitOf(view, zone)) {
    case 'day':
      return format(zone, 'whole day', { dateStyle: 'full' }).format(view.from);
    case 'month':
      return format(zone, 'whole month', { month: 'long', year: 'numeric' }).format(view.from);
    case 'year':
      return tickLabel(view.from, 'year', zone);
    case 'week':
      return format(zone, 'days', { dateStyle: 'long' }).formatRange(view.from, view.to - 1);
    default:
      return format(zone, 'stretch', { dateStyle: 'medium', timeStyle: 'short' }).formatRange(view.from, view.to);
  }
}

const UNITS = [['day', Infinity, 86_400], ['hour', 24, 3_600], ['minute', 60, 60], ['second', 60, 1]] as const;

/** `2 hr 15 min`, `3 days 4 hr`, `12 sec`, as the language abbreviates it: two parts at most. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  const parts = UNITS.map(([unit, most, size]) => ({ unit, count: Math.floor(seconds / size) % most }));
  const first = parts.findIndex(({ count }) => count > 0);
  if (first < 0) return `< ${counted(1, 'second')}`;
  const told = parts.slice(first, first + 2).filter(({ count }) => count > 0);
  return told.map(({ count, unit }) => counted(count, unit)).join(' ');
}

function counted(count: number, unit: (typeof UNITS)[number][0]): string {
  return maker(`count ${unit}`, (l) => new Intl.NumberFormat(l, { style: 'unit', unit, unitDisplay: 'short' })).format(count);
}

/** An instant as a field of type datetime-local has it, on the wall of the zone. */
export function toField(at: number, zone: Zone): string {
  const { year, month, day, hour, minute } = zone.wall(at);
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}`;
}

/** The instant at which the wall first shows what a field says; null: the field is not filled in. */
export function fromField(text: string, zone: Zone): number | null {
  const found = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)/.exec(text);
  if (!found) return null;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0] = found.slice(1).map(Number);
  const midnight = zone.midnight(year, month, day);
  const wanted = hour * 60 + minute;
  const straight = midnight + wanted * 60_000;
  const around = [-120, -60, -30, 0, 30, 60, 120].map((off) => straight + off * 60_000);
  return around.find((at) => at >= midnight && zone.minuteOfDay(at) === wanted) ?? straight;
}
