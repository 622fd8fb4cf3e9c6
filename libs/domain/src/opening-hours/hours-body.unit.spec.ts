import { describe, expect, it } from '@jest/globals';
import { knows, weekly } from './hours.fixture.js';
import { type HoursBody, hoursBody, parseHours } from './hours-body.js';

const WEEK = weekly('mo tu we th fr 08:00-17:00');

/** The pointers of the refusal, or 'accepted'. */
function pointers(body: HoursBody): unknown {
  try {
    parseHours(body, knows);
    return 'accepted';
  } catch (error) {
    expect(error).toMatchObject({ name: 'Refusal', code: 'invalid-body' });
    return (error as { extra: { errors: { pointer: string }[] } }).extra.errors.map(({ pointer }) => pointer);
  }
}

describe('case 42: hours that cannot be are refused, with a pointer for every fault', () => {
  it.each<[string, HoursBody, string[]]>([
    ['opens = closes', { weekly: weekly('mo 08:00-08:00') }, ['/weekly/0/closes']],
    ['25:00', { weekly: weekly('mo 08:00-25:00', 'tu 25:00-08:00') }, ['/weekly/0/closes', '/weekly/1/opens']],
    ['8:00 without zero', { weekly: weekly('mo 8:00-17:00') }, ['/weekly/0/opens']],
    ['a minute of 60', { weekly: weekly('mo 08:60-17:00') }, ['/weekly/0/opens']],
    ['seconds', { weekly: weekly('mo 08:00-17:00:00') }, ['/weekly/0/closes']],
    ['opening at 24:00', { weekly: weekly('mo 24:00-02:00') }, ['/weekly/0/opens']],
    ['24:01', { weekly: weekly('mo 08:00-24:01') }, ['/weekly/0/closes']],
    ['a zone that does not exist', { timeZone: 'Europe/Nowhere', weekly: WEEK }, ['/timeZone']],
    ['a zone in another spelling', { timeZone: 'europe/berlin', weekly: WEEK }, ['/timeZone']],
    ['an offset as a zone', { timeZone: '+01:00', weekly: WEEK }, ['/timeZone']],
    ['no day', { weekly: [{ days: [], opens: '08:00', closes: '17:00' }] }, ['/weekly/0/days']],
    ['a day twice', { weekly: weekly('mo mo 08:00-17:00') }, ['/weekly/0/days']],
    ['no interval (D23)', { weekly: [] }, ['/weekly']],
    ['no interval but closed days', { weekly: [], exceptions: [{ from: '2026-12-24', to: '2026-12-24', closed: true }] }, ['/weekly']],
    ['a date that does not exist', { weekly: WEEK, exceptions: [{ from: '2026-02-30', to: '2027-02-29', closed: true }] }, ['/exceptions/0/from', '/exceptions/0/to']],
    ['a date in another form', { weekly: WEEK, exceptions: [{ from: '24.12.2026', to: '2026-12-24T00:00', closed: true }] }, ['/exceptions/0/from', '/exceptions/0/to']],
    ['a date out of reach', { weekly: WEEK, exceptions: [{ from: '1969-12-31', to: '2200-01-01', closed: true }] }, ['/exceptions/0/from', '/exceptions/0/to']],
    ['from after to', { weekly: WEEK, exceptions: [{ from: '2026-12-25', to: '2026-12-24', closed: true }] }, ['/exceptions/0/to']],
    ['neither closed nor intervals', { weekly: WEEK, exceptions: [{ from: '2026-12-24', to: '2026-12-24' }] }, ['/exceptions/0']],
    [
      'both closed and intervals',
      { weekly: WEEK, exceptions: [{ from: '2026-12-24', to: '2026-12-24', closed: true, intervals: [{ opens: '08:00', closes: '12:00' }] }] },
      ['/exceptions/0'],
    ],
    ['an exception without an interval', { weekly: WEEK, exceptions: [{ from: '2026-12-24', to: '2026-12-24', intervals: [] }] }, ['/exceptions/0/intervals']],
    [
      'a wrong time in an exception',
      { weekly: WEEK, exceptions: [{ from: '2026-12-24', to: '2026-12-24', intervals: [{ opens: '08:00', closes: '12:00' }, { opens: '13:00', closes: '13:00' }] }] },
      ['/exceptions/0/intervals/1/closes'],
    ],
    ['an unknown country', { weekly: WEEK, holidays: { country: 'XX' } }, ['/holidays/country']],
    ['an unknown region', { weekly: WEEK, holidays: { country: 'DE', region: 'XX' } }, ['/holidays/region']],
    ['a list that is too long', { weekly: Array.from({ length: 101 }, () => WEEK[0]!) }, ['/weekly']],
    ['everything at once', { timeZone: 'X', weekly: weekly('mo 9:00-09:00'), holidays: { country: 'XX' } }, ['/timeZone', '/weekly/0/opens', '/holidays/country']],
  ])('%s', (_, body, expected) => {
    expect(pointers(body)).toEqual(expected);
  });

  it.each<[string, HoursBody]>([
    ['closed permanently needs no interval (D23)', { weekly: [], closedPermanently: true }],
    ['24:00, 00:00 and a night', { weekly: weekly('mo 08:00-24:00', 'tu 20:00-00:00', 'we 21:00-02:00') }],
    ['29 February of a leap year', { weekly: WEEK, exceptions: [{ from: '2028-02-29', to: '2028-02-29', closed: true }] }],
    ['a link of the zone database', { timeZone: 'Asia/Calcutta', weekly: WEEK }],
    ['a region', { weekly: WEEK, holidays: { country: 'DE', region: 'BY' } }],
    ['intervals that overlap', { weekly: weekly('mo 08:00-12:00', 'mo 11:00-17:00') }],
  ])('accepted: %s', (_, body) => {
    expect(pointers(body)).toBe('accepted');
  });

  it('a country whose region is unknown does not ask for more than it knows', () => {
    expect(() => parseHours({ weekly: WEEK, holidays: { country: 'DE', region: 'XX' } }, knows)).toThrow('The opening hours are not as described');
  });
});

describe('what people sent', () => {
  it('comes back as they sent it', () => {
    const body: HoursBody = {
      timeZone: 'Europe/Vienna',
      weekly: weekly('mo tu 08:00-12:00', 'sa 21:00-02:00'),
      exceptions: [
        { from: '2026-12-24', to: '2026-12-26', closed: true, label: 'Weihnachten' },
        { from: '2026-12-31', to: '2026-12-31', intervals: [{ opens: '08:00', closes: '12:00' }] },
      ],
      holidays: { country: 'DE', region: 'BY' },
      closedPermanently: true,
    };
    expect(hoursBody(parseHours(body, knows))).toEqual(body);
    expect(hoursBody(parseHours({ weekly: WEEK }, knows))).toEqual({ weekly: WEEK });
  });

  it('is kept as plain JSON, without what is not said', () => {
    const kept = parseHours({ weekly: WEEK, timeZone: undefined, exceptions: undefined, holidays: { country: 'DE', region: undefined } }, knows);
    expect(JSON.parse(JSON.stringify(kept))).toEqual(kept);
    expect(kept).toEqual({
      weekly: [{ dayOfWeek: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday'], opens: '08:00', closes: '17:00' }],
      special: [],
      publicHolidays: { country: 'DE', rows: [] },
    });
  });
});
