import { Temporal } from 'temporal-polyfill';
import type { DayName, HoursBody } from '#domain/opening-hours/index';
import type { SeededRandom } from '#testing';

/** One schedule to be proved, as people would send it, and the instants to ask it at (ms since epoch). */
export interface Story {
  readonly zone: string;
  readonly site: HoursBody;
  readonly siteHolidays: readonly Day[];
  /** With it the schedule is that of a group on the site. */
  readonly group?: HoursBody;
  /** The group's own; without them it has the site's. */
  readonly groupHolidays?: readonly Day[];
  readonly instants: readonly number[];
}

export interface Day {
  readonly date: string;
  readonly name: string;
}

/** Zones that do what few do; every third story is set in one of them. */
export const PECULIAR = [
  'Australia/Lord_Howe', // half an hour of summer time
  'Asia/Kathmandu', // 5:45
  'Africa/Casablanca', // back for Ramadan
  'Pacific/Apia', // over the date line in 2011
  'Pacific/Kwajalein', // over the date line in 1993
  'Pacific/Kiritimati',
  'Pacific/Enderbury',
  'Africa/Cairo', // four changes a year in 2010 and 2014
  'Asia/Gaza',
  'America/Santiago', // changes at midnight
  'America/Asuncion',
  'America/Havana',
  'America/Scoresbysund',
  'America/Nuuk',
  'Atlantic/Azores',
  'Antarctica/Troll', // two hours
  'Antarctica/Casey',
  'Asia/Pyongyang',
  'Asia/Tehran',
  'America/Caracas',
  'Europe/Dublin', // summer is standard
  'Pacific/Chatham',
  'Africa/Monrovia', // -0:44:30 until 1972
] as const;

const DAYS: readonly DayName[] = ['mo', 'tu', 'we', 'th', 'fr', 'sa', 'su'];
const DAY_MS = 86_400_000;
const YEAR_MS = 365.25 * DAY_MS;
const FIRST = Date.UTC(1970, 1, 1); // no hours name a date before 1970
const LAST = Date.UTC(2038, 0, 1);

/** Hours near a change of the zone's clock, or anywhere if it has none, and `count` instants within two years of it, most of them near. */
export function anyStory(dice: SeededRandom, zone: string, count: number): Story {
  const start = dice.between(FIRST, LAST);
  const zoned = new Temporal.ZonedDateTime(BigInt(start) * 1_000_000n, zone);
  const change = zoned.getTimeZoneTransition(dice.chance(0.5) ? 'next' : 'previous')?.epochMilliseconds ?? start;
  const anchor = change < FIRST || change > LAST ? start : change;
  const dates = (): string => new Date(anchor + dice.between(-6, 6) * DAY_MS).toISOString().slice(0, 10);
  const isGroup = dice.chance(0.3);
  return {
    zone,
    site: anyHours(dice, dates, false),
    siteHolidays: holidays(dice, dates),
    ...(isGroup ? { group: anyHours(dice, dates, true) } : {}),
    ...(isGroup && dice.chance(0.3) ? { groupHolidays: holidays(dice, dates) } : {}),
    instants: Array.from({ length: count }, () => anyInstant(dice, anchor)),
  };
}

function anyInstant(dice: SeededRandom, anchor: number): number {
  const kind = dice.next();
  if (kind < 0.1) return anchor + dice.between(-1, 1);
  if (kind < 0.4) return anchor + dice.between(-24 * 4, 24 * 4) * 900_000 + dice.between(-1, 1); // on a quarter of an hour, or beside it
  if (kind < 0.7) return anchor + dice.between(-3 * DAY_MS, 3 * DAY_MS);
  return anchor + Math.floor((dice.next() * 2 - 1) * 2 * YEAR_MS);
}

function anyHours(dice: SeededRandom, date: () => string, mayLackWeek: boolean): HoursBody {
  const weekly = mayLackWeek && dice.chance(0.2) ? [] : Array.from({ length: dice.between(1, 4) }, () => ({ days: anyDays(dice), ...interval(dice) }));
  const exceptions = Array.from({ length: dice.between(weekly.length === 0 ? 1 : 0, 4) }, (_, i) => {
    const [from = '', to = ''] = dice.chance(0.6) ? Array<string>(2).fill(date()) : [date(), date()].sort();
    const mustOpen = weekly.length === 0 && i === 0;
    if (!mustOpen && dice.chance(0.5)) return { from, to, closed: true as const };
    return { from, to, intervals: Array.from({ length: dice.between(1, 3) }, () => interval(dice)) };
  });
  return { weekly, exceptions };
}

function anyDays(dice: SeededRandom): DayName[] {
  if (dice.chance(0.3)) return [...DAYS];
  const some = dice.some(DAYS, 0.4);
  return some.length > 0 ? some : [dice.pick(DAYS)];
}

/** Many at night, where clocks are changed; some over midnight, some up to it, some the whole day. */
function interval(dice: SeededRandom): { opens: string; closes: string } {
  if (dice.chance(0.08)) return { opens: '00:00', closes: '24:00' };
  const minute = (): number => (dice.chance(0.6) ? dice.between(0, 16) * 15 : dice.between(0, 95) * 15) + (dice.chance(0.1) ? dice.between(0, 14) : 0);
  const opens = minute();
  let closes = dice.chance(0.1) ? 24 * 60 : minute();
  if (closes === opens) closes = (opens + 30) % (24 * 60);
  return { opens: time(opens), closes: time(closes) };
}

function time(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

function holidays(dice: SeededRandom, date: () => string): Day[] {
  const dates = new Set(Array.from({ length: dice.between(0, 3) }, date));
  return [...dates].sort().map((each) => ({ date: each, name: `holiday of ${each}` }));
}
