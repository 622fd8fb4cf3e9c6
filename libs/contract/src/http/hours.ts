import { z } from 'zod';
import type { HoursBody } from '#domain/opening-hours/index';
import { line } from './shared.js';

/** A time on the wall; whether it exists, and what may stand where, the rules say (`parseHours`), all faults at once. */
const wallTime = z.string().max(10).describe('HH:MM on the wall clock; 24:00 only closes');
const date = z.string().max(10).describe('YYYY-MM-DD on the calendar of the place');
const interval = z.strictObject({ opens: wallTime, closes: wallTime.describe('HH:MM; at or before opens: on the next day') });

const exception = z
  .strictObject({
    from: date,
    to: date.describe('YYYY-MM-DD, included'),
    closed: z.literal(true).optional().describe('closed all these days; else say the intervals'),
    intervals: z.array(interval).max(24).optional(),
    label: line(200).optional(),
  })
  .describe('other hours, or none, on these dates; of two for one day the shorter holds, of two as short the later in the list');

/** `PUT .../hours` of a site or a group. What a schema cannot say is refused by `parseHours` with pointers of the same kind. */
export const hoursBody = z
  .strictObject({
    timeZone: z.string().max(100).optional().describe("name of an IANA time zone; without it the site's"),
    weekly: z
      .array(z.strictObject({ days: z.array(z.enum(['mo', 'tu', 'we', 'th', 'fr', 'sa', 'su'])).min(1).max(7), ...interval.shape }))
      .max(100)
      .describe('overlapping intervals merge'),
    exceptions: z.array(exception).max(400).optional(),
    holidays: z
      .strictObject({
        country: z.string().max(10).describe('ISO 3166-1 alpha-2'),
        region: z.string().max(20).optional().describe('of the country, such as BY'),
      })
      .optional()
      .describe('public holidays close their whole day; a date in `exceptions` goes before'),
    closedPermanently: z.literal(true).optional(),
  })
  .meta({ id: 'Hours' }) satisfies z.ZodType<HoursBody>;
export type HoursOnTheWire = z.infer<typeof hoursBody>;

const yes = z.literal(true).optional();
const keptRow = z.object({ date, name: z.string(), hours: z.array(interval).optional(), struckOut: yes, edited: yes });

/** Hours as they are kept, with the holidays that were written out for them. */
export const hoursView = z
  .object({
    ...hoursBody.shape,
    holidayRows: z
      .array(keptRow)
      .optional()
      .describe('the holidays of the calendar, written out 24 months ahead'),
  })
  .meta({ id: 'HoursView' });
export type HoursView = z.infer<typeof hoursView>;

/** `PUT .../hours`. */
export const setHoursQuery = z.strictObject({
  dryRun: z
    .enum(['true', 'false'])
    .transform((given) => given === 'true')
    .default(false)
    .describe('true: says what the hours would be, and stores nothing'),
});
export type SetHoursQuery = z.infer<typeof setHoursQuery>;

/** One holiday of `.../hours/holidays`. */
export const holidayRow = z
  .object({
    date,
    name: z.string(),
    intervals: z.array(interval).optional().describe('open at these times nevertheless; without them closed the whole day'),
    counts: z.boolean().describe('false: struck out, the day is like any other'),
    edited: z.boolean().describe('changed by people: the monthly extension keeps it'),
  })
  .meta({ id: 'Holiday' });
export type HolidayRow = z.infer<typeof holidayRow>;
export const holidayRows = z.object({ holidays: z.array(holidayRow) }).meta({ id: 'Holidays' });

/** `PUT .../hours/holidays/{date}`. */
export const editHolidayBody = z.strictObject({
  name: line(200),
  intervals: z.array(interval).min(1).max(24).optional(),
  counts: z.boolean().optional(),
});
export type EditHolidayBody = z.infer<typeof editHolidayBody>;

/** `GET .../holiday-calendars`. */
export const holidayCalendarsQuery = z.strictObject({ language: z.enum(['de', 'en']).default('en').describe('of the names') });
export type HolidayCalendarsQuery = z.infer<typeof holidayCalendarsQuery>;

const place = { code: z.string(), name: z.string() };
export const holidayCalendars = z
  .object({
    countries: z
      .array(z.object({ ...place, regions: z.array(z.object(place)).describe('empty: only the holidays of the whole country are known') }))
      .describe('by name'),
  })
  .meta({ id: 'HolidayCalendars' });
export type HolidayCalendars = z.infer<typeof holidayCalendars>;
