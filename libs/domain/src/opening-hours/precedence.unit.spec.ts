import { describe, expect, it } from '@jest/globals';
import { ALL_WEEK, hours, schedule, weekly } from './hours.fixture.js';
import { extendHolidays } from './holidays.js';
import { groupSchedule, type Schedule } from './schedule.js';
import { nextTransition, stateAt } from './state-at.js';

/** An instant by what a wall clock in Berlin shows in winter. */
const berlin = (text: string): number => Date.parse(`${text}+01:00`);
const open = (of: Schedule, text: string): boolean => stateAt(of, berlin(text)).open;
const XMAS = [{ date: '2026-12-25', name: '1. Weihnachtstag' }];
const daily = (times: string): ReturnType<typeof weekly> => weekly(`${ALL_WEEK.join(' ')} ${times}`);
const closedOn = (from: string, to = from, label?: string): { from: string; to: string; closed: true; label?: string } => ({
  from,
  to,
  closed: true,
  ...(label ? { label } : {}),
});
const openOn = (date: string, opens: string, closes: string, label?: string) => ({
  from: date,
  to: date,
  intervals: [{ opens, closes }],
  ...(label ? { label } : {}),
});

describe('case 39: 25 Dec a holiday', () => {
  it('is closed the whole local day, and says which holiday', () => {
    const shop = schedule({ weekly: daily('00:00-24:00') }, XMAS);
    expect(open(shop, '2026-12-24T23:59:59.999')).toBe(true);
    expect(open(shop, '2026-12-25T00:00:00.000')).toBe(false);
    expect(open(shop, '2026-12-25T23:59:59.999')).toBe(false);
    expect(open(shop, '2026-12-26T00:00:00.000')).toBe(true);
    expect(stateAt(shop, berlin('2026-12-25T12:00')).reason).toEqual({ rule: 'holiday', of: 'site', label: '1. Weihnachtstag', date: '2026-12-25' });
  });

  it('also after a weekly night, which ends at its midnight', () => {
    const bar = schedule({ weekly: daily('21:00-02:00') }, XMAS);
    expect(open(bar, '2026-12-24T23:59:59.999')).toBe(true);
    expect(open(bar, '2026-12-25T00:00:00.000')).toBe(false);
    expect(open(bar, '2026-12-25T22:00:00.000')).toBe(false);
    expect(open(bar, '2026-12-26T00:30:00.000')).toBe(false); // the night of the holiday does not happen
  });

  it('a holiday that people struck out is a day like any other; one with hours is open at those', () => {
    const rows = extendHolidays([], XMAS, '2026-01-01', '2026-12-31');
    expect(open(schedule({ weekly: daily('08:00-17:00') }, [{ ...rows[0]!, struckOut: true, edited: true }]), '2026-12-25T10:00')).toBe(true);
    const brunch = schedule({ weekly: daily('08:00-17:00') }, [{ ...rows[0]!, hours: [{ opens: '10:00', closes: '12:00' }], edited: true }]);
    expect([open(brunch, '2026-12-25T09:00'), open(brunch, '2026-12-25T11:00'), open(brunch, '2026-12-25T13:00')]).toEqual([false, true, false]);
  });
});

describe('case 40: 24 Dec special 08-12 over weekly 08-17', () => {
  const shop = schedule({ weekly: daily('08:00-17:00'), exceptions: [openOn('2026-12-24', '08:00', '12:00', 'Heiligabend')] });

  it('is closed at 12:00', () => {
    expect(open(shop, '2026-12-24T11:59:59.999')).toBe(true);
    expect(open(shop, '2026-12-24T12:00:00.000')).toBe(false);
    expect(open(shop, '2026-12-23T12:00:00.000')).toBe(true);
  });

  it('says so by its label', () => {
    expect(stateAt(shop, berlin('2026-12-24T14:00')).reason).toEqual({ rule: 'exception', of: 'site', label: 'Heiligabend', date: '2026-12-24' });
  });
});

