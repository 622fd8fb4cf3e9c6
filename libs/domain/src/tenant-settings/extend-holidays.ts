import type { Instant } from '../agent-presence/status.js';
import { type Holiday, holidayDates, instantOf, localDateAt, monthsAfter, type OpeningHours } from '../opening-hours/index.js';
import type { GroupEvent, SiteEvent, ToldExtension } from './events.js';
import type { Group } from './group.js';
import type { Site } from './site.js';

/** Kind of the alarm for the next extension of somebody's holidays; its subject is the stream (`site-<id>`, `group-<id>`). */
export const HOLIDAYS_ALARM = 'holidays';

/** The rows of a calendar written out anew from one date to another, edited ones and those outside as they were. */
export type WriteOut = (calendar: NonNullable<OpeningHours['publicHolidays']>, from: string, to: string) => Holiday[];

/** The hours with their holidays written out 24 months ahead of a local date, and what that changed; null: they have no holidays. */
export function extendedHours(hours: OpeningHours | null, timeZone: string, now: Instant, writeOut: WriteOut): Extended | null {
  if (!hours?.publicHolidays) return null;
  const { from, to } = holidayDates(localDateAt(hours.timeZone ?? timeZone, now));
  const { rows: before } = hours.publicHolidays;
  const rows = writeOut(hours.publicHolidays, from, to);
  const was = new Map(before.map((row) => [row.date, row.name]));
  const is = new Set(rows.map(({ date }) => date));
  return {
    hours: { ...hours, publicHolidays: { ...hours.publicHolidays, rows } },
    told: {
      through: to,
      written: rows.filter(({ date, name }) => was.get(date) !== name).map(({ date, name }) => ({ date, name })),
      dropped: before.filter(({ date }) => !is.has(date)).map(({ date }) => date),
    },
  };
}

export interface Extended {
  readonly hours: OpeningHours;
  readonly told: ToldExtension;
}

/** The month's extension (behaviour D28): an event also where the calendar brought nothing new, so that everybody sees how far it reaches. */
export function extendSiteHolidays(told: ToldExtension, site: Site): SiteEvent[] {
  return site.standing === 'present' ? [{ type: 'HolidaysExtended', data: { siteId: site.siteId, ...told } }] : [];
}

export function extendGroupHolidays(told: ToldExtension, group: Group): GroupEvent[] {
  return group.standing === 'present' ? [{ type: 'GroupHolidaysExtended', data: { groupId: group.groupId, ...told } }] : [];
}

/** When holidays that were written out at `now` are extended: a month later, in the night of the place. */
export function nextExtension(timeZone: string, now: Instant): Instant {
  return instantOf(timeZone, monthsAfter(localDateAt(timeZone, now), 1), NIGHT_MS);
}

/** After midnight, when hours turn, and before anybody opens: ms of the local day. */
const NIGHT_MS = 3 * 3_600_000;
