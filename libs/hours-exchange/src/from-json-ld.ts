import { DAY_NAMES, type DayName, DAYS_OF_WEEK, type Holiday, type HoursBody, type KnowsCalendar, type OpeningHours } from '#domain/opening-hours/index';
import { hoursOf } from './hours-draft.js';
import { labelOf } from './label.js';
import { unreadable } from './unreadable-hours.js';

type Exception = NonNullable<HoursBody['exceptions']>[number];
type Fields = Readonly<Record<string, unknown>>;

interface Specification {
  readonly pointer: string;
  readonly id: string;
  readonly name: string | undefined;
  readonly days: readonly DayName[];
  readonly from: string | undefined;
  readonly to: string | undefined;
  /** null: closed. */
  readonly times: { opens: string; closes: string } | null;
  readonly struckOut: boolean;
  readonly edited: boolean;
}

const UNDERSTOOD = new Set(['@type', '@id', 'name', 'description', 'dayOfWeek', 'opens', 'closes', 'validFrom', 'validThrough', 'ampel:struckOut', 'ampel:edited']);

/**
 * Reads opening hours from the JSON-LD of a place (schema.org): every other property of the place is left alone, for it is not about hours.
 * Refuses (UnreadableHours, `invalid-body`) what is not understood of the hours, with its pointer: weekly hours of a season, public
 * holidays without their country, unknown properties.
 */
export function fromJsonLd(document: unknown, knows: KnowsCalendar): OpeningHours {
  const place = fields(document, '');
  const specifications = ['openingHoursSpecification', 'specialOpeningHoursSpecification'].flatMap((name) =>
    listOf(place[name]).map((entry, i) => specification(entry, Array.isArray(place[name]) ? `/${name}/${i}` : `/${name}`)),
  );
  if (specifications.length === 0 && place['ampel:closedPermanently'] !== true) throw unreadable('/openingHoursSpecification', 'must be there');
  const places = new Map<string, string>([
    ['/timeZone', '/ampel:timeZone'],
    ['/holidays', '/ampel:holidayCalendar'],
    ['', '/openingHoursSpecification'],
  ]);
  const weekly: HoursBody['weekly'] = [];
  const exceptions = new Map<string, Exception>();
  const rows = new Map<string, Holiday>();
  for (const each of specifications) {
    if (each.from === undefined || each.to === undefined) {
      takeWeekly(each, weekly, places);
      continue;
    }
    if (each.id.startsWith('#holiday-')) takeHoliday(each, rows);
    else takeException(each, each.from, each.to, exceptions, places);
  }
  const timeZone = place['ampel:timeZone'];
  const [country = '', region] = typeof place['ampel:holidayCalendar'] === 'string' ? place['ampel:holidayCalendar'].split('/') : [];
  const body: HoursBody = {
    ...(timeZone === undefined ? {} : { timeZone: textOf(timeZone, '/ampel:timeZone') }),
    weekly,
    ...(exceptions.size > 0 ? { exceptions: [...exceptions.values()] } : {}),
    ...(country === '' ? {} : { holidays: { country, ...(region === undefined ? {} : { region }) } }),
    ...(place['ampel:closedPermanently'] === true ? { closedPermanently: true } : {}),
  };
  return hoursOf({ body, rows: [...rows.values()], places }, knows);
}

function takeWeekly({ days, times, pointer }: Specification, weekly: HoursBody['weekly'], places: Map<string, string>): void {
  if (days.length === 0) throw unreadable(pointer, 'must name days or dates');
  if (times === null) return; // a day of the week that is closed needs no interval
  places.set(`/weekly/${weekly.length}`, pointer);
  weekly.push({ days: [...days], ...times });
}

