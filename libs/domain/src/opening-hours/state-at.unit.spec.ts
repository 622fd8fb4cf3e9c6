import { describe, expect, it } from '@jest/globals';
import { ALL_WEEK, MON_TO_FRI, schedule, weekly } from './hours.fixture.js';
import type { Schedule } from './schedule.js';
import { explainHours, nextTransition, openingAt, stateAt } from './state-at.js';
import { instantOf, isTimeZone, localDateAt } from './index.js';

const z = (text: string): number => Date.parse(text);
const open = (hours: Schedule, text: string): boolean => stateAt(hours, z(text)).open;
/** All changes from one instant to another, as text. */
function changes(hours: Schedule, from: string, to: string): string[] {
  const found: string[] = [];
  for (let next = nextTransition(hours, z(from)); next && next.at < z(to); next = nextTransition(hours, next.at)) {
    found.push(`${next.open ? 'opens' : 'closes'} ${new Date(next.at).toISOString()}`);
  }
  return found;
}
const office = schedule({ weekly: weekly('mo tu we th fr 08:00-17:00') });

describe('case 31: Mon-Fri 08:00-17:00, to the millisecond', () => {
  it('is open at 16:59:59.999 and closed at 17:00:00.000', () => {
    expect(open(office, '2026-12-01T15:59:59.999Z')).toBe(true);
    expect(open(office, '2026-12-01T16:00:00.000Z')).toBe(false);
  });

  it('is closed at 07:59:59.999 and open at 08:00:00.000', () => {
    expect(open(office, '2026-12-01T06:59:59.999Z')).toBe(false);
    expect(open(office, '2026-12-01T07:00:00.000Z')).toBe(true);
  });

  it('names its changes exactly, over the weekend too', () => {
    expect(nextTransition(office, z('2026-12-04T15:59:59.999Z'))).toEqual({ at: z('2026-12-04T16:00:00.000Z'), open: false });
    expect(nextTransition(office, z('2026-12-04T16:00:00.000Z'))).toEqual({ at: z('2026-12-07T07:00:00.000Z'), open: true });
  });

  it('says that the week decided, and when it opens next', () => {
    expect(explainHours(office, z('2026-12-04T20:00:00Z'))).toEqual({
      open: false,
      reason: { rule: 'weekly', of: 'site', date: '2026-12-04' },
      next: { at: z('2026-12-07T07:00:00Z'), open: true },
      nextOpening: z('2026-12-07T07:00:00Z'),
    });
    expect(explainHours(office, z('2026-12-04T10:00:00Z'))).toMatchObject({ open: true, next: { open: false }, nextOpening: null });
  });
});

describe('case 34: 08-12 and 13-17', () => {
  it('is closed from 12:00:00 up to 13:00:00', () => {
    const lunch = schedule({ weekly: weekly('mo tu we th fr 08:00-12:00', 'mo tu we th fr 13:00-17:00') });
    expect(open(lunch, '2026-12-01T10:59:59.999Z')).toBe(true);
    expect(open(lunch, '2026-12-01T11:00:00.000Z')).toBe(false);
    expect(open(lunch, '2026-12-01T11:59:59.999Z')).toBe(false);
    expect(open(lunch, '2026-12-01T12:00:00.000Z')).toBe(true);
  });

  it('intervals that overlap or touch are one', () => {
    const merged = schedule({ weekly: weekly('tu 08:00-12:00', 'tu 11:00-15:00', 'tu 15:00-17:00') });
    expect(changes(merged, '2026-12-01T00:00Z', '2026-12-02T00:00Z')).toEqual(['opens 2026-12-01T07:00:00.000Z', 'closes 2026-12-01T16:00:00.000Z']);
  });
});

