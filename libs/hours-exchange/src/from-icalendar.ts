import { DAY_NAMES, type DayName, type Holiday, type HoursBody, type KnowsCalendar, type OpeningHours } from '#domain/opening-hours/index';
import { type CalendarEvent, type OpenTime, readEvent } from './calendar-events.js';
import { type Component, readCalendar } from './content-lines.js';
import { hoursOf } from './hours-draft.js';
import { unreadable } from './unreadable-hours.js';

type Exception = NonNullable<HoursBody['exceptions']>[number];

/** Properties of a calendar that say nothing about when somebody is open. */
const WITHOUT_MEANING = new Set(['version', 'prodid', 'calscale', 'method', 'name', 'description', 'source', 'url', 'color', 'refresh-interval', 'uid', 'last-modified']);

/**
 * Reads opening hours from an iCalendar file. An event is open time: one that recurs weekly is weekly hours, one on a date adds to what
 * the week says of it, a date that is left out (EXDATE) takes away. A transparent all-day event closes its days; its summary is the label.
 * Refuses (UnreadableHours, `invalid-body`) what is not understood, with its line: other recurrences, all-day events that are not
 * transparent, alarms, to-dos, zones that are not of IANA.
 */
export function fromICalendar(text: string, knows: KnowsCalendar): OpeningHours {
  const calendar = readCalendar(text);
  const marks = calendarMarks(calendar);
  const events = calendar.components.filter(({ name }) => name !== 'VTIMEZONE').map((component) => {
    if (component.name !== 'VEVENT') throw unreadable(`line ${component.line}`, `begins ${component.name}, which is not understood`);
    return readEvent(component);
  });
  const zone = commonZone(events);
  const timeZone = marks.get('x-ampel-time-zone') === 'SITE' ? undefined : (zone ?? marks.get('x-ampel-time-zone'));
  const places = new Map<string, string>([['', `line ${calendar.line}`]]);
  const weekly = events.filter((event) => event.recurs && 'days' in event.recurs);
  const rows = holidayRows(events);
  const own = ownExceptions(events, places);
  const foreign = foreignExceptions(events, weekly, (date) => rows.some((row) => row.date === date) || own.some(({ from, to }) => from <= date && date <= to));
  foreign.forEach(({ line }, i) => places.set(`/exceptions/${own.length + i}`, `line ${line}`));
  weekly.forEach(({ line }, i) => places.set(`/weekly/${i}`, `line ${line}`));
  const [country = '', region] = marks.get('x-ampel-holidays')?.split('/') ?? [];
  const exceptions = [...own, ...foreign.map(({ exception }) => exception)];
  const body: HoursBody = {
    ...(timeZone === undefined ? {} : { timeZone }),
    weekly: weekly.map(({ recurs, span }) => ({ days: daysOf(recurs), opens: (span as OpenTime).opens, closes: (span as OpenTime).closes })),
    ...(exceptions.length > 0 ? { exceptions } : {}),
    ...(marks.has('x-ampel-holidays') ? { holidays: { country, ...(region === undefined ? {} : { region }) } } : {}),
    ...(marks.has('x-ampel-closed-permanently') ? { closedPermanently: true } : {}),
  };
  return hoursOf({ body, rows, places }, knows);
}

function calendarMarks({ properties }: Component): Map<string, string> {
  const marks = new Map<string, string>();
  for (const { name, values, line } of properties) {
    if (name.startsWith('x-')) marks.set(name, String(values[0]));
    else if (!WITHOUT_MEANING.has(name)) throw unreadable(`line ${line}`, `${name.toUpperCase()} is not understood`);
    else if (name === 'calscale' && String(values[0]).toUpperCase() !== 'GREGORIAN') throw unreadable(`line ${line}`, 'CALSCALE must be GREGORIAN');
  }
  return marks;
}

function commonZone(events: readonly CalendarEvent[]): string | undefined {
  const times = events.flatMap(({ span }) => ('opens' in span ? [span] : []));
  const other = times.find(({ zone }) => zone !== times[0]?.zone);
  if (other) throw unreadable(`line ${other.line}`, `is in another time zone than line ${times[0]?.line}: opening hours have one`);
  return times[0]?.zone;
}

function daysOf(recurs: CalendarEvent['recurs']): DayName[] {
  return recurs && 'days' in recurs ? [...recurs.days] : [];
}

