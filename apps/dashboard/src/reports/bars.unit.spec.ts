import { describe, expect, it } from '@jest/globals';
import type { Availability } from '#contract';
import { share } from '../i18n/format.js';
import { Zone } from '../i18n/zone.js';
import { oddLength, reportedOf, stacked } from './bars.js';
import { spent } from './numbers.js';
import { datesOf, isTooLong, rangeOf } from './range.js';

const berlin = new Zone('Europe/Berlin');
const at = (rfc: string): number => Date.parse(rfc);
const HOUR = 3_600;
const box = (online: number, missed: number, outside: number, closed = 0) => ({
  ...{ onlineSeconds: online, unattendedOnlineSeconds: 0, busySeconds: 0 },
  ...{ offlineSeconds: missed + outside + closed, outsideHoursSeconds: outside, missedSeconds: missed },
});
const day = { date: '2026-10-25', from: '2026-10-24T22:00:00Z', to: '2026-10-25T23:00:00Z' };
const agent = { onlineSeconds: 4 * HOUR, unattendedOnlineSeconds: 120, busySeconds: 0, offlineSeconds: 21 * HOUR - 120 };
const report = {
  ...{ siteId: 's', timeZone: 'Europe/Berlin', from: day.from, to: day.to, knownAt: day.to, settled: true, coverageGaps: [] },
  ...{ site: { ...box(8 * HOUR, HOUR, 15 * HOUR, HOUR), coverageAlerts: 2 }, days: [{ ...day, ...box(8 * HOUR, HOUR, 15 * HOUR, HOUR) }] },
  groups: [{ id: 'DE', name: 'DE', ...box(5 * HOUR, 0, 20 * HOUR), coverageAlerts: 0, days: [{ ...day, ...box(5 * HOUR, 0, 20 * HOUR) }] }],
  agents: [{ id: 'A', name: 'Anna', ...agent, days: [{ ...day, ...agent }] }],
} as Availability;

describe('a range, on the calendar of the site', () => {
  it('weeks begin on Monday, and months on their first day, however long clocks made them', () => {
    const now = at('2026-10-28T12:00:00Z'); // after the clocks went back on Sunday
    expect(rangeOf('this-week', { first: '', last: '' }, berlin, now)).toEqual({ from: at('2026-10-25T23:00:00Z'), to: at('2026-11-01T23:00:00Z') });
    expect(rangeOf('last-week', { first: '', last: '' }, berlin, now)).toEqual({ from: at('2026-10-18T22:00:00Z'), to: at('2026-10-25T23:00:00Z') });
    expect(rangeOf('this-month', { first: '', last: '' }, berlin, now)).toEqual({ from: at('2026-09-30T22:00:00Z'), to: at('2026-10-31T23:00:00Z') });
    expect(rangeOf('last-month', { first: '', last: '' }, berlin, now)).toEqual({ from: at('2026-08-31T22:00:00Z'), to: at('2026-09-30T22:00:00Z') });
  });

  it('an own one has both its days, and none the wrong way round', () => {
    const own = rangeOf('own', { first: '2026-10-25', last: '2026-10-25' }, berlin, 0);
    expect(own).toEqual({ from: at(day.from), to: at(day.to) });
    expect(datesOf(own!, berlin)).toEqual({ first: '2026-10-25', last: '2026-10-25' });
    expect(rangeOf('own', { first: '2026-10-26', last: '2026-10-25' }, berlin, 0)).toBeNull();
    expect(rangeOf('own', { first: '', last: '2026-10-25' }, berlin, 0)).toBeNull();
  });

  it('by hours it is at most 35 days long', () => {
    const range = { from: 0, to: 36 * 86_400_000 };
    expect([isTooLong(range, 'hour'), isTooLong(range, 'day')]).toEqual([true, false]);
  });
});

describe('bars', () => {
  it('no second is lost: the parts of a bar are as long as its period', () => {
    for (const whose of [{ kind: 'site', id: 's' }, { kind: 'group', id: 'DE' }, { kind: 'agent', id: 'A' }] as const) {
      const { bars, standings, total } = reportedOf(report, whose, 'day')!;
      expect(stacked(bars, standings).at(-1)).toEqual([25]);
      expect(Object.values(total).reduce((sum, part) => sum + part, 0)).toBe(25 * HOUR);
    }
  });

  it('a box tells how often nobody was there, and a person does not', () => {
    expect(reportedOf(report, { kind: 'site', id: 's' }, 'day')).toMatchObject({ alerts: 2, total: { missed: HOUR, outside: 15 * HOUR, closed: HOUR } });
    expect(reportedOf(report, { kind: 'agent', id: 'A' }, 'day')).toMatchObject({ alerts: null, total: { unattended: 120 } });
    expect(reportedOf(report, { kind: 'group', id: 'gone' }, 'day')).toBeNull();
  });

  it('a day of 25 hours says so', () => {
    const bar = { from: at(day.from), to: at(day.to), seconds: {} };
    expect([oddLength(bar, 'day'), oddLength({ ...bar, to: bar.from + 86_400_000 }, 'day')]).toEqual([25, null]);
  });
});

describe('numbers', () => {
  it('stay in hours, whatever they add up to', () => {
    expect([0, 30, 750, 3_600, 583_500].map(spent)).toEqual(['0 h', '30 s', '12 min 30 s', '1 h', '162 h 05 min']);
    expect([share(0, 10), share(1, 1_000), share(1, 8), share(5, 0)]).toEqual(['', '< 1 %', '13 %', '']);
  });
});