describe('case 36: Mon 21:00-02:00', () => {
  const bar = schedule({ weekly: weekly('mo 21:00-02:00') });

  it('is open on Tuesday at 01:59 and closed at 02:00', () => {
    expect(open(bar, '2026-12-01T00:59:59.999Z')).toBe(true);
    expect(open(bar, '2026-12-01T01:00:00.000Z')).toBe(false);
    expect(open(bar, '2026-12-01T20:30:00.000Z')).toBe(false);
  });

  it('after midnight it is still Monday that decided', () => {
    expect(stateAt(bar, z('2026-12-01T00:30Z')).reason).toEqual({ rule: 'weekly', of: 'site', date: '2026-11-30' });
  });

  it('24:00 and 00:00 close at midnight, and touch what opens then', () => {
    for (const closes of ['24:00', '00:00']) {
      const late = schedule({ weekly: weekly(`mo 20:00-${closes}`) });
      expect(open(late, '2026-11-30T22:59:59.999Z')).toBe(true);
      expect(open(late, '2026-11-30T23:00:00.000Z')).toBe(false);
      const through = schedule({ weekly: weekly(`mo 20:00-${closes}`, 'tu 00:00-06:00') });
      expect(changes(through, '2026-11-30T00:00Z', '2026-12-02T00:00Z')).toEqual([
        'opens 2026-11-30T19:00:00.000Z',
        'closes 2026-12-01T05:00:00.000Z',
      ]);
    }
  });

  it('a night from Sunday reaches into Monday', () => {
    expect(open(schedule({ weekly: weekly('su 22:00-03:00') }), '2026-11-30T01:00Z')).toBe(true);
  });
});

describe('case 37: Europe/Berlin, Sun 02:30-10:00, where the clock is put forward', () => {
  it('opens 01:00Z and closes 08:00Z on 2027-03-28', () => {
    const early = schedule({ weekly: weekly('su 02:30-10:00') });
    expect(changes(early, '2027-03-27T12:00Z', '2027-03-28T12:00Z')).toEqual(['opens 2027-03-28T01:00:00.000Z', 'closes 2027-03-28T08:00:00.000Z']);
    expect(open(early, '2027-03-28T00:59:59.999Z')).toBe(false);
    expect(open(early, '2027-03-28T01:00:00.000Z')).toBe(true);
  });

  it('what would close in the gap closes with it, what lies within it does not happen', () => {
    expect(changes(schedule({ weekly: weekly('su 01:00-02:30') }), '2027-03-27T12:00Z', '2027-03-28T12:00Z')).toEqual([
      'opens 2027-03-28T00:00:00.000Z',
      'closes 2027-03-28T01:00:00.000Z',
    ]);
    const within = schedule({ weekly: weekly('su 02:15-02:45') });
    expect(changes(within, '2027-03-27T12:00Z', '2027-04-04T00:20Z')).toEqual(['opens 2027-04-04T00:15:00.000Z']);
  });
});

describe('where the clock is put back (behaviour D5)', () => {
  it('an hour that happens twice is open both times', () => {
    const hour = schedule({ weekly: weekly('su 02:00-03:00') });
    expect(changes(hour, '2026-10-24T12:00Z', '2026-10-25T12:00Z')).toEqual(['opens 2026-10-25T00:00:00.000Z', 'closes 2026-10-25T02:00:00.000Z']);
  });

  it('half of that hour opens and closes twice', () => {
    const half = schedule({ weekly: weekly('su 02:30-03:00') });
    expect(changes(half, '2026-10-24T12:00Z', '2026-10-25T12:00Z')).toEqual([
      'opens 2026-10-25T00:30:00.000Z',
      'closes 2026-10-25T01:00:00.000Z',
      'opens 2026-10-25T01:30:00.000Z',
      'closes 2026-10-25T02:00:00.000Z',
    ]);
  });

  it('a last day that reads 23:30 once more opens once more', () => {
    // Azores, 25 October 2026: 01:00 becomes 00:00; Santiago, 4 April 2026: 24:00 becomes 23:00
    const last = schedule({
      timeZone: 'America/Santiago',
      weekly: [],
      exceptions: [{ from: '2026-04-04', to: '2026-04-04', intervals: [{ opens: '09:00', closes: '24:00' }] }],
    });
    expect(changes(last, '2026-04-04T00:00Z', '2027-01-01T00:00Z')).toEqual(['opens 2026-04-04T12:00:00.000Z', 'closes 2026-04-05T04:00:00.000Z']);
    const half = schedule({
      timeZone: 'America/Santiago',
      weekly: [],
      exceptions: [{ from: '2026-04-04', to: '2026-04-04', intervals: [{ opens: '23:30', closes: '24:00' }] }],
    });
    expect(changes(half, '2026-04-04T00:00Z', '2027-01-01T00:00Z')).toEqual([
      'opens 2026-04-05T02:30:00.000Z',
      'closes 2026-04-05T03:00:00.000Z',
      'opens 2026-04-05T03:30:00.000Z',
      'closes 2026-04-05T04:00:00.000Z',
    ]);
  });
});

