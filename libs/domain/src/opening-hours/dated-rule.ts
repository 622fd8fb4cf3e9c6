import { dayNumber } from './calendar-days.js';
import type { Holiday, OpeningHours, SpecialOpeningHours } from './opening-hours.js';

/** The dated exception that holds on a date (`YYYY-MM-DD`): of those that name it the shortest, of two as short the later in the list. */
export function specialOn({ special }: OpeningHours, date: string): SpecialOpeningHours | undefined {
  let found: SpecialOpeningHours | undefined;
  for (const each of special) {
    if (date < each.validFrom || date > each.validThrough) continue;
    if (found === undefined || daysOf(each) <= daysOf(found)) found = each;
  }
  return found;
}

/** The holiday of a date, unless people have struck it out. */
export function holidayOn({ publicHolidays }: OpeningHours, date: string): Holiday | undefined {
  return publicHolidays?.rows.find((row) => row.date === date && !row.struckOut);
}

/** How many days a dated exception covers. */
export function daysOf({ validFrom, validThrough }: SpecialOpeningHours): number {
  return dayNumber(validThrough) - dayNumber(validFrom) + 1;
}
