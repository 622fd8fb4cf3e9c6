import {
  DAYS_OF_WEEK, daysOf, type Holiday, holidayOn, type OpeningHours, type OpensCloses, type SpecialOpeningHours, specialOn,
} from '#domain/opening-hours/index';
import { writeComponent, writeProperty } from './content-lines.js';
import { zoneComponent } from './zone-component.js';

export interface ExportOptions {
  /** The site's, for hours that do not name their own. */
  readonly timeZone: string;
  /** The local date with which weekly events begin, `YYYY-MM-DD`. */
  readonly from: string;
  /** When the file is made, ms since epoch. */
  readonly stamp: number;
  /** Makes the ids of the events unique in the world, such as `site-1.ampel.example`. */
  readonly id: string;
}

const DAY_MS = 86_400_000;
/** How far ahead weekly events leave out dated days, for readers who do not know our marks: holidays are not known further. */
const AHEAD_DAYS = 3 * 365;

/**
 * Opening hours as an iCalendar file: an event is open time. Weekly hours recur for ever and leave dated days out; dates that are closed,
 * and holidays, are transparent all-day events. `X-AMPEL-` properties say what the format cannot; `fromICalendar` reads all of it back.
 */
export function toICalendar(hours: OpeningHours, options: ExportOptions): string {
  const zone = hours.timeZone ?? options.timeZone;
  const { publicHolidays, closedPermanently } = hours;
  const event = (id: string, lines: readonly string[]): string[] =>
    writeComponent('VEVENT', [
      writeProperty('uid', 'text', `${id}@${options.id}`),
      writeProperty('dtstamp', 'date-time', new Date(options.stamp).toISOString().replace(/[.]\d+Z$/, 'Z')),
      ...lines,
    ]);
  const weekly = hours.weekly.map((row, i) => {
    const days = row.dayOfWeek.map((day) => DAYS_OF_WEEK.indexOf(day));
    const dates = datesFrom(options.from, AHEAD_DAYS).filter((date) => days.includes(weekday(date)));
    const left = dates.filter((date) => specialOn(hours, date) ?? holidayOn(hours, date));
    const rule = { freq: 'WEEKLY', byday: days.map((day) => DAYS_OF_WEEK[day]?.slice(0, 2).toUpperCase()) };
    return event(`weekly-${i}`, [...times(dates[0] ?? options.from, row, zone), writeProperty('rrule', 'recur', rule), ...exdates(left, row, zone), text('Open')]);
  });
  const special = hours.special.flatMap((each, i) => {
    const mark = unknown('x-ampel-exception', String(i));
    if (each.hours.length === 0) return [event(`exception-${i}`, [...allDay(each), mark, ...closedLines(each.name)])];
    return each.hours.map((row, j) => event(`exception-${i}-${j}`, [...dated(each, row, hours, zone), mark, text(each.name ?? 'Open'), ...named(each.name)]));
  });
  const holidays = (publicHolidays?.rows ?? []).flatMap((row) => holiday(row, hours, zone).map((lines, j) => event(`holiday-${row.date}-${j}`, lines)));
  const lines = writeComponent('VCALENDAR', [
    writeProperty('version', 'text', '2.0'),
    writeProperty('prodid', 'text', '-//Ampel//Opening hours//EN'),
    ...(hours.timeZone === undefined ? [unknown('x-ampel-time-zone', 'SITE')] : []),
    ...(hours.weekly.length === 0 && hours.timeZone !== undefined ? [unknown('x-ampel-time-zone', hours.timeZone)] : []),
    ...(closedPermanently ? [unknown('x-ampel-closed-permanently', 'TRUE')] : []),
    ...(publicHolidays ? [unknown('x-ampel-holidays', [publicHolidays.country, publicHolidays.region].filter(Boolean).join('/'))] : []),
    ...zoneComponent(zone, options.from, AHEAD_DAYS),
    ...[...weekly, ...special, ...holidays].flat(),
  ]);
  return `${lines.join('\r\n')}\r\n`;
}

/** The open times of a dated exception: once a day as long as it lasts, but for the days on which another one holds. */
function dated(special: SpecialOpeningHours, row: OpensCloses, hours: OpeningHours, zone: string): string[] {
  const count = daysOf(special);
  const other = datesFrom(special.validFrom, Math.min(count, AHEAD_DAYS)).filter((date) => specialOn(hours, date) !== special);
  if (count === 1) return [...times(special.validFrom, row, zone), ...(other.length > 0 ? [writeProperty('status', 'text', 'CANCELLED')] : [])];
  return [...times(special.validFrom, row, zone), writeProperty('rrule', 'recur', { freq: 'DAILY', count }), ...exdates(other, row, zone)];
}

function holiday(row: Holiday, hours: OpeningHours, zone: string): string[][] {
  const without = row.struckOut || specialOn(hours, row.date) ? [writeProperty('status', 'text', 'CANCELLED')] : [];
  const marks = [
    unknown('x-ampel-holiday', row.struckOut ? 'STRUCK-OUT' : 'TRUE'),
    ...(row.edited ? [unknown('x-ampel-edited', 'TRUE')] : []),
    ...without,
  ];
  if (row.hours && row.hours.length > 0) return row.hours.map((each) => [...times(row.date, each, zone), ...marks, text(row.name)]);
  return [[...allDay({ validFrom: row.date, validThrough: row.date }), ...marks, writeProperty('transp', 'text', 'TRANSPARENT'), text(row.name)]];
}

function times(date: string, { opens, closes }: OpensCloses, zone: string): string[] {
  const nextDay = closes <= opens || closes === '24:00';
  const end = `${nextDay ? addDays(date, 1) : date}T${closes === '24:00' ? '00:00' : closes}:00`;
  return [writeProperty('dtstart', 'date-time', `${date}T${opens}:00`, { tzid: zone }), writeProperty('dtend', 'date-time', end, { tzid: zone })];
}

function allDay({ validFrom, validThrough }: { validFrom: string; validThrough: string }): string[] {
  return [writeProperty('dtstart', 'date', validFrom), writeProperty('dtend', 'date', addDays(validThrough, 1))];
}

function closedLines(name: string | undefined): string[] {
  return [writeProperty('transp', 'text', 'TRANSPARENT'), text(name ?? 'Closed'), ...named(name)];
}

/** Tells a label from the word that stands where there is none. */
function named(name: string | undefined): string[] {
  return name === undefined ? [unknown('x-ampel-label', 'NONE')] : [];
}

function exdates(dates: readonly string[], { opens }: OpensCloses, zone: string): string[] {
  return dates.length === 0 ? [] : [writeProperty('exdate', 'date-time', dates.map((date) => `${date}T${opens}:00`), { tzid: zone })];
}

function text(summary: string): string {
  return writeProperty('summary', 'text', summary);
}

function unknown(name: string, value: string): string {
  return writeProperty(name, 'unknown', value);
}

function datesFrom(from: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => addDays(from, i));
}

function addDays(date: string, days: number): string {
  return new Date(Date.parse(date) + days * DAY_MS).toISOString().slice(0, 10);
}

/** 0 is Monday. */
function weekday(date: string): number {
  return (new Date(date).getUTCDay() + 6) % 7;
}
