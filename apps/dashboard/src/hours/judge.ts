/*
 * What a draft of hours would do, by the very rules of the service. Loaded with the first draft: the arithmetic of time zones is heavy.
 */
import type { HoursView, SiteView, TenantStatus } from '#contract';
import {
  dateOf, groupSchedule, holidayOn, instantOf, localDateAt, nextTransition, type OpeningHours, parseHours, type Schedule, siteSchedule, specialOn, stateAt,
} from '#domain/opening-hours/index';
import { bodyOf, type Draft, draftOf, type HolidayRows } from './draft.js';

export interface Fault {
  /** RFC 6901, into what `PUT .../hours` takes. */
  readonly pointer: string;
  readonly detail: string;
}

/** Everything about the account that hours meet. */
export interface Account {
  readonly sites: readonly Pick<SiteView, 'id' | 'name' | 'timeZone' | 'mode'>[];
  readonly groups: readonly { readonly id: string; readonly name: string; readonly enabled: boolean }[];
  readonly agents: readonly Pick<TenantStatus['agents'][number], 'name' | 'effectiveStatus' | 'active' | 'groupIds'>[];
  /** Kept hours by the id of their site or group; who has none is not there. */
  readonly hours: ReadonlyMap<string, OpeningHours>;
}

export interface Owner {
  readonly kind: 'site' | 'group';
  readonly id: string;
}

/** What people should know before they save. */
export type Finding =
  /** These boxes would close at once while these people are online or busy. */
  | { readonly kind: 'closes-now'; readonly boxes: readonly string[]; readonly people: readonly string[] }
  /** These boxes would be open at no time to come. */
  | { readonly kind: 'never-opens'; readonly boxes: readonly string[] }
  /** Hours of a group that nobody is in, and nobody without a group is there to stand in. */
  | { readonly kind: 'nobody-counts'; readonly group: string }
  /** A whole day soon is closed, and these people are online now: the box closes by itself. */
  | { readonly kind: 'closed-day-ahead'; readonly date: string; readonly label: string | null; readonly people: readonly string[] };

/** So many days ahead a closed day is told of: a long weekend with the day before. */
const DAYS_AHEAD = 5;
const DAY_MS = 86_400_000;

/** The hours that a draft says, with the rows of holidays that are known for it; or what is wrong with it (behaviour D4, D5, D23). */
export function hoursOf(draft: Draft, rows: HolidayRows): { readonly hours: OpeningHours } | { readonly faults: readonly Fault[] } {
  try {
    const hours = parseHours(bodyOf(draft), () => 'known');
    const { publicHolidays } = hours;
    return { hours: publicHolidays ? { ...hours, publicHolidays: { ...publicHolidays, rows: rows.map(rowOf) } } : hours };
  } catch (error) {
    const { extra } = error as { extra?: { errors?: readonly Fault[] } };
    if (!extra?.errors) throw error;
    return { faults: extra.errors };
  }
}

function rowOf({ date, name, hours, struckOut, edited }: HolidayRows[number]): NonNullable<OpeningHours['publicHolidays']>['rows'][number] {
  return { date, name, ...(hours ? { hours } : {}), ...(struckOut ? { struckOut } : {}), ...(edited ? { edited } : {}) };
}

interface Box {
  readonly name: string;
  readonly groupId: string | null;
  readonly timeZone: string;
  readonly before: Schedule | null;
  readonly after: Schedule | null;
}

/** What saving these hours (null: removing them) would mean now and soon. `now`: the server's time. */
export function judge(account: Account, owner: Owner, hours: OpeningHours | null, now: number): Finding[] {
  const boxes = boxesOf(account, owner, hours);
  const here = account.agents.filter(({ active, effectiveStatus }) => active && effectiveStatus !== 'offline');
  const there = (box: Box): string[] => here.filter((agent) => counts(account, agent, box.groupId)).map(({ name }) => name);
  const isOpen = (schedule: Schedule | null): boolean => schedule === null || stateAt(schedule, now).open;

  const closing = boxes.filter((box) => isOpen(box.before) && !isOpen(box.after) && there(box).length > 0);
  const never = boxes.filter(({ after }) => after !== null && !stateAt(after, now).open && nextTransition(after, now) === null);
  return [
    ...(closing.length > 0 ? [{ kind: 'closes-now' as const, boxes: names(closing), people: unique(closing.flatMap(there)) }] : []),
    ...(never.length > 0 && hours?.closedPermanently !== true ? [{ kind: 'never-opens' as const, boxes: names(never) }] : []),
    ...nobodyCounts(account, owner, hours),
    ...closedDaysAhead(account, owner, hours, boxes, there, now),
  ];
}

function names(boxes: readonly Box[]): string[] {
  return unique(boxes.map(({ name }) => name));
}

