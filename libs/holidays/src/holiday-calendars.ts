import type { HolidayCalendar, KnowsCalendar } from '#domain/opening-hours/index';

/** What is known of holidays, once it is loaded. */
export interface HolidayCalendars {
  /** For `parseHours`. Spelt exactly: `DE`; regions as `BY`, with a part `BY-A`, or ISO 3166-2 `DE-BY`. */
  readonly knows: KnowsCalendar;
  /**
   * The public holidays from one local date to another (`YYYY-MM-DD`, both included), by date. Several may share a date. Whole days only:
   * what begins at noon closes nobody's morning. Names in the language (`de`), else in the country's own.
   * Throws RangeError if the calendar is not known.
   */
  list(calendar: HolidayCalendar, from: string, to: string, language: string): { date: string; name: string }[];
  /** All countries that are known, and the regions of one, for people to choose from: code and name. */
  countries(language: string): Record<string, string>;
  regions(country: string, language: string): Record<string, string>;
}

const HOUR_MS = 3_600_000;

/** Loads them; later calls are answered from memory. */
export async function loadHolidayCalendars(): Promise<HolidayCalendars> {
  const { default: Holidays } = await import('date-holidays');
  const atlas = new Holidays();
  const countries = atlas.getCountries();

  const partsOf = ({ country, region }: HolidayCalendar): string[] => {
    if (region === undefined) return [country];
    return [country, ...(region.startsWith(`${country}-`) ? region.slice(country.length + 1) : region).split('-')];
  };
  const knows: KnowsCalendar = (calendar) => {
    const [country = '', state, part, ...more] = partsOf(calendar);
    if (!Object.hasOwn(countries, country)) return 'unknown-country';
    if (state === undefined) return 'known';
    const isState = has(atlas.getStates(country), state);
    return isState && more.length === 0 && (part === undefined || has(atlas.getRegions(country, state), part)) ? 'known' : 'unknown-region';
  };

  return {
    knows,
    list(calendar, from, to, language) {
      if (knows(calendar) !== 'known') throw new RangeError(`no calendar of holidays: ${partsOf(calendar).join('-')}`);
      const [country = '', state, part] = partsOf(calendar);
      const holidays = new Holidays({ country, ...(state ? { state } : {}), ...(part ? { region: part } : {}) }, { types: ['public'] });
      holidays.setLanguages([language, ...holidays.getLanguages()]);
      const found: { date: string; name: string }[] = [];
      // From the year before: a holiday of several days may reach over the turn of the year.
      for (let year = Number(from.slice(0, 4)) - 1; year <= Number(to.slice(0, 4)); year += 1) {
        for (const { date, start, end, name } of holidays.getHolidays(year)) {
          for (const day of wholeDays(date, end.getTime() - start.getTime())) if (from <= day && day <= to) found.push({ date: day, name });
        }
      }
      return found.sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0));
    },
    countries(language) {
      const names = new Intl.DisplayNames([language, 'en'], { type: 'region' });
      return Object.fromEntries(Object.keys(countries).map((country) => [country, names.of(country) ?? country]));
    },
    regions: (country, language) => (Object.hasOwn(countries, country) ? (atlas.getStates(country, language) ?? {}) : {}),
  };
}

function has(names: Record<string, string> | undefined, code: string): boolean {
  return names !== undefined && Object.hasOwn(names, code);
}

/** `2027-03-09 00:00:00` for 90 h are three whole days; what does not begin at midnight is none. */
function wholeDays(date: string, lastsMs: number): string[] {
  const [first = '', time = ''] = date.split(' ');
  if (time !== '00:00:00') return [];
  const count = Math.max(1, Math.floor(lastsMs / (24 * HOUR_MS)));
  return Array.from({ length: count }, (_, i) => new Date(Date.parse(first) + i * 24 * HOUR_MS).toISOString().slice(0, 10));
}