describe('case 38: 09:00-17:00 Berlin around the change of clocks', () => {
  it('opens 08:00Z on Fri 2027-03-26 and 07:00Z on Mon 2027-03-29', () => {
    const hours = schedule({ weekly: weekly('mo tu we th fr 09:00-17:00') });
    expect(changes(hours, '2027-03-26T00:00Z', '2027-03-29T12:00Z')).toEqual([
      'opens 2027-03-26T08:00:00.000Z',
      'closes 2027-03-26T16:00:00.000Z',
      'opens 2027-03-29T07:00:00.000Z',
    ]);
  });
});

describe('zones that are not like Berlin', () => {
  it('Lord Howe is put back by half an hour: 01:30-02:00 is open both times', () => {
    const island = schedule({ timeZone: 'Australia/Lord_Howe', weekly: weekly('su 01:30-02:00') });
    expect(changes(island, '2026-04-04T00:00Z', '2026-04-06T00:00Z')).toEqual(['opens 2026-04-04T14:30:00.000Z', 'closes 2026-04-04T15:30:00.000Z']);
  });

  it('Kathmandu is 5:45 ahead', () => {
    const shop = schedule({ timeZone: 'Asia/Kathmandu', weekly: weekly('tu 10:00-18:00') });
    expect(changes(shop, '2026-12-01T00:00Z', '2026-12-02T00:00Z')).toEqual(['opens 2026-12-01T04:15:00.000Z', 'closes 2026-12-01T12:15:00.000Z']);
  });

  it('Casablanca goes back for Ramadan', () => {
    const shop = schedule({ timeZone: 'Africa/Casablanca', weekly: weekly('sa mo 09:00-17:00') });
    expect(changes(shop, '2026-02-14T00:00Z', '2026-02-17T00:00Z').filter((change) => change.startsWith('opens'))).toEqual([
      'opens 2026-02-14T08:00:00.000Z',
      'opens 2026-02-16T09:00:00.000Z',
    ]);
  });

  it('Apia has no 30 December 2011: its hours do not happen, a night over it opens with the 31st', () => {
    const friday = schedule({ timeZone: 'Pacific/Apia', weekly: weekly('fr 08:00-17:00', 'sa 08:00-09:00') });
    expect(changes(friday, '2011-12-29T12:00Z', '2011-12-31T12:00Z')).toEqual(['opens 2011-12-30T18:00:00.000Z', 'closes 2011-12-30T19:00:00.000Z']);
    const night = schedule({ timeZone: 'Pacific/Apia', weekly: weekly('fr 21:00-02:00') });
    expect(changes(night, '2011-12-29T12:00Z', '2011-12-31T12:00Z')).toEqual(['opens 2011-12-30T10:00:00.000Z', 'closes 2011-12-30T12:00:00.000Z']);
  });

  it('links are zones, spelt exactly; offsets and other spellings are none', () => {
    for (const name of ['Europe/Berlin', 'UTC', 'Asia/Calcutta', 'Asia/Kolkata', 'GB-Eire', 'America/Port-au-Prince', 'Antarctica/DumontDUrville', 'Etc/GMT+5']) {
      expect([name, isTimeZone(name)]).toEqual([name, true]);
    }
    for (const name of ['', 'europe/berlin', 'Europe/berlin', 'utc', '+01:00', 'Europe/Nowhere', 'Berlin', 'Europe/Berlin ', '../etc', 'Etc/Unknown']) {
      expect([name, isTimeZone(name)]).toEqual([name, false]);
    }
  });

  it('a zone that is none stays none after somebody has asked for its time', () => {
    expect(() => localDateAt('Europe/Nowhere', 0)).toThrow(RangeError);
    expect(isTimeZone('Europe/Nowhere')).toBe(false);
  });

  it('the wall clock is read both ways', () => {
    expect(localDateAt('Pacific/Kiritimati', z('2026-12-24T10:00Z'))).toBe('2026-12-25');
    expect(instantOf('Europe/Berlin', '2026-12-24')).toBe(z('2026-12-23T23:00Z'));
    expect(instantOf('Europe/Berlin', '2027-03-28', 2.5 * 3_600_000)).toBe(z('2027-03-28T01:00Z'));
    expect(instantOf('Pacific/Apia', '2011-12-30')).toBe(z('2011-12-30T10:00Z'));
  });
});

