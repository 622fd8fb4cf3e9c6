import { extendHolidays, type Holiday, type HolidayCalendar, type OpeningHours } from '#domain/opening-hours/index';
import type { HolidayCalendars } from './holiday-calendars.js';

/**
 * The rows of a calendar from one local date to another, both included (behaviour D28): edited rows and those outside stay. Nobody has told
 * the language of a site yet: holidays bear the names they have at the place.
 */
export function writeOut(calendars: HolidayCalendars, calendar: HolidayCalendar, rows: readonly Holiday[], from: string, to: string): Holiday[] {
  const { language } = new Intl.Locale(`und-${calendar.country}`).maximize();
  return extendHolidays(rows, calendars.list(calendar, from, to, language), from, to);
}

/** The hours with their holidays written out further, from the day after the last row: what the monthly extension will have done by then. */
export function writtenOutTo(calendars: HolidayCalendars, hours: OpeningHours, to: string): OpeningHours {
  const { publicHolidays: calendar } = hours;
  const last = calendar?.rows.at(-1)?.date;
  if (!calendar || last === undefined || last >= to) return hours;
  const from = new Date(Date.parse(last) + DAY_MS).toISOString().slice(0, 10);
  return { ...hours, publicHolidays: { ...calendar, rows: writeOut(calendars, calendar, calendar.rows, from, to) } };
}

const DAY_MS = 86_400_000;
