import { DAY_NAMES, type DayName, isTimeZone } from '#domain/opening-hours/index';
import type { Component, Property } from './content-lines.js';
import { labelOf } from './label.js';
import { unreadable } from './unreadable-hours.js';

/** An event of a calendar, as far as opening hours need it. */
export interface CalendarEvent {
  readonly line: number;
  readonly summary: string | undefined;
  /** Our marks (`x-ampel-...`) by name. */
  readonly marks: ReadonlyMap<string, string>;
  /** Dates of an all-day event, both included, or the open time that begins on a date. */
  readonly span: { readonly from: string; readonly to: string } | OpenTime;
  readonly recurs: { readonly days: readonly DayName[] } | { readonly count: number } | null;
  /** Dates left out. */
  readonly without: readonly string[];
  readonly transparent: boolean;
}

export interface OpenTime {
  readonly date: string;
  readonly opens: string;
  readonly closes: string;
  /** IANA name; undefined: whatever the place has. */
  readonly zone: string | undefined;
  readonly line: number;
}

const DAY_MS = 86_400_000;
const UNDERSTOOD = new Set(['dtstart', 'dtend', 'duration', 'rrule', 'exdate', 'summary', 'transp', 'status']);
/** Say nothing about when somebody is open. */
const WITHOUT_MEANING = new Set([
  'uid', 'dtstamp', 'created', 'last-modified', 'sequence', 'description', 'location', 'class', 'categories', 'organizer', 'url', 'priority',
  'geo', 'contact', 'comment', 'color',
]);

/** Reads an event. Refuses, with its line, whatever it says that is not understood. */
export function readEvent({ properties, components, line }: Component): CalendarEvent {
  const [inside] = components;
  if (inside) throw unreadable(`line ${inside.line}`, `begins ${inside.name}, which is not understood in an event`);
  const one = new Map<string, Property>();
  const left: Property[] = [];
  const marks = new Map<string, string>();
  for (const property of properties) {
    const { name, values } = property;
    if (name.startsWith('x-')) marks.set(name, String(values[0]));
    else if (name === 'exdate') left.push(property);
    else if (UNDERSTOOD.has(name) && one.has(name)) throw refused(property, 'is there twice');
    else if (UNDERSTOOD.has(name)) one.set(name, property);
    else if (!WITHOUT_MEANING.has(name)) throw refused(property, 'is not understood');
  }
  const start = one.get('dtstart');
  if (!start) throw unreadable(`line ${line}`, 'begins an event without DTSTART');
  assertHappens(one.get('status'), marks);
  const end = one.get('dtend') ?? one.get('duration');
  if (one.has('dtend') && one.has('duration')) throw refused(end as Property, 'must not stand beside DURATION');
  const span = start.type === 'date' ? allDay(start, end) : openTime(start, end);
  const summary = one.get('summary');
  const rule = one.get('rrule');
  if (rule && 'from' in span) throw refused(rule, 'is not understood of an all-day event');
  return {
    line,
    marks,
    span,
    summary: typeof summary?.values[0] === 'string' ? labelOf(summary.values[0], `line ${summary.line}`) : undefined,
    recurs: rule && 'opens' in span ? recurrence(rule, span.date) : null,
    without: left.flatMap((property) => property.values.map((value) => dateLeftOut(property, String(value), span))),
    transparent: String(one.get('transp')?.values[0]).toUpperCase() === 'TRANSPARENT',
  };
}

function assertHappens(status: Property | undefined, marks: ReadonlyMap<string, string>): void {
  const ours = marks.has('x-ampel-exception') || marks.has('x-ampel-holiday');
  if (status && !ours && String(status.values[0]).toUpperCase() !== 'CONFIRMED') throw refused(status, 'must be CONFIRMED');
}

function allDay(start: Property, end: Property | undefined): { from: string; to: string } {
  const from = dateOf(start);
  if (!end) return { from, to: from };
  if (end.name !== 'dtend' || end.type !== 'date') throw refused(end, 'must be the DTEND of an all-day event, a date');
  const to = new Date(Date.parse(dateOf(end)) - DAY_MS).toISOString().slice(0, 10);
  if (to < from) throw refused(end, 'must be after DTSTART');
  return { from, to };
}

