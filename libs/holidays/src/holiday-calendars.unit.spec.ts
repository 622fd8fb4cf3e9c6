import { beforeAll, describe, expect, it } from '@jest/globals';
import { extendHolidays, holidayDates, parseHours, siteSchedule, stateAt } from '#domain/opening-hours/index';
import { type HolidayCalendars, loadHolidayCalendars } from './holiday-calendars.js';

describe('calendars of public holidays', () => {
  let calendars: HolidayCalendars;
  beforeAll(async () => {
    calendars = await loadHolidayCalendars();
  });
  const dates = (country: string, region: string | undefined, from: string, to: string): string[] =>
    calendars.list(region === undefined ? { country } : { country, region }, from, to, 'de').map(({ date }) => date);

  it("Germany's are known by date and German name", () => {
    expect(calendars.list({ country: 'DE' }, '2026-12-01', '2027-01-31', 'de')).toEqual([
      { date: '2026-12-25', name: '1. Weihnachtstag' },
      { date: '2026-12-26', name: '2. Weihnachtstag' },
      { date: '2027-01-01', name: 'Neujahr' },
    ]);
  });

  it('a region adds its own, a part of it more', () => {
    expect(dates('DE', 'BY', '2027-01-02', '2027-01-31')).toEqual(['2027-01-06']);
    expect(dates('DE', 'DE-BY', '2027-01-02', '2027-01-31')).toEqual(['2027-01-06']);
    expect(dates('DE', undefined, '2027-01-02', '2027-01-31')).toEqual([]);
    expect(dates('DE', 'BY-A', '2027-08-01', '2027-08-31')).toContain('2027-08-08');
  });

  it('names come in the language asked for, else in the country\u2019s own', () => {
    const may = (language: string): string | undefined => calendars.list({ country: 'FR' }, '2027-05-01', '2027-05-01', language)[0]?.name;
    expect([may('en'), may('tr')]).toEqual(['Labour Day', 'Fête du travail']);
  });

  it('only public ones: Valentine and Christmas Eve are working days in Germany', () => {
    expect(dates('DE', undefined, '2027-02-14', '2027-02-14')).toEqual([]);
    expect(dates('DE', undefined, '2026-12-24', '2026-12-24')).toEqual([]);
  });

  it('a holiday of several days is a row for each, also over the turn of the year', () => {
    expect(dates('RU', undefined, '2027-01-02', '2027-01-06')).toEqual(['2027-01-02', '2027-01-03', '2027-01-04', '2027-01-05', '2027-01-06']);
    expect(dates('SZ', undefined, '2028-01-01', '2028-01-02').length).toBeGreaterThan(1);
    expect(dates('TR', undefined, '2026-03-19', '2026-03-24')).toEqual(['2026-03-20', '2026-03-21', '2026-03-22']);
  });

  it('what begins at noon closes no day', () => {
    expect(dates('IS', undefined, '2026-12-24', '2026-12-25')).toEqual(['2026-12-25']);
  });

  it.each([
    ['XX', undefined, 'unknown-country'],
    ['de', undefined, 'unknown-country'],
    ['constructor', undefined, 'unknown-country'],
    ['', undefined, 'unknown-country'],
    ['DE', 'XX', 'unknown-region'],
    ['DE', '', 'unknown-region'],
    ['DE', 'by', 'unknown-region'],
    ['DE', 'BY-XX', 'unknown-region'],
    ['DE', 'BY-A-A', 'unknown-region'],
    ['DE', 'toString', 'unknown-region'],
    ['FJ', 'BY', 'unknown-region'],
    ['DE', 'BY', 'known'],
    ['US', 'CA', 'known'],
  ] as const)('%s %s: %s', (country, region, verdict) => {
    expect(calendars.knows(region === undefined ? { country } : { country, region })).toBe(verdict);
    if (verdict !== 'known') expect(() => calendars.list({ country, ...(region === undefined ? {} : { region }) }, '2026-01-01', '2026-12-31', 'de')).toThrow(RangeError);
  });

  it('people choose from countries and regions by name', () => {
    expect(calendars.countries('de')).toMatchObject({ DE: 'Deutschland', FR: 'Frankreich' });
    expect(calendars.regions('DE', 'de')).toMatchObject({ BY: 'Bayern' });
    expect(calendars.regions('XX', 'de')).toEqual({});
  });

  it.each(['AT', 'CH', 'US', 'GB', 'JP', 'IN', 'IL', 'SA', 'ET', 'BR'])('%s has public holidays in a year, each on a date that exists', (country) => {
    const listed = dates(country, undefined, '2027-01-01', '2027-12-31');
    expect(listed.length).toBeGreaterThan(0);
    expect(listed.filter((date) => new Date(date).toISOString().slice(0, 10) !== date)).toEqual([]);
  });

  it('case 39 with a real calendar, in the third year too (D28)', () => {
    const hours = parseHours({ weekly: [{ days: ['mo', 'tu', 'we', 'th', 'fr'], opens: '08:00', closes: '17:00' }], holidays: { country: 'DE', region: 'BY' } }, calendars.knows);
    const { country, region } = hours.publicHolidays!;
    const calendar = { country, ...(region === undefined ? {} : { region }) };
    let rows = hours.publicHolidays!.rows;
    for (const today of ['2026-11-22', '2027-11-22', '2028-11-22']) {
      const { from, to } = holidayDates(today);
      rows = extendHolidays(rows, calendars.list(calendar, from, to, 'de'), from, to);
    }
    const schedule = siteSchedule({ ...hours, publicHolidays: { country, rows } }, 'Europe/Berlin');
    for (const year of [2026, 2028, 2029]) {
      expect(stateAt(schedule, Date.parse(`${year}-12-25T11:00Z`))).toMatchObject({ open: false, reason: { rule: 'holiday', label: '1. Weihnachtstag' } });
    }
  });
});