function takeException(
  { id, name, times, pointer }: Specification,
  from: string,
  to: string,
  exceptions: Map<string, Exception>,
  places: Map<string, string>,
): void {
  const key = id === '' ? `${from} ${to}` : id;
  const known = exceptions.get(key);
  if (known?.intervals && times) {
    known.intervals.push(times);
    return;
  }
  if (known) throw unreadable(pointer, 'is closed and open on the same dates');
  places.set(`/exceptions/${exceptions.size}`, pointer);
  exceptions.set(key, { from, to, ...(times ? { intervals: [times] } : { closed: true }), ...(name === undefined ? {} : { label: name }) });
}

function takeHoliday({ from: date = '', name = '', times, struckOut, edited }: Specification, rows: Map<string, Holiday>): void {
  const hours = times ? [...(rows.get(date)?.hours ?? []), times] : [];
  rows.set(date, { date, name, ...(hours.length > 0 ? { hours } : {}), ...(struckOut ? { struckOut } : {}), ...(edited ? { edited } : {}) });
}

function specification(entry: unknown, pointer: string): Specification {
  const given = fields(entry, pointer);
  const unknown = Object.keys(given).find((key) => !UNDERSTOOD.has(key));
  if (unknown !== undefined) throw unreadable(`${pointer}/${unknown.replaceAll('~', '~0').replaceAll('/', '~1')}`, 'is not understood');
  const days = listOf(given.dayOfWeek).map((day, i) => dayOf(day, Array.isArray(given.dayOfWeek) ? `${pointer}/dayOfWeek/${i}` : `${pointer}/dayOfWeek`));
  const from = given.validFrom === undefined ? undefined : dateOf(given.validFrom, `${pointer}/validFrom`);
  const to = given.validThrough === undefined ? from : dateOf(given.validThrough, `${pointer}/validThrough`);
  if (from === undefined && to !== undefined) throw unreadable(`${pointer}/validFrom`, 'must be there beside validThrough');
  if (from !== undefined && days.length > 0) throw unreadable(`${pointer}/dayOfWeek`, 'is not understood beside dates: weekly hours hold all year');
  const opens = timeOf(given.opens, `${pointer}/opens`);
  const closes = timeOf(given.closes, `${pointer}/closes`);
  return {
    pointer,
    days,
    from,
    to,
    id: typeof given['@id'] === 'string' ? given['@id'] : '',
    name: typeof given.name === 'string' ? labelOf(given.name, `${pointer}/name`) : undefined,
    times: opens === '00:00' && closes === '00:00' ? null : { opens, closes },
    struckOut: given['ampel:struckOut'] === true,
    edited: given['ampel:edited'] === true,
  };
}

/** `Monday`, `https://schema.org/Monday`, `schema:Monday`, or an object that names it. */
function dayOf(given: unknown, pointer: string): DayName {
  const named = typeof given === 'object' && given !== null ? (given as Fields)['@id'] : given;
  const name = textOf(named, pointer).replace(/^(?:https?:\/\/schema[.]org\/|schema:)/, '');
  const at = DAYS_OF_WEEK.findIndex((day) => day === name);
  if (at < 0) throw unreadable(pointer, name === 'PublicHolidays' ? 'must not be PublicHolidays: it does not say of which country' : 'must be a day of the week, such as Monday');
  return DAY_NAMES[at] as DayName;
}

/** `08:00`, also with seconds that are 0. */
function timeOf(given: unknown, pointer: string): string {
  const time = textOf(given, pointer).replace(/^(\d\d:\d\d):00$/, '$1');
  if (!/^\d\d:\d\d$/.test(time)) throw unreadable(pointer, 'must be a time such as 08:00');
  return time;
}

function dateOf(given: unknown, pointer: string): string {
  return textOf(given, pointer).replace(/T00:00(?::00)?$/, '');
}

function textOf(given: unknown, pointer: string): string {
  if (typeof given !== 'string' || given.trim() === '') throw unreadable(pointer, 'must be a text');
  return given.trim();
}

function listOf(given: unknown): readonly unknown[] {
  if (given === undefined || given === null) return [];
  return Array.isArray(given) ? (given as unknown[]) : [given];
}

function fields(given: unknown, pointer: string): Fields {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) throw unreadable(pointer, 'must be an object');
  return given as Fields;
}
