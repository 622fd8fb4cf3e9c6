import { type HolidayCalendar, holidayDates, type KnowsCalendar, localDateAt, type OpeningHours } from '#domain/opening-hours/index';
import { loadHolidayCalendars, writeOut } from '#holidays';
import type { WishedHours } from './hours-commands.js';

/**
 * Hours as they would be kept, holidays written out. `read` refuses what are no hours; the calendars are loaded only where one is named.
 * Rows that a file brings are the people's if they are marked so; what people edited here before stays where the calendar is the same.
 */
export async function wishHours(read: (knows: KnowsCalendar) => OpeningHours): Promise<WishedHours> {
  const asked: HolidayCalendar[] = [];
  const unasked = read((calendar) => {
    asked.push(calendar);
    return 'known';
  });
  if (asked.length === 0) return () => unasked;
  const calendars = await loadHolidayCalendars();
  const hours = read(calendars.knows);
  const { publicHolidays: calendar } = hours;
  if (!calendar) return () => hours;
  return (was, timeZone, now) => {
    const { from, to } = holidayDates(localDateAt(hours.timeZone ?? timeZone, now));
    const before = was?.publicHolidays;
    const kept = before?.country === calendar.country && before.region === calendar.region ? before.rows : [];
    const given = new Set(calendar.rows.map(({ date }) => date));
    const rows = [...kept.filter(({ date }) => !given.has(date)), ...calendar.rows];
    return { ...hours, publicHolidays: { ...calendar, rows: writeOut(calendars, calendar, rows, from, to) } };
  };
}
