import { describe, expect, it } from '@jest/globals';
import { editHoliday, extendHolidays, holidayDates } from './holidays.js';

const XMAS = { date: '2026-12-25', name: '1. Weihnachtstag' };
const EASTER = { date: '2027-03-29', name: 'Ostermontag' };

describe('holidays are written out as dated rows (D28)', () => {
  it('for 24 months, to the last day of a shorter month', () => {
    expect(holidayDates('2026-11-22')).toEqual({ from: '2026-11-22', to: '2028-11-22' });
    expect(holidayDates('2028-02-29')).toEqual({ from: '2028-02-29', to: '2030-02-28' });
  });

  it('in order, one row per date, what falls on one date together', () => {
    expect(extendHolidays([], [EASTER, XMAS, { ...XMAS, name: 'Sonntag' }], '2026-01-01', '2027-12-31')).toEqual([
      { date: XMAS.date, name: '1. Weihnachtstag, Sonntag' },
      EASTER,
    ]);
  });

  it('extending them again changes nothing', () => {
    const once = extendHolidays([], [XMAS, EASTER], '2026-11-22', '2028-11-22');
    expect(extendHolidays(once, [XMAS, EASTER], '2026-11-22', '2028-11-22')).toEqual(once);
  });

  it('a month later the past stays, what the calendar has dropped goes, what is new comes', () => {
    const rows = extendHolidays([], [XMAS, EASTER], '2026-11-22', '2028-11-22');
    const added = { date: '2028-12-25', name: '1. Weihnachtstag' };
    expect(extendHolidays(rows, [added], '2026-12-26', '2028-12-26')).toEqual([XMAS, added]);
  });

  it('what lies outside the dates asked for is not taken', () => {
    expect(extendHolidays([], [XMAS, EASTER], '2027-01-01', '2027-12-31')).toEqual([EASTER]);
  });
});

describe('people can edit them (D28)', () => {
  const rows = extendHolidays([], [XMAS, EASTER], '2026-11-22', '2028-11-22');
  const extended = (edited: typeof rows): typeof rows => extendHolidays(edited, [XMAS, EASTER], '2026-11-22', '2028-11-22');

  it('a row that was struck out stays so', () => {
    const struck = editHoliday(rows, { ...XMAS, struckOut: true });
    expect(struck[0]).toEqual({ ...XMAS, struckOut: true, edited: true });
    expect(extended(struck)).toEqual(struck);
  });

  it('another name, other hours, a day of their own are kept, also if the calendar does not know it', () => {
    const own = editHoliday(editHoliday(rows, { date: '2027-02-08', name: 'Rosenmontag' }), {
      ...EASTER,
      name: 'Brunch',
      hours: [{ opens: '10:00', closes: '12:00' }],
    });
    expect(own.map(({ name }) => name)).toEqual(['1. Weihnachtstag', 'Rosenmontag', 'Brunch']);
    expect(extended(own)).toEqual(own);
  });
});
