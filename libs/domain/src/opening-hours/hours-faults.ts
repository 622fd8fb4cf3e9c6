import { dayNumber, FIRST_DATE, LAST_DATE, timeOfDay } from './calendar-days.js';
import type { HoursBody, HoursException, KnowsCalendar } from './hours-body.js';

/** What is wrong where: an RFC 6901 pointer into the body, and what to do about it. */
export interface BodyFault {
  readonly pointer: string;
  readonly detail: string;
}

/** Lists longer than these are refused: no shop has such hours, and every answer would pay for them. */
const MOST = { weekly: 100, exceptions: 400, intervals: 24 } as const;

export function weeklyFaults(weekly: HoursBody['weekly']): BodyFault[] {
  const faults = weekly.flatMap(({ days, ...interval }, i) => {
    const twice = new Set(days).size < days.length;
    return [
      ...(days.length === 0 ? [{ pointer: `/weekly/${i}/days`, detail: 'must name a day' }] : []),
      ...(twice ? [{ pointer: `/weekly/${i}/days`, detail: 'must not name a day twice' }] : []),
      ...intervalFaults(interval, `/weekly/${i}`),
    ];
  });
  return [...tooLong(weekly, MOST.weekly, '/weekly'), ...faults];
}

export function exceptionFaults(exceptions: readonly HoursException[]): BodyFault[] {
  const faults = exceptions.flatMap((exception, i) => oneExceptionsFaults(exception, `/exceptions/${i}`));
  return [...tooLong(exceptions, MOST.exceptions, '/exceptions'), ...faults];
}

function oneExceptionsFaults({ from, to, closed, intervals }: HoursException, pointer: string): BodyFault[] {
  const dates = [...dateFaults(from, `${pointer}/from`), ...dateFaults(to, `${pointer}/to`)];
  if (dates.length === 0 && from > to) dates.push({ pointer: `${pointer}/to`, detail: 'must not be before from' });
  if (intervals === undefined) {
    return closed ? dates : [...dates, { pointer, detail: 'must say closed: true, or the intervals of the day' }];
  }
  if (closed) return [...dates, { pointer, detail: 'must say closed: true or intervals, not both' }];
  if (intervals.length === 0) return [...dates, { pointer: `${pointer}/intervals`, detail: 'must hold an interval; to be closed say closed: true' }];
  return [
    ...dates,
    ...tooLong(intervals, MOST.intervals, `${pointer}/intervals`),
    ...intervals.flatMap((interval, j) => intervalFaults(interval, `${pointer}/intervals/${j}`)),
  ];
}

export function holidayFaults(known: ReturnType<KnowsCalendar>): BodyFault[] {
  if (known === 'unknown-country') return [{ pointer: '/holidays/country', detail: 'must be a country whose holidays are known, such as DE (ISO 3166-1)' }];
  return known === 'known' ? [] : [{ pointer: '/holidays/region', detail: 'must be a region of the country, such as BY' }];
}

/** behaviour D4: 24:00 only closes; opens = closes could mean nothing or the whole day, so it is refused. */
function intervalFaults({ opens, closes }: { opens: string; closes: string }, pointer: string): BodyFault[] {
  const faults: BodyFault[] = [];
  if (Number.isNaN(timeOfDay(opens)) || opens === '24:00') {
    faults.push({ pointer: `${pointer}/opens`, detail: 'must be a time from 00:00 to 23:59 with two digits each, such as 08:00' });
  }
  if (Number.isNaN(timeOfDay(closes))) {
    faults.push({ pointer: `${pointer}/closes`, detail: 'must be a time from 00:00 to 24:00 with two digits each, such as 17:00' });
  }
  if (faults.length === 0 && opens === closes) {
    faults.push({ pointer: `${pointer}/closes`, detail: 'must differ from opens; the whole day is 00:00 to 24:00' });
  }
  return faults;
}

function dateFaults(date: string, pointer: string): BodyFault[] {
  if (Number.isNaN(dayNumber(date))) return [{ pointer, detail: 'must be a date of the calendar, such as 2026-12-24' }];
  return date < FIRST_DATE || date > LAST_DATE ? [{ pointer, detail: `must lie between ${FIRST_DATE} and ${LAST_DATE}` }] : [];
}

function tooLong(list: readonly unknown[], most: number, pointer: string): BodyFault[] {
  return list.length > most ? [{ pointer, detail: `must not hold more than ${most}` }] : [];
}
