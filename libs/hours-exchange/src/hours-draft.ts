import {
  type HolidayCalendar, type Holiday, type HoursBody, type KnowsCalendar, type OpeningHours, parseHours,
} from '#domain/opening-hours/index';
import { type FileFault, UnreadableHours } from './unreadable-hours.js';

/** Hours as read from a file, with where in the file each part stands. */
export interface HoursDraft {
  readonly body: HoursBody;
  /** Rows of the calendar that the body names. */
  readonly rows: readonly Holiday[];
  /** Pointer into the body -> place in the file. */
  readonly places: ReadonlyMap<string, string>;
}

/** The draft as hours. Refuses what `parseHours` refuses, told by the places of the file. */
export function hoursOf({ body, rows, places }: HoursDraft, knows: KnowsCalendar): OpeningHours {
  const calendar: HolidayCalendar | undefined = body.holidays && {
    country: body.holidays.country,
    ...(body.holidays.region === undefined ? {} : { region: body.holidays.region }),
  };
  try {
    const hours = parseHours(body, knows);
    return calendar ? { ...hours, publicHolidays: { ...calendar, rows } } : hours;
  } catch (error) {
    const faults = (error as { extra?: { errors?: readonly FileFault[] } }).extra?.errors;
    if (faults === undefined) throw error;
    const told = new Map(faults.map(({ pointer, detail }) => [`${placeOf(pointer, places)} ${detail}`, { pointer: placeOf(pointer, places), detail }]));
    throw new UnreadableHours([...told.values()]);
  }
}

/** The place of the closest part that has one. */
function placeOf(pointer: string, places: ReadonlyMap<string, string>): string {
  for (let part = pointer; part !== ''; part = part.slice(0, part.lastIndexOf('/'))) {
    const place = places.get(part);
    if (place !== undefined) return place;
  }
  return places.get('') ?? pointer;
}
