import type { Holiday, OpeningHours } from '../opening-hours/index.js';
import type { HoursOfSite, Json, ToldExtension } from '../tenant-settings/index.js';
import type { BoxSubject } from './past-fold.js';
import type { LoggedFact } from './effect-order.js';

/**
 * The hours that decided about a box, as they stood after the facts told so far: the site's, the group's, and the zone of the site. Events
 * tell how openings stand (ADR 18); what they follow from is needed only by who asks what else would have followed.
 */
export class HoursThen {
  private site: OpeningHours | null = null;
  private group: OpeningHours | null = null;
  private zone = 'UTC';

  constructor(private readonly of: BoxSubject) {}

  /** @returns whether something changed that openings follow from */
  take({ type, data }: LoggedFact): boolean {
    const { siteId, groupId } = data as { siteId?: string; groupId?: string };
    if (siteId === this.of.siteId) {
      if (type === 'SiteAdded') this.zone = data.timeZone;
      else if (type === 'SiteTimeZoneChanged') this.zone = data.to;
      else if (type === 'HoursChanged') this.site = readable(data.hours);
      else if (type === 'HolidaysExtended') this.site = extended(this.site, data);
      else return false;
      return true;
    }
    if (groupId !== undefined && groupId === this.of.groupId) {
      if (type === 'GroupHoursChanged') this.group = readable(data.hours);
      else if (type === 'GroupHolidaysExtended') this.group = extended(this.group, data);
      else return false;
      return true;
    }
    return false;
  }

  get timeZone(): string {
    return this.zone;
  }

  /** @param supposed hours to put in the place of those that were; null: none */
  with(supposed: { readonly site?: OpeningHours | null | undefined; readonly group?: OpeningHours | null | undefined }): HoursOfSite {
    const { site = this.site, group = this.group } = supposed;
    return { site, groups: group === null || this.of.groupId === null ? new Map() : new Map([[this.of.groupId, group]]) };
  }
}

/** Hours are kept in events as they were given; what is none of this shape decides as if there were none. */
function readable(hours: Json | null): OpeningHours | null {
  const { weekly, special } = (hours ?? {}) as Partial<OpeningHours>;
  return Array.isArray(weekly) && Array.isArray(special) ? (hours as unknown as OpeningHours) : null;
}

/** Events tell which rows an extension wrote and dropped (behaviour D28), the others stayed. */
function extended(hours: OpeningHours | null, { written, dropped }: ToldExtension): OpeningHours | null {
  if (!hours?.publicHolidays) return hours;
  const rows = new Map(hours.publicHolidays.rows.map((row): [string, Holiday] => [row.date, row]));
  for (const date of dropped) rows.delete(date);
  for (const { date, name } of written) rows.set(date, { date, name });
  return { ...hours, publicHolidays: { ...hours.publicHolidays, rows: [...rows.values()].sort((a, b) => (a.date < b.date ? -1 : 1)) } };
}