describe('what belongs to a day when a night reaches over midnight', () => {
  const bar = (...exceptions: NonNullable<Parameters<typeof schedule>[0]['exceptions']>): Schedule =>
    schedule({ weekly: daily('21:00-02:00'), exceptions }, [...XMAS, { date: '2027-01-01', name: 'Neujahr' }]);

  it('a date marked closed cuts the weekly night before it, and its own night does not happen', () => {
    const shop = bar(closedOn('2026-12-10'));
    expect(open(shop, '2026-12-09T23:59:59.999')).toBe(true);
    expect(open(shop, '2026-12-10T00:00')).toBe(false);
    expect(open(shop, '2026-12-11T00:30')).toBe(false);
    expect(open(shop, '2026-12-11T21:00')).toBe(true);
  });

  it('other hours on a date leave the night before alone, and replace the night that begins on it', () => {
    const shop = bar(openOn('2026-12-10', '18:00', '22:00'));
    expect(open(shop, '2026-12-10T01:59:59.999')).toBe(true);
    expect(open(shop, '2026-12-10T21:59:59.999')).toBe(true);
    expect(open(shop, '2026-12-10T22:00')).toBe(false);
    expect(open(shop, '2026-12-11T01:00')).toBe(false);
  });

  it('a night that somebody dated is not cut by the holiday after it', () => {
    const shop = bar(openOn('2026-12-31', '20:00', '03:00', 'Silvester'));
    expect(open(shop, '2027-01-01T02:59:59.999')).toBe(true);
    expect(open(shop, '2027-01-01T03:00')).toBe(false);
    expect(open(shop, '2027-01-01T22:00')).toBe(false);
    expect(stateAt(shop, berlin('2027-01-01T01:00')).reason).toEqual({ rule: 'exception', of: 'site', label: 'Silvester', date: '2026-12-31' });
    expect(stateAt(shop, berlin('2027-01-01T04:00')).reason).toMatchObject({ rule: 'holiday', label: 'Neujahr' });
  });

  it('nor by a closed date of the same rank', () => {
    const shop = bar(openOn('2026-12-30', '20:00', '03:00'), closedOn('2026-12-31', '2027-01-06'));
    expect(open(shop, '2026-12-31T02:59:59.999')).toBe(true);
    expect(open(shop, '2026-12-31T03:00')).toBe(false);
  });

  it('a weekly night reaches into a day of the week without hours', () => {
    const friday = schedule({ weekly: weekly('fr 21:00-02:00') });
    expect(open(friday, '2026-12-05T01:59:59.999')).toBe(true);
  });
});

describe('two dated exceptions for one day', () => {
  it('the shorter holds, of two as short the later', () => {
    const shop = schedule({
      weekly: daily('08:00-17:00'),
      exceptions: [
        openOn('2026-12-28', '10:00', '12:00'),
        closedOn('2026-12-24', '2026-12-31', 'Betriebsferien'),
        openOn('2026-12-29', '10:00', '12:00'),
        openOn('2026-12-29', '14:00', '15:00'),
      ],
    });
    expect(open(shop, '2026-12-27T11:00')).toBe(false);
    expect(open(shop, '2026-12-28T11:00')).toBe(true);
    expect([open(shop, '2026-12-29T11:00'), open(shop, '2026-12-29T14:30')]).toEqual([false, true]);
    expect(open(shop, '2026-12-30T11:00')).toBe(false);
    expect(nextTransition(shop, berlin('2026-12-29T15:30'))?.at).toBe(berlin('2027-01-01T08:00'));
  });

  it('an exception beats a holiday', () => {
    expect(open(schedule({ weekly: daily('08:00-17:00'), exceptions: [openOn('2026-12-25', '10:00', '12:00')] }, XMAS), '2026-12-25T11:00')).toBe(true);
  });
});