function unique(all: readonly string[]): string[] {
  return [...new Set(all)];
}

/** Boxes that the hours decide: of a site its own and those of groups that take from it, of a group one on each site. */
function boxesOf({ sites, groups, hours: kept }: Account, owner: Owner, hours: OpeningHours | null): Box[] {
  const heeding = sites.filter(({ mode }) => mode === 'agents-and-hours' || mode === 'hours');
  const schedule = (site: SiteOf, groupId: string | null, all: ReadonlyMap<string, OpeningHours>): Schedule | null => {
    const ofSite = all.get(site.id) ?? null;
    const ofGroup = groupId === null ? undefined : all.get(groupId);
    if (ofGroup) return groupSchedule(ofGroup, ofSite, site.timeZone);
    return ofSite && siteSchedule(ofSite, site.timeZone);
  };
  const wished = new Map(kept);
  if (hours === null) wished.delete(owner.id);
  else wished.set(owner.id, hours);
  return heeding.flatMap((site) => {
    if (owner.kind === 'site' && site.id !== owner.id) return [];
    const scopes = owner.kind === 'site' ? [null, ...groups.map(({ id }) => id)] : [owner.id];
    return scopes.map((groupId) => {
      const name = groups.find(({ id }) => id === groupId)?.name ?? site.name;
      const timeZone = wished.get(groupId ?? '')?.timeZone ?? wished.get(site.id)?.timeZone ?? site.timeZone;
      return { name, groupId, timeZone, before: schedule(site, groupId, kept), after: schedule(site, groupId, wished) };
    });
  });
}
type SiteOf = Account['sites'][number];

/** Whether an agent counts for a box (behaviour D3). */
function counts({ groups }: Account, { groupIds }: Account['agents'][number], groupId: string | null): boolean {
  const own = groupIds.filter((id) => groups.some((group) => group.id === id));
  return groupId === null || own.length === 0 || own.includes(groupId);
}

function nobodyCounts(account: Account, owner: Owner, hours: OpeningHours | null): Finding[] {
  if (owner.kind === 'site' || hours === null || hours.closedPermanently) return [];
  const group = account.groups.find(({ id }) => id === owner.id);
  const somebody = account.agents.some((agent) => agent.active && counts(account, agent, owner.id));
  return group && !somebody ? [{ kind: 'nobody-counts', group: group.name }] : [];
}

function closedDaysAhead(
  account: Account, owner: Owner, hours: OpeningHours | null, boxes: readonly Box[], there: (box: Box) => string[], now: number,
): Finding[] {
  const box = boxes.find(({ groupId }) => (owner.kind === 'group' ? groupId === owner.id : groupId === null));
  if (!box || !box.after || hours === null || hours.closedPermanently) return [];
  const people = there(box);
  if (people.length === 0) return [];
  const { after } = box;
  const today = Date.parse(localDateAt(after.timeZone, now)) / DAY_MS;
  const days = Array.from({ length: DAYS_AHEAD }, (_, ahead) => dateOf(today + ahead + 1));
  const closed = days.find((date) => isClosedByDate(hours, date) && !opensOn(after, date));
  if (closed === undefined) return [];
  const label = specialOn(hours, closed)?.name ?? holidayOn(hours, closed)?.name ?? null;
  return [{ kind: 'closed-day-ahead', date: closed, label, people }];
}

/** Closed because of its date, not of its day of the week. */
function isClosedByDate(hours: OpeningHours, date: string): boolean {
  const special = specialOn(hours, date);
  return special ? special.hours.length === 0 : (holidayOn(hours, date) !== undefined && !holidayOn(hours, date)?.hours);
}

function opensOn(schedule: Schedule, date: string): boolean {
  const noon = instantOf(schedule.timeZone, date, DAY_MS / 2);
  return stateAt(schedule, noon).open;
}

/** The instant at which the wall clock of a zone shows a date and a time of day, ms since epoch. `minutes` since midnight. */
export function instantAt(timeZone: string, date: string, minutes: number): number {
  return instantOf(timeZone, date, minutes * 60_000);
}

/** Whether a draft's hours are open at an instant; null: they are none, or faulty. `ofSite`: those of the site, for the hours of a group. */
export function opensAt(draft: Draft | null, rows: HolidayRows, ofSite: HoursView | null, owner: Owner, siteTimeZone: string, at: number): boolean | null {
  const read = draft && hoursOf(draft, rows);
  if (!read || 'faults' in read) return null;
  const site = ofSite && hoursOf(draftOf(ofSite), ofSite.holidayRows ?? []);
  const siteHours = site && 'hours' in site ? site.hours : null;
  return stateAt(owner.kind === 'site' ? siteSchedule(read.hours, siteTimeZone) : groupSchedule(read.hours, siteHours, siteTimeZone), at).open;
}
