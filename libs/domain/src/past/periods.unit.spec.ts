import { describe, expect, it } from '@jest/globals';
import { type PeriodLength, periodsOf } from './periods.js';

const HOUR = 3_600_000;
const cut = (length: PeriodLength, zone: string, from: string, to: string) => periodsOf(length, zone, Date.parse(from), Date.parse(to));
const lengths = (...asked: Parameters<typeof cut>) => cut(...asked).map(({ date, from, to }) => `${date} ${(to - from) / HOUR}`);

describe('days are those of the site (behaviour D24)', () => {
  it('have 23 and 25 hours where the clocks change', () => {
    expect(lengths('day', 'Europe/Berlin', '2027-03-26T23:00:00Z', '2027-03-29T22:00:00Z')).toEqual(['2027-03-27 24', '2027-03-28 23', '2027-03-29 24']);
    expect(lengths('day', 'Europe/Berlin', '2027-10-30T22:00:00Z', '2027-11-01T23:00:00Z')).toEqual(['2027-10-31 25', '2027-11-01 24']);
  });

  it('that the clocks begin after midnight begin then', () => {
    // Chile changes at midnight: 2026-09-06 begins at 01:00.
    expect(lengths('day', 'America/Santiago', '2026-09-05T04:00:00Z', '2026-09-07T03:00:00Z')).toEqual(['2026-09-05 24', '2026-09-06 23']);
  });

  it('are cut at the ends of the range', () => {
    expect(lengths('day', 'Europe/Berlin', '2026-11-20T12:00:00Z', '2026-11-21T12:00:00Z')).toEqual(['2026-11-20 11', '2026-11-21 13']);
    expect(lengths('day', 'Europe/Berlin', '2026-11-20T12:00:00Z', '2026-11-20T12:00:00Z')).toEqual([]);
  });
});

describe('hours and weeks', () => {
  it('an hour that comes twice is two, one that is left out is none', () => {
    expect(cut('hour', 'Europe/Berlin', '2027-10-30T22:00:00Z', '2027-10-31T23:00:00Z')).toHaveLength(25);
    expect(cut('hour', 'Europe/Berlin', '2027-03-27T23:00:00Z', '2027-03-28T22:00:00Z')).toHaveLength(23);
  });

  it('hours begin with the hours of the wall, in zones of half hours too', () => {
    expect(lengths('hour', 'Asia/Kolkata', '2026-11-20T12:00:00Z', '2026-11-20T14:00:00Z')).toEqual(['2026-11-20 0.5', '2026-11-20 1', '2026-11-20 0.5']);
    // Lord Howe puts its clocks back by half an hour: the last part of that day is as short.
    expect(cut('hour', 'Australia/Lord_Howe', '2026-04-04T13:00:00Z', '2026-04-05T13:30:00Z').at(-1)).toMatchObject({ from: Date.parse('2026-04-05T13:00:00Z') });
  });

  it('weeks begin on Monday', () => {
    expect(lengths('week', 'Europe/Berlin', '2026-11-19T23:00:00Z', '2026-11-29T23:00:00Z')).toEqual(['2026-11-16 72', `2026-11-23 ${7 * 24}`]);
  });
});
