import { monthsAfter } from './calendar-days.js';
import type { Holiday, OpensCloses } from './opening-hours.js';

/** How far ahead holidays are written out (behaviour D28). */
export const HOLIDAY_MONTHS_AHEAD = 24;

/** The dates, both included, for which holidays are written out on a local date; to be asked again every month. */
export function holidayDates(today: string): { readonly from: string; readonly to: string } {
  return { from: today, to: monthsAfter(today, HOLIDAY_MONTHS_AHEAD) };
}

/**
 * Writes the calendar's holidays out from one date to another, both included (behaviour D28). Rows outside these dates stay, so the past
 * does not change; rows that people have edited stay as they are; all others follow the calendar, which may have changed since.
 *
 * @param listed the calendar's holidays of these dates, one or more per date
 */
export function extendHolidays(rows: readonly Holiday[], listed: readonly { date: string; name: string }[], from: string, to: string): Holiday[] {
  const within = (date: string): boolean => from <= date && date <= to;
  const byDate = new Map<string, Holiday>();
  for (const { date, name } of listed) {
    if (!within(date)) continue;
    const same = byDate.get(date);
    byDate.set(date, { date, name: same ? `${same.name}, ${name}` : name });
  }
  for (const row of rows) if (row.edited || !within(row.date)) byDate.set(row.date, row);
  return inOrder(byDate);
}

/**
 * People change one row: its name, other hours instead of a closed day, or that it does not count at all; an unknown date becomes a new
 * row. The row is kept by every extension from then on. Hours given here have been through `parseHours` or its like.
 */
export function editHoliday(
  rows: readonly Holiday[],
  { date, name, hours, struckOut }: { date: string; name: string; hours?: readonly OpensCloses[]; struckOut?: boolean },
): Holiday[] {
  const byDate = new Map(rows.map((row) => [row.date, row]));
  byDate.set(date, { date, name, ...(hours ? { hours } : {}), ...(struckOut ? { struckOut } : {}), edited: true });
  return inOrder(byDate);
}

function inOrder(byDate: ReadonlyMap<string, Holiday>): Holiday[] {
  return [...byDate.values()].sort((a, b) => (a.date < b.date ? -1 : 1));
}
