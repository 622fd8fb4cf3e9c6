import type { DayName, HoursBody, KnowsCalendar } from './hours-body.js';
import { parseHours } from './hours-body.js';
import type { Holiday, OpeningHours } from './opening-hours.js';
import { type Schedule, siteSchedule } from './schedule.js';

export const MON_TO_FRI: DayName[] = ['mo', 'tu', 'we', 'th', 'fr'];
export const ALL_WEEK: DayName[] = [...MON_TO_FRI, 'sa', 'su'];

/** Germany with Bavaria; no other calendar is known to these specs. */
export const knows: KnowsCalendar = ({ country, region }) => {
  if (country !== 'DE') return 'unknown-country';
  return region === undefined || region === 'BY' ? 'known' : 'unknown-region';
};

/** `weekly('mo tu 08:00-17:00', ...)`. */
export function weekly(...lines: string[]): HoursBody['weekly'] {
  return lines.map((line) => {
    const words = line.split(' ');
    const [opens = '', closes = ''] = (words.pop() ?? '').split('-');
    return { days: words as DayName[], opens, closes };
  });
}

export function hours(body: HoursBody, rows: readonly Holiday[] = []): OpeningHours {
  const parsed = parseHours(body, knows);
  return rows.length === 0 ? parsed : { ...parsed, publicHolidays: { country: 'DE', ...parsed.publicHolidays, rows } };
}

/** A site in Berlin unless said otherwise. */
export function schedule(body: HoursBody, rows: readonly Holiday[] = []): Schedule {
  return siteSchedule(hours(body, rows), 'Europe/Berlin');
}
