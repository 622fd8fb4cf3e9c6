import { describe, expect, it } from '@jest/globals';
import { dateAfter, dayState, monthAfter, weekdayOf, weeksOf } from './day-state.js';
import { type Draft, OFFICE_HOURS } from './draft.js';

const ROWS = [
  { date: '2026-12-25', name: 'Christmas Day' },
  { date: '2026-12-26', name: 'Boxing Day', struckOut: true as const },
  { date: '2027-01-01', name: 'New Year', hours: [{ opens: '10:00', closes: '12:00' }] },
];
const DRAFT: Draft = {
  ...OFFICE_HOURS,
  holidays: { country: 'DE', region: null },
  dated: [{ id: 'd1', from: '2026-12-24', to: '2026-12-25', intervals: [{ opens: 480, closes: 720 }], label: 'Christmas' }],
};

describe('what holds on a date', () => {
  it.each([
    ['2026-12-24', 'exception', '08:00–12:00', 'Christmas'],
    ['2026-12-25', 'exception', '08:00–12:00', 'Christmas'],
    ['2026-12-26', 'week', '', ''],
    ['2026-12-28', 'week', '09:00–17:00', ''],
    ['2027-01-01', 'holiday', '10:00–12:00', 'New Year'],
  ])('%s: %s %s %s', (date, kind, times, label) => {
    expect(dayState(DRAFT, ROWS, date)).toEqual({ kind, times, label, open: times !== '' });
  });
  it('holidays only where a calendar is chosen; nothing where it is closed permanently', () => {
    expect(dayState({ ...DRAFT, holidays: null, dated: [] }, ROWS, '2026-12-25')).toMatchObject({ kind: 'week', open: true });
    expect(dayState({ ...DRAFT, closedPermanently: true }, ROWS, '2026-12-24').open).toBe(false);
  });
});

describe('the calendar', () => {
  it('has whole weeks from Monday on', () => {
    expect(weekdayOf('2026-11-23')).toBe(0);
    const weeks = weeksOf('2026-12');
    expect(weeks.length).toBe(5);
    expect(weeks[0]).toEqual([null, '2026-12-01', '2026-12-02', '2026-12-03', '2026-12-04', '2026-12-05', '2026-12-06']);
    expect(weeks[4]).toEqual(['2026-12-28', '2026-12-29', '2026-12-30', '2026-12-31', null, null, null]);
    expect(weeksOf('2027-02').length).toBe(4);
  });
  it('goes over the end of the year and of a leap February', () => {
    expect([monthAfter('2026-11', 2), monthAfter('2026-01', -1), dateAfter('2028-02-28', 1), dateAfter('2026-12-31', 1)])
      .toEqual(['2027-01', '2025-12', '2028-02-29', '2027-01-01']);
  });
});
