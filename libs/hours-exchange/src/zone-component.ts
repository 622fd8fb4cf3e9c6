import { localTimeAt } from '#domain/opening-hours/index';
import { writeComponent, writeProperty } from './content-lines.js';

const DAY_MS = 86_400_000;

/**
 * The zone as RFC 5545 asks for it: what holds on a date, and every change within so many days. Readers that know the IANA name, nearly
 * all of them, use their own data.
 */
export function zoneComponent(zone: string, from: string, days: number): string[] {
  const start = Date.parse(from) - DAY_MS;
  let offset = offsetAt(zone, start);
  const observances = [observance(start + offset, offset, offset)];
  for (let day = start + DAY_MS; day < start + days * DAY_MS; day += DAY_MS) {
    const next = offsetAt(zone, day);
    if (next === offset) continue;
    const at = changeBetween(zone, day - DAY_MS, day);
    observances.push(observance(at + offset, offset, next)); // onset by the clock that was valid before (RFC 5545, 3.6.5)
    offset = next;
  }
  return writeComponent('VTIMEZONE', [writeProperty('tzid', 'text', zone), ...observances.flat()]);
}

function observance(wall: number, before: number, after: number): string[] {
  return writeComponent(after > before ? 'DAYLIGHT' : 'STANDARD', [
    writeProperty('dtstart', 'date-time', new Date(wall).toISOString().slice(0, 19)),
    writeProperty('tzoffsetfrom', 'utc-offset', utcOffset(before)),
    writeProperty('tzoffsetto', 'utc-offset', utcOffset(after)),
  ]);
}

function changeBetween(zone: string, from: number, to: number): number {
  const before = offsetAt(zone, from);
  let [low, high] = [from, to];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(zone, middle) === before) low = middle;
    else high = middle;
  }
  return high;
}

function offsetAt(zone: string, at: number): number {
  return localTimeAt(zone, at) - at;
}

function utcOffset(ms: number): string {
  const minutes = Math.abs(ms) / 60_000;
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  return `${ms < 0 ? '-' : '+'}${two(minutes / 60)}:${two(minutes % 60)}`;
}
