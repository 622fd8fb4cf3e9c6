import { type BodyFault, exceptionFaults, holidayFaults, weeklyFaults } from './hours-faults.js';
import { type DayOfWeek, DAYS_OF_WEEK, type HolidayCalendar, type OpeningHours } from './opening-hours.js';
import { Refusal } from '../refusal.js';
import { timeZoneFault } from './zone-offsets.js';

/** The days as the contract writes them, Monday first. */
export const DAY_NAMES = ['mo', 'tu', 'we', 'th', 'fr', 'sa', 'su'] as const;
export type DayName = (typeof DAY_NAMES)[number];

/** What `PUT .../hours` takes (contract). Times are `HH:MM`, dates `YYYY-MM-DD`. */
export interface HoursBody {
  timeZone?: string | undefined;
  weekly: { days: DayName[]; opens: string; closes: string }[];
  exceptions?: HoursException[] | undefined;
  holidays?: { country: string; region?: string | undefined } | undefined;
  closedPermanently?: true | undefined;
}

export interface HoursException {
  from: string;
  to: string;
  closed?: true | undefined;
  intervals?: { opens: string; closes: string }[] | undefined;
  label?: string | undefined;
}

/** Answers what is known of a calendar of holidays; only asked if the body names one. */
export type KnowsCalendar = (calendar: HolidayCalendar) => 'known' | 'unknown-country' | 'unknown-region';

/**
 * Reads hours as people send them (contract, behaviour D4, D5, D23).
 * Refuses: `invalid-body` with a pointer for every fault: a time that is none (`25:00`, `8:00`), opens = closes, an unknown zone, no
 * interval at all without "closed permanently", a date that does not exist, from after to, an unknown country or region.
 * Holidays come without rows: `extendHolidays` writes them out.
 */
export function parseHours(body: HoursBody, knows: KnowsCalendar): OpeningHours {
  const { timeZone, weekly, exceptions = [], holidays, closedPermanently } = body;
  const zoneFault = timeZone === undefined ? null : timeZoneFault(timeZone);
  const faults: BodyFault[] = [
    ...(zoneFault === null ? [] : [{ pointer: '/timeZone', detail: zoneFault }]),
    ...weeklyFaults(weekly),
    ...exceptionFaults(exceptions),
    ...(holidays ? holidayFaults(knows(calendarOf(holidays))) : []),
  ];
  const intervals = weekly.length + exceptions.reduce((sum, exception) => sum + (exception.intervals?.length ?? 0), 0);
  if (intervals === 0 && !closedPermanently) {
    faults.push({ pointer: '/weekly', detail: 'must hold an interval; to be closed for good say closedPermanently: true' });
  }
  if (faults.length > 0) throw new Refusal('invalid-body', 'The opening hours are not as described.', { errors: faults });
  return {
    ...(timeZone === undefined ? {} : { timeZone }),
    weekly: weekly.map(({ days, opens, closes }) => ({ dayOfWeek: days.map(dayOfWeek), opens, closes })),
    special: exceptions.map(({ from, to, intervals: hours = [], label }) => ({
      validFrom: from,
      validThrough: to,
      hours: hours.map(({ opens, closes }) => ({ opens, closes })),
      ...(label === undefined ? {} : { name: label }),
    })),
    ...(holidays ? { publicHolidays: { ...calendarOf(holidays), rows: [] } } : {}),
    ...(closedPermanently ? { closedPermanently } : {}),
  };
}

/** The hours as the contract writes them; `parseHours` of it gives the same hours again, without rows of holidays. */
export function hoursBody({ timeZone, weekly, special, publicHolidays, closedPermanently }: OpeningHours): HoursBody {
  return {
    ...(timeZone === undefined ? {} : { timeZone }),
    weekly: weekly.map(({ dayOfWeek: days, opens, closes }) => ({ days: days.map(dayName), opens, closes })),
    ...(special.length === 0
      ? {}
      : {
          exceptions: special.map(({ validFrom, validThrough, hours, name }) => ({
            from: validFrom,
            to: validThrough,
            ...(hours.length === 0 ? { closed: true as const } : { intervals: hours.map(({ opens, closes }) => ({ opens, closes })) }),
            ...(name === undefined ? {} : { label: name }),
          })),
        }),
    ...(publicHolidays ? { holidays: calendarOf(publicHolidays) } : {}),
    ...(closedPermanently ? { closedPermanently } : {}),
  };
}

function calendarOf({ country, region }: { country: string; region?: string | undefined }): HolidayCalendar {
  return region === undefined ? { country } : { country, region };
}

function dayOfWeek(name: DayName): DayOfWeek {
  return DAYS_OF_WEEK[DAY_NAMES.indexOf(name)] as DayOfWeek;
}

function dayName(day: DayOfWeek): DayName {
  return DAY_NAMES[DAYS_OF_WEEK.indexOf(day)] as DayName;
}
