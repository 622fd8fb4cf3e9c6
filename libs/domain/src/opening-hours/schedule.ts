import type { OpeningCause } from '../tenant-settings/opening.js';
import { DAY_MS, dayNumber, timeOfDay } from './calendar-days.js';
import { type DayPlan, NEVER, openOn, RANK, type Stretch } from './day-plan.js';
import { DAYS_OF_WEEK, type Holiday, type OpeningHours, type OpensCloses, type SpecialOpeningHours } from './opening-hours.js';

/** A day of the week, and what the wall clock reads as open on it if neither it nor the day before is dated. */
export interface WeekDay {
  readonly plan: DayPlan;
  readonly open: readonly Stretch[];
}

/** Consecutive days, both included, on which something else than the week holds. */
export interface DatedDays {
  readonly first: number;
  readonly last: number;
  readonly plan: DayPlan;
}

/** Hours made ready for questions: `stateAt`, `nextTransition`, `explainHours`. Holds what a group takes from its site, too. */
export interface Schedule {
  readonly timeZone: string;
  /** By weekday, Monday first. */
  readonly week: readonly WeekDay[];
  /** Whether no day of the week ever changes anything: always open, or always closed. */
  readonly weekIsUniform: boolean;
  /** In order, none overlapping another. */
  readonly dated: readonly DatedDays[];
}

/**
 * The schedule of a site (behaviour D5, D6): dated exception > holiday > weekly hours.
 *
 * @param hours parsed ones; what they say is taken as valid here
 * @param siteTimeZone IANA name; the hours' own one comes first
 */
export function siteSchedule(hours: OpeningHours, siteTimeZone: string): Schedule {
  return schedule(hours.timeZone ?? siteTimeZone, { weekly: hours, holidays: hours, site: hours }, { weekly: 'site', holidays: 'site' });
}

/**
 * The schedule of a group on a site (behaviour D6): the group's dated exception > the site's > holiday > the group's weekly hours > the
 * site's. Weekly hours of the group, or its word that it is closed permanently, replace the site's, also a site's "closed permanently".
 * Holidays are the group's own if it names a country, else the site's. One zone holds for all of it: the group's, else the site's.
 *
 * @param site null if the site has no hours
 */
export function groupSchedule(group: OpeningHours, site: OpeningHours | null, siteTimeZone: string): Schedule {
  const zone = group.timeZone ?? site?.timeZone ?? siteTimeZone;
  const ownWeek = site === null || group.weekly.length > 0 || group.closedPermanently === true;
  const ownHolidays = site === null || group.publicHolidays !== undefined;
  const sources = { weekly: ownWeek ? 'group' : 'site', holidays: ownHolidays ? 'group' : 'site' } as const;
  return schedule(zone, { weekly: ownWeek ? group : site, holidays: ownHolidays ? group : site, group, site: site ?? undefined }, sources);
}

/** Whose hours a rule was taken from. */
type Source = OpeningCause['of'];

interface Parts {
  readonly weekly: OpeningHours;
  readonly holidays: OpeningHours;
  readonly site?: OpeningHours | undefined;
  readonly group?: OpeningHours;
}

function schedule(timeZone: string, { weekly, holidays, site, group }: Parts, sources: { weekly: Source; holidays: Source }): Schedule {
  if (weekly.closedPermanently) {
    const closed: DayPlan = { because: { rule: 'closed-permanently', of: sources.weekly }, rank: RANK.weekly, stretches: [] };
    // Closed permanently says more than any date in the same hours; what the other side says for a date still holds (D6).
    const others = sources.weekly === 'group' ? [] : exceptions(group, 'group');
    return ready(timeZone, DAYS_OF_WEEK.map(() => closed), others);
  }
  const dated = [...exceptions(group, 'group'), ...exceptions(site, 'site'), ...days(holidays.publicHolidays?.rows ?? [], sources.holidays)];
  return ready(timeZone, week(weekly, sources.weekly), dated);
}

function ready(timeZone: string, plans: readonly DayPlan[], dated: readonly DatedDays[]): Schedule {
  const week = plans.map((plan, day) => ({ plan, open: openOn(plan, plans.at(day - 1) as DayPlan) }));
  const always = ([first]: readonly Stretch[]): boolean => first !== undefined && first[1] - first[0] === DAY_MS;
  const weekIsUniform = week.every(({ open }) => open.length === 0) || week.every(({ open }) => always(open));
  return { timeZone, week, weekIsUniform, dated: inOrder(dated) };
}

function week({ weekly }: OpeningHours, source: Source): DayPlan[] {
  const because: OpeningCause = { rule: 'weekly', of: source };
  return DAYS_OF_WEEK.map((day) => {
    const stretches = weekly.filter(({ dayOfWeek }) => dayOfWeek.includes(day)).map(stretchOf);
    return { because, rank: RANK.weekly, stretches };
  });
}

/** Those that come first win: the shorter before the longer, of two as long the later in the list. */
function exceptions(hours: OpeningHours | undefined, source: Source): DatedDays[] {
  const all = hours?.special.map((special, i) => ({ i, ...datedOf(special, source) })) ?? [];
  return all.sort((a, b) => a.last - a.first - (b.last - b.first) || b.i - a.i);
}

function datedOf({ validFrom, validThrough, hours, name }: SpecialOpeningHours, source: Source): DatedDays {
  const because: OpeningCause = { rule: 'exception', of: source, ...(name === undefined ? {} : { label: name }) };
  return { first: dayNumber(validFrom), last: dayNumber(validThrough), plan: { because, rank: RANK[source], stretches: hours.map(stretchOf) } };
}

function days(rows: readonly Holiday[], source: Source): DatedDays[] {
  const dated: DatedDays[] = [];
  for (const { date, name, hours, struckOut } of rows) {
    if (struckOut) continue;
    const day = dayNumber(date);
    const stretches = hours ? hours.map(stretchOf) : NEVER;
    dated.push({ first: day, last: day, plan: { because: { rule: 'holiday', of: source, label: name }, rank: RANK.holiday, stretches } });
  }
  return dated;
}

function stretchOf({ opens, closes }: OpensCloses): Stretch {
  const [from, to] = [timeOfDay(opens), timeOfDay(closes)];
  return [from, to <= from ? to + DAY_MS : to];
}

/** Lays them on the calendar, the first on top: of each only the days are kept that none before it has taken. */
function inOrder(byPrecedence: readonly DatedDays[]): DatedDays[] {
  const laid: DatedDays[] = [];
  for (const { first, last, plan } of byPrecedence) {
    let from = first;
    let at = (laid.at(-1)?.last ?? -Infinity) < from ? laid.length : indexOf(laid, from);
    for (; at < laid.length && from <= last; at += 1) {
      const other = laid[at] as DatedDays;
      if (other.first > last) break;
      if (from < other.first) laid.splice(at++, 0, { first: from, last: other.first - 1, plan });
      from = other.last + 1;
    }
    if (from > last) continue;
    if (at === laid.length) laid.push({ first: from, last, plan });
    else laid.splice(at, 0, { first: from, last, plan });
  }
  return laid;
}

/** Where the days stand that hold this one or, if none do, the next after it. */
export function indexOf(dated: readonly DatedDays[], day: number): number {
  let [low, high] = [0, dated.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((dated[middle] as DatedDays).last < day) low = middle + 1;
    else high = middle;
  }
  return low;
}