describe('a group on a site (behaviour D6)', () => {
  const site = hours(
    { timeZone: 'Europe/Berlin', weekly: daily('08:00-17:00'), exceptions: [closedOn('2026-12-24', undefined, 'Inventur')], holidays: { country: 'DE' } },
    XMAS,
  );
  const group = hours({ weekly: daily('10:00-20:00'), exceptions: [openOn('2026-12-23', '10:00', '11:00')] });
  const both = groupSchedule(group, site, 'UTC');
  const state = (text: string) => stateAt(both, berlin(text));

  it("the group's weekly hours replace the site's", () => {
    expect([open(both, '2026-12-02T09:00'), open(both, '2026-12-02T19:00')]).toEqual([false, true]);
    expect(state('2026-12-02T19:00').reason).toEqual({ rule: 'weekly', of: 'group', date: '2026-12-02' });
  });

  it("the group's dated exception > the site's > holiday > weekly hours", () => {
    expect(state('2026-12-23T12:00')).toMatchObject({ open: false, reason: { rule: 'exception', of: 'group' } });
    expect(state('2026-12-24T12:00')).toMatchObject({ open: false, reason: { rule: 'exception', of: 'site', label: 'Inventur' } });
    expect(state('2026-12-25T12:00')).toMatchObject({ open: false, reason: { rule: 'holiday', of: 'site', label: '1. Weihnachtstag' } });
    const opensOnIt = groupSchedule(hours({ weekly: daily('10:00-20:00'), exceptions: [openOn('2026-12-24', '10:00', '11:00')] }), site, 'UTC');
    expect(open(opensOnIt, '2026-12-24T10:30')).toBe(true);
    // a longer exception of the group still goes before a shorter one of the site
    const weeks = groupSchedule(hours({ weekly: daily('10:00-20:00'), exceptions: [{ from: '2026-12-01', to: '2026-12-31', intervals: [{ opens: '12:00', closes: '13:00' }] }] }), site, 'UTC');
    expect(open(weeks, '2026-12-24T12:30')).toBe(true);
  });

  it("without weekly hours of its own it has the site's, with its own dates over them", () => {
    const dates = groupSchedule(hours({ weekly: [], exceptions: [openOn('2026-12-23', '10:00', '11:00')] }), site, 'UTC');
    expect([open(dates, '2026-12-02T09:00'), open(dates, '2026-12-23T09:00')]).toEqual([true, false]);
    expect(stateAt(dates, berlin('2026-12-02T09:00')).reason).toMatchObject({ rule: 'weekly', of: 'site' });
  });

  it("its own holidays replace the site's", () => {
    const own = groupSchedule({ ...group, publicHolidays: { country: 'DE', rows: [{ date: '2026-12-26', name: '2. Weihnachtstag' }] } }, site, 'UTC');
    expect([open(own, '2026-12-25T12:00'), open(own, '2026-12-26T12:00')]).toEqual([true, false]);
  });

  it("its zone is its own, else that of the site's hours, else the site's", () => {
    expect(both.timeZone).toBe('Europe/Berlin');
    expect(groupSchedule({ ...group, timeZone: 'Asia/Tokyo' }, site, 'UTC').timeZone).toBe('Asia/Tokyo');
    expect(groupSchedule(group, null, 'Europe/Paris').timeZone).toBe('Europe/Paris');
  });

  it('closed permanently: the group by its own word, or by the site only without weekly hours of its own', () => {
    const gone = { ...site, closedPermanently: true } as const;
    expect(open(groupSchedule({ ...group, closedPermanently: true }, site, 'UTC'), '2026-12-02T12:00')).toBe(false);
    expect(open(groupSchedule(group, gone, 'UTC'), '2026-12-02T12:00')).toBe(true);
    const dates = groupSchedule(hours({ weekly: [], exceptions: [openOn('2026-12-23', '10:00', '11:00')] }), gone, 'UTC');
    expect(stateAt(dates, berlin('2026-12-02T12:00'))).toMatchObject({ open: false, reason: { rule: 'closed-permanently', of: 'site' } });
    expect(open(dates, '2026-12-23T10:30')).toBe(true);
  });
});

describe('case 41: the hours are changed while they hold', () => {
  it('closing moved to 16:00 at 16:30 is closed at once; without hours there is no schedule to ask', () => {
    expect(open(schedule({ weekly: daily('08:00-17:00') }), '2026-12-01T16:30')).toBe(true);
    expect(open(schedule({ weekly: daily('08:00-16:00') }), '2026-12-01T16:30')).toBe(false);
  });
});