function holidayRows(events: readonly CalendarEvent[]): Holiday[] {
  const rows = new Map<string, Holiday>();
  for (const { marks, span, summary } of events) {
    const mark = marks.get('x-ampel-holiday');
    if (mark === undefined) continue;
    const date = 'opens' in span ? span.date : span.from;
    const hours = 'opens' in span ? [...(rows.get(date)?.hours ?? []), { opens: span.opens, closes: span.closes }] : [];
    rows.set(date, {
      date,
      name: summary ?? '',
      ...(hours.length > 0 ? { hours } : {}),
      ...(mark === 'STRUCK-OUT' ? { struckOut: true } : {}),
      ...(marks.get('x-ampel-edited') === 'TRUE' ? { edited: true } : {}),
    });
  }
  return [...rows.values()].sort((a, b) => (a.date < b.date ? -1 : 1));
}

/** Exceptions that we exported, in their order; those with several intervals are several events. */
function ownExceptions(events: readonly CalendarEvent[], places: Map<string, string>): Exception[] {
  const byNumber = new Map<string, Exception>();
  for (const event of events) {
    const number = event.marks.get('x-ampel-exception');
    if (number === undefined) continue;
    const known = byNumber.get(number);
    if (!known) {
      places.set(`/exceptions/${byNumber.size}`, `line ${event.line}`);
      byNumber.set(number, exceptionOf(event));
    } else if (known.intervals && 'opens' in event.span) {
      known.intervals.push({ opens: event.span.opens, closes: event.span.closes });
    }
  }
  return [...byNumber.values()];
}

function exceptionOf({ span, recurs, summary, marks }: CalendarEvent): Exception {
  const label = summary === undefined || marks.get('x-ampel-label') === 'NONE' ? {} : { label: summary };
  if ('from' in span) return { from: span.from, to: span.to, closed: true, ...label };
  const days = recurs && 'count' in recurs ? recurs.count : 1;
  const to = new Date(Date.parse(span.date) + (days - 1) * 86_400_000).toISOString().slice(0, 10);
  return { from: span.date, to, intervals: [{ opens: span.opens, closes: span.closes }], ...label };
}

/** What others wrote about single dates: closed days, open times on a date, dates left out of the week, unless our marks speak of the date. */
function foreignExceptions(
  events: readonly CalendarEvent[],
  weekly: readonly CalendarEvent[],
  isMarked: (date: string) => boolean,
): { line: number; exception: Exception }[] {
  const found: { line: number; exception: Exception }[] = [];
  const touched = new Map<string, { line: number; added: OpenTime[]; labels: string[] }>();
  const touch = (date: string, line: number): { line: number; added: OpenTime[]; labels: string[] } => {
    const known = touched.get(date) ?? { line, added: [], labels: [] };
    touched.set(date, known);
    return known;
  };
  for (const event of events) {
    const { span, recurs, marks, transparent, line, summary } = event;
    if (marks.has('x-ampel-exception') || marks.has('x-ampel-holiday')) continue;
    if ('from' in span) {
      if (!transparent) throw unreadable(`line ${line}`, 'begins an all-day event that is not TRANSPARENT: open, or closed? Say times, or TRANSP:TRANSPARENT for closed');
      found.push({ line, exception: exceptionOf(event) });
    } else if (recurs && 'days' in recurs) {
      for (const date of event.without) if (!isMarked(date)) touch(date, line);
    } else if (recurs) {
      if (event.without.length > 0) throw unreadable(`line ${line}`, 'begins an event with COUNT and EXDATE, which together are not understood');
      found.push({ line, exception: exceptionOf(event) });
    } else {
      const day = touch(span.date, line);
      day.added.push(span);
      if (summary !== undefined) day.labels.push(summary);
    }
  }
  for (const [date, { line, added, labels }] of touched) {
    const weekday = DAY_NAMES[(new Date(date).getUTCDay() + 6) % 7] as DayName;
    const left = weekly.filter((event) => daysOf(event.recurs).includes(weekday) && !event.without.includes(date)).map(({ span }) => span as OpenTime);
    const intervals = [...left, ...added].map(({ opens, closes }) => ({ opens, closes }));
    const label = labels[0] === undefined ? {} : { label: labels[0] };
    found.push({ line, exception: { from: date, to: date, ...(intervals.length > 0 ? { intervals } : { closed: true }), ...label } });
  }
  return found;
}