describe('hours that never change', () => {
  it('always open: in one stretch, or in two that meet', () => {
    expect(nextTransition(schedule({ weekly: [{ days: ALL_WEEK, opens: '00:00', closes: '24:00' }] }), 0)).toBeNull();
    const shifts = [
      { days: ALL_WEEK, opens: '06:00', closes: '18:00' },
      { days: ALL_WEEK, opens: '18:00', closes: '06:00' },
    ];
    expect(nextTransition(schedule({ weekly: shifts }), 0)).toBeNull();
  });

  it('closed permanently, with its reason; the week is kept for another day', () => {
    const gone = schedule({ weekly: [{ days: MON_TO_FRI, opens: '08:00', closes: '17:00' }], closedPermanently: true });
    expect(explainHours(gone, z('2026-12-01T10:00Z'))).toEqual({
      open: false,
      reason: { rule: 'closed-permanently', of: 'site', date: '2026-12-01' },
      next: null,
      nextOpening: null,
    });
  });

  it('a closure of a century ends on its day', () => {
    const long = schedule({ weekly: weekly('mo tu we th fr 08:00-17:00'), exceptions: [{ from: '2026-12-01', to: '2126-11-30', closed: true }] });
    expect(nextTransition(long, z('2026-12-01T10:00Z'))).toEqual({ at: z('2126-12-02T07:00Z'), open: true });
  });

  it('dated openings without a week open on their dates and then never again', () => {
    const fair = schedule({ weekly: [], exceptions: [{ from: '2027-05-01', to: '2027-05-02', intervals: [{ opens: '10:00', closes: '18:00' }] }] });
    expect(changes(fair, '2026-12-01T00:00Z', '2199-01-01T00:00Z')).toHaveLength(4);
    expect(nextTransition(fair, z('2027-05-02T16:00Z'))).toBeNull();
  });
});

describe('the opening that an event tells (ADR 0018)', () => {
  it('carries why, and the next three turns', () => {
    expect(openingAt(office, z('2026-12-04T10:00Z'))).toEqual({
      open: true,
      because: { rule: 'weekly', of: 'site' },
      upcoming: [
        { at: z('2026-12-04T16:00Z'), open: false },
        { at: z('2026-12-07T07:00Z'), open: true },
        { at: z('2026-12-07T16:00Z'), open: false },
      ],
    });
  });

  it('carries fewer turns where nothing follows', () => {
    const fair = schedule({ weekly: [], exceptions: [{ from: '2027-05-01', to: '2027-05-01', intervals: [{ opens: '10:00', closes: '18:00' }], label: 'Fair' }] });
    expect(openingAt(fair, z('2027-05-01T10:00Z'))).toEqual({
      open: true,
      because: { rule: 'exception', of: 'site', label: 'Fair' },
      upcoming: [{ at: z('2027-05-01T16:00Z'), open: false }],
    });
  });
});

describe('case 43: asked after a night down', () => {
  it('the state is that of the instant, whatever was missed', () => {
    expect(open(office, '2026-12-01T11:00Z')).toBe(true);
    expect(changes(office, '2026-11-30T20:00Z', '2026-12-01T11:00Z')).toEqual(['opens 2026-12-01T07:00:00.000Z']);
  });
});
