import { maker } from '../i18n/format.js';
import type { Zone } from '../i18n/zone.js';
import type { Bar } from './bars.js';
import type { Range, Step } from './range.js';

/** `162 h 05 min`, `12 min 30 s`, `0 h`: what is added up stays in hours. */
export function spent(seconds: number): string {
  const whole = Math.round(seconds);
  const [h, min, s] = [Math.floor(whole / 3_600), Math.floor(whole / 60) % 60, whole % 60];
  if (h > 0) return min === 0 ? `${h} h` : `${h} h ${String(min).padStart(2, '0')} min`;
  if (min > 0) return s === 0 ? `${min} min` : `${min} min ${String(s).padStart(2, '0')} s`;
  return s > 0 ? `${s} s` : '0 h';
}

function format(zone: Zone, way: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return maker(`report ${zone.name} ${way}`, (l) => new Intl.DateTimeFormat(l, { ...options, timeZone: zone.name }));
}

/** The name of a period, on the calendar of the zone. */
export function periodName({ from, to }: Bar, by: Step, zone: Zone): string {
  if (by === 'hour') return format(zone, 'hour', { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' }).format(from);
  if (by === 'day') return format(zone, 'day', { weekday: 'short', day: 'numeric', month: 'short' }).format(from);
  return format(zone, 'week', { day: 'numeric', month: 'short' }).formatRange(from, to - 1);
}

/** The same below a bar, where there is little room. */
export function periodMark({ from }: Bar, by: Step, zone: Zone): string {
  if (by === 'hour') return format(zone, 'hour mark', { weekday: 'short', hour: '2-digit' }).format(from);
  return format(zone, 'day mark', { day: 'numeric', month: 'short' }).format(from);
}

export function rangeName({ from, to }: Range, zone: Zone): string {
  return format(zone, 'range', { dateStyle: 'long' }).formatRange(from, to - 1);
}

/** `Mon 23 Nov, 10:02`. */
export function instantName(at: number, zone: Zone): string {
  return format(zone, 'instant', { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' }).format(at);
}