function openTime(start: Property, end: Property | undefined): OpenTime {
  if (!end) throw refused(start, 'needs a DTEND or a DURATION beside it');
  const began = wallOf(start);
  const ended = end.name === 'duration' ? began + durationOf(end) : wallOf(end);
  const zone = zoneOf(start);
  if (end.name === 'dtend' && zoneOf(end) !== zone) throw refused(end, 'must be in the time zone of DTSTART');
  if (ended <= began) throw refused(end, 'must be after DTSTART');
  const [date = '', opens = ''] = [isoOf(began).slice(0, 10), isoOf(began).slice(11, 16)];
  const time = isoOf(ended).slice(11, 16);
  const wholeDay = ended - began === DAY_MS && opens === '00:00';
  if (ended - began >= DAY_MS && !wholeDay) throw refused(end, 'must come less than 24 hours after DTSTART, but for a whole day from 00:00 to 24:00');
  return { date, opens, closes: time === '00:00' ? '24:00' : time, zone, line: start.line };
}

function recurrence(rule: Property, date: string): CalendarEvent['recurs'] {
  const { freq, interval, byday, count, wkst: _, ...more } = rule.values[0] as Record<string, unknown>;
  const [other] = Object.keys(more);
  if (other !== undefined) throw refused(rule, `says ${other.toUpperCase()}, which is not understood`);
  if (interval !== undefined && interval !== 1) throw refused(rule, 'must recur every week: INTERVAL is not understood');
  if (freq === 'DAILY' && byday === undefined) return typeof count === 'number' ? { count } : { days: [...DAY_NAMES] };
  if (freq !== 'WEEKLY') throw refused(rule, 'must be FREQ=WEEKLY, or FREQ=DAILY without BYDAY');
  if (count !== undefined) throw refused(rule, 'must recur for ever: COUNT is understood of FREQ=DAILY only');
  if (byday === undefined) return { days: [DAY_NAMES[(new Date(date).getUTCDay() + 6) % 7] as DayName] };
  const days = ([byday].flat() as string[]).map((day) => day.toLowerCase() as DayName);
  if (days.some((day) => !DAY_NAMES.includes(day))) throw refused(rule, 'must name plain days in BYDAY, such as MO,TU');
  return { days };
}

function dateLeftOut(property: Property, value: string, span: CalendarEvent['span']): string {
  if ('from' in span) throw refused(property, 'is not understood of an all-day event');
  if (property.type === 'date') return dateOf({ ...property, values: [value] });
  if (zoneOf(property) !== span.zone) throw refused(property, 'must be in the time zone of DTSTART');
  const wall = isoOf(wallOf({ ...property, values: [value] }));
  if (wall.slice(11, 16) !== span.opens) throw refused(property, 'must name times at which the event would begin');
  return wall.slice(0, 10);
}

/** `2026-11-23T08:00:00`, with or without Z, as ms on the wall. */
function wallOf(property: Property): number {
  const value = String(property.values[0]);
  const wall = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ?$/.test(value) ? Date.parse(`${value.replace('Z', '')}Z`) : NaN;
  if (Number.isNaN(wall) || isoOf(wall).slice(0, 19) !== value.replace('Z', '')) throw refused(property, 'must be a date and time that exists');
  if (wall % 60_000 !== 0) throw refused(property, 'must be a whole minute');
  return wall;
}

function dateOf(property: Property): string {
  const value = String(property.values[0]);
  const day = /^\d{4}-\d\d-\d\d$/.test(value) ? Date.parse(value) : NaN;
  if (Number.isNaN(day) || isoOf(day).slice(0, 10) !== value) throw refused(property, 'must be a date that exists');
  return value;
}

function zoneOf(property: Property): string | undefined {
  const { tzid } = property.parameters;
  if (tzid === undefined) return String(property.values[0]).endsWith('Z') ? 'UTC' : undefined;
  const zone = String(tzid);
  if (!isTimeZone(zone)) throw refused(property, `names the zone ${zone}, which is no IANA time zone`);
  return zone;
}

function durationOf(property: Property): number {
  const [match, days = 0, hours = 0, minutes = 0] = /^P(?:(\d{1,3})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,5})M)?)?$/.exec(String(property.values[0])) ?? [];
  if (match === undefined) throw refused(property, 'must be a duration of days, hours and minutes');
  return ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60_000;
}

function isoOf(wall: number): string {
  return new Date(wall).toISOString();
}

function refused({ name, line }: Property, detail: string): Error {
  return unreadable(`line ${line}`, `${name.toUpperCase()} ${detail}`);
}
