import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  DAYS_OF_WEEK, type KnowsCalendar, nextTransition, type OpeningHours, type OpensCloses, siteSchedule, stateAt,
} from '#domain/opening-hours/index';
import { fromICalendar, fromJsonLd, toICalendar, toJsonLd } from './index.js';

const knows: KnowsCalendar = ({ country }) => (country === 'DE' ? 'known' : 'unknown-country');
const OPTIONS = { timeZone: 'Europe/Berlin', from: '2026-11-23', stamp: Date.parse('2026-11-22T12:00:00Z'), id: 'site-1.example' };
const MON_TO_FRI = DAYS_OF_WEEK.slice(0, 5);

const SHOP: OpeningHours = {
  timeZone: 'Europe/Berlin',
  weekly: [
    { dayOfWeek: MON_TO_FRI, opens: '08:00', closes: '12:00' },
    { dayOfWeek: ['Friday', 'Saturday'], opens: '21:00', closes: '02:00' },
    { dayOfWeek: ['Sunday'], opens: '00:00', closes: '24:00' },
  ],
  special: [
    { validFrom: '2026-12-24', validThrough: '2026-12-31', hours: [], name: 'Betriebsferien; "zu", ganz' },
    { validFrom: '2026-12-28', validThrough: '2026-12-28', hours: [{ opens: '10:00', closes: '12:00' }, { opens: '20:00', closes: '03:00' }] },
    { validFrom: '2027-01-10', validThrough: '2027-01-14', hours: [{ opens: '09:00', closes: '24:00' }], name: 'Messe' },
  ],
  publicHolidays: {
    country: 'DE',
    region: 'BY',
    rows: [
      { date: '2026-12-25', name: '1. Weihnachtstag' },
      { date: '2027-01-01', name: 'Neujahr', hours: [{ opens: '14:00', closes: '18:00' }], edited: true },
      { date: '2027-01-06', name: 'Heilige Drei Könige', struckOut: true, edited: true },
    ],
  },
};

describe('iCalendar', () => {
  it('what was exported is read back as the same hours', () => {
    expect(fromICalendar(toICalendar(SHOP, OPTIONS), knows)).toEqual(SHOP);
    const { timeZone: _, ...withoutZone } = SHOP;
    expect(fromICalendar(toICalendar(withoutZone, OPTIONS), knows)).toEqual(withoutZone);
    const gone: OpeningHours = { timeZone: 'Asia/Tokyo', weekly: [], special: [], closedPermanently: true };
    expect(fromICalendar(toICalendar(gone, OPTIONS), knows)).toEqual(gone);
  });

  it('is a file as RFC 5545 asks for it: CRLF, folded at 75 octets, its zone with every change', () => {
    const file = toICalendar(SHOP, OPTIONS);
    expect(file.endsWith('END:VCALENDAR\r\n')).toBe(true);
    const lines = file.split('\r\n');
    expect(lines.filter((line) => Buffer.byteLength(line) > 75)).toEqual([]);
    expect(file).toContain('BEGIN:DAYLIGHT\r\nDTSTART:20270328T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200');
    expect(file).toContain('DTSTART;TZID=Europe/Berlin:20261123T080000\r\nDTEND;TZID=Europe/Berlin:20261123T120000\r\nRRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR');
  });

  it('weekly events leave out the dates on which something else holds, for readers who know nothing of us', () => {
    const left = /EXDATE;TZID=Europe\/Berlin:([^]*?)\r\n(?! )/.exec(toICalendar(SHOP, OPTIONS))?.[1]?.replace(/\r\n /g, '').split(',') ?? [];
    expect(left).toContain('20261225T080000');
    expect(left).toContain('20270114T080000');
    expect(left).not.toContain('20270106T080000'); // struck out
  });

  const foreign = (...events: string[]): string =>
    ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Somebody//EN', ...events, 'END:VCALENDAR'].join('\r\n');
  const WEEK = ['BEGIN:VEVENT', 'UID:1', 'DTSTAMP:20260101T000000Z', 'DTSTART;TZID=Europe/Vienna:20260105T090000', 'DURATION:PT8H', 'RRULE:FREQ=WEEKLY;BYDAY=MO,TH', 'SUMMARY:Open'];

  it("a foreign file's week, closed days, dates left out and added", () => {
    const file = foreign(
      ...WEEK,
      'EXDATE;TZID=Europe/Vienna:20261105T090000',
      'EXDATE;VALUE=DATE:20261109',
      'END:VEVENT',
      'BEGIN:VEVENT', 'DTSTART;VALUE=DATE:20261224', 'DTEND;VALUE=DATE:20261227', 'TRANSP:TRANSPARENT', 'SUMMARY:Weihnachten', 'END:VEVENT',
      'BEGIN:VEVENT', 'DTSTART;TZID=Europe/Vienna:20261109T180000', 'DTEND;TZID=Europe/Vienna:20261110T000000', 'SUMMARY:Late', 'END:VEVENT',
      'BEGIN:VEVENT', 'DTSTART;TZID=Europe/Vienna:20261112T180000', 'DTEND;TZID=Europe/Vienna:20261112T190000', 'END:VEVENT',
    );
    expect(fromICalendar(file, knows)).toEqual({
      timeZone: 'Europe/Vienna',
      weekly: [{ dayOfWeek: ['Monday', 'Thursday'], opens: '09:00', closes: '17:00' }],
      special: [
        { validFrom: '2026-12-24', validThrough: '2026-12-26', hours: [], name: 'Weihnachten' },
        { validFrom: '2026-11-05', validThrough: '2026-11-05', hours: [] },
        { validFrom: '2026-11-09', validThrough: '2026-11-09', hours: [{ opens: '18:00', closes: '24:00' }], name: 'Late' },
        { validFrom: '2026-11-12', validThrough: '2026-11-12', hours: [{ opens: '09:00', closes: '17:00' }, { opens: '18:00', closes: '19:00' }] },
      ],
    });
  });

  it('floating times are those of the site, Z is UTC', () => {
    const at = (start: string): string => foreign('BEGIN:VEVENT', `DTSTART:${start}`, 'DURATION:PT1H', 'RRULE:FREQ=DAILY', 'END:VEVENT');
    expect(fromICalendar(at('20260105T090000'), knows)).toEqual({ weekly: [{ dayOfWeek: DAYS_OF_WEEK, opens: '09:00', closes: '10:00' }], special: [] });
    expect(fromICalendar(at('20260105T090000Z'), knows).timeZone).toBe('UTC');
  });

  it.each<[string, string, string]>([
    ['no calendar', 'hello', 'line 1'],
    ['nothing', '', 'line 1'],
    ['a card', 'BEGIN:VCARD\nEND:VCARD', 'line 1'],
    ['an end that is missing', 'BEGIN:VCALENDAR\nBEGIN:VEVENT', 'line 2'],
    ['ends that cross', 'BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR\nEND:VEVENT', 'line 3'],
    ['a line that is no property', foreign('GARBAGE'), 'line 4'],
    ['a second calendar', `${foreign(...WEEK, 'END:VEVENT')}\n${foreign()}`, 'line 13'],
    ['a to-do', foreign('BEGIN:VTODO', 'END:VTODO'), 'line 4'],
    ['an alarm', foreign(...WEEK, 'BEGIN:VALARM', 'ACTION:DISPLAY', 'END:VALARM', 'END:VEVENT'), 'line 11'],
    ['another calendar scale', foreign('CALSCALE:JULIAN'), 'line 4'],
    ['an event without a start', foreign('BEGIN:VEVENT', 'END:VEVENT'), 'line 4'],
    ['no end', foreign('BEGIN:VEVENT', 'DTSTART:20260105T090000', 'END:VEVENT'), 'line 5'],
    ['every second week', foreign(...WEEK.slice(0, 5), 'RRULE:FREQ=WEEKLY;INTERVAL=2', 'END:VEVENT'), 'line 9'],
    ['every month', foreign(...WEEK.slice(0, 5), 'RRULE:FREQ=MONTHLY', 'END:VEVENT'), 'line 9'],
    ['a first Monday', foreign(...WEEK.slice(0, 5), 'RRULE:FREQ=WEEKLY;BYDAY=1MO', 'END:VEVENT'), 'line 9'],
    ['a week that ends', foreign(...WEEK.slice(0, 5), 'RRULE:FREQ=WEEKLY;UNTIL=20271231T000000Z', 'END:VEVENT'), 'line 9'],
    ['a rule that is none', foreign(...WEEK.slice(0, 5), 'RRULE:FREQ=SOMETIMES', 'END:VEVENT'), 'line 9'],
    ['a changed occurrence', foreign(...WEEK, 'RECURRENCE-ID:20260105T090000', 'END:VEVENT'), 'line 11'],
    ['further dates', foreign(...WEEK, 'RDATE:20260105T090000', 'END:VEVENT'), 'line 11'],
    ['a date left out at another time', foreign(...WEEK, 'EXDATE;TZID=Europe/Vienna:20261105T100000', 'END:VEVENT'), 'line 11'],
    ['a zone of another system', foreign('BEGIN:VEVENT', 'DTSTART;TZID=W. Europe Standard Time:20260105T090000', 'DURATION:PT1H', 'END:VEVENT'), 'line 5'],
    ['two zones', foreign(...WEEK, 'END:VEVENT', 'BEGIN:VEVENT', 'DTSTART:20260105T090000Z', 'DURATION:PT1H', 'END:VEVENT'), 'line 13'],
    ['a day that does not exist', foreign('BEGIN:VEVENT', 'DTSTART:20260230T090000', 'DURATION:PT1H', 'END:VEVENT'), 'line 5'],
    ['seconds', foreign('BEGIN:VEVENT', 'DTSTART:20260105T090030', 'DURATION:PT1H', 'END:VEVENT'), 'line 5'],
    ['no time at all', foreign('BEGIN:VEVENT', 'DTSTART:20260105T090000', 'DURATION:PT0M', 'END:VEVENT'), 'line 6'],
    ['more than a day', foreign('BEGIN:VEVENT', 'DTSTART:20260105T090000', 'DURATION:P1D', 'END:VEVENT'), 'line 6'],
    ['a cancelled event', foreign(...WEEK, 'STATUS:CANCELLED', 'END:VEVENT'), 'line 11'],
    ['an all-day event that is not transparent', foreign('BEGIN:VEVENT', 'DTSTART;VALUE=DATE:20261224', 'SUMMARY:?', 'END:VEVENT'), 'line 4'],
    ['a label that is too long, folded', foreign(...WEEK.slice(0, 6), `SUMMARY:${'x'.repeat(150)}\r\n ${'y'.repeat(60)}`, 'END:VEVENT'), 'line 10'],
    ['no opening at all', foreign(), 'line 1'],
  ])('refuses %s, with its line', (_, file, line) => {
    expect(() => fromICalendar(file, knows)).toThrow(
      expect.objectContaining({ name: 'Refusal', code: 'invalid-body', extra: { errors: [expect.objectContaining({ pointer: line })] } }),
    );
  });
});

describe('JSON-LD', () => {
  it('what was exported is read back as the same hours', () => {
    expect(fromJsonLd(JSON.parse(JSON.stringify(toJsonLd(SHOP))), knows)).toEqual(SHOP);
    const gone: OpeningHours = { weekly: [], special: [], closedPermanently: true };
    expect(fromJsonLd(toJsonLd(gone), knows)).toEqual(gone);
  });

  it("reads what a shop's page says, whatever else it says of the shop", () => {
    const page = {
      '@context': 'https://schema.org',
      '@type': 'Restaurant',
      name: 'Zum Ampel',
      address: { '@type': 'PostalAddress' },
      openingHoursSpecification: [
        { '@type': 'OpeningHoursSpecification', dayOfWeek: ['Monday', 'http://schema.org/Tuesday'], opens: '11:30:00', closes: '14:00' },
        { '@type': 'OpeningHoursSpecification', dayOfWeek: { '@id': 'schema:Saturday' }, opens: '18:00', closes: '02:00' },
        { '@type': 'OpeningHoursSpecification', dayOfWeek: 'Sunday', opens: '00:00', closes: '00:00' },
        { '@type': 'OpeningHoursSpecification', validFrom: '2026-12-24', validThrough: '2026-12-26', opens: '00:00', closes: '00:00' },
      ],
      specialOpeningHoursSpecification: { '@type': 'OpeningHoursSpecification', validFrom: '2026-12-31', opens: '10:00', closes: '15:00' },
    };
    expect(fromJsonLd(page, knows)).toEqual({
      weekly: [
        { dayOfWeek: ['Monday', 'Tuesday'], opens: '11:30', closes: '14:00' },
        { dayOfWeek: ['Saturday'], opens: '18:00', closes: '02:00' },
      ],
      special: [
        { validFrom: '2026-12-24', validThrough: '2026-12-26', hours: [] },
        { validFrom: '2026-12-31', validThrough: '2026-12-31', hours: [{ opens: '10:00', closes: '15:00' }] },
      ],
    });
  });

  const week = (more: Record<string, unknown>) => ({ openingHoursSpecification: [{ dayOfWeek: 'Monday', opens: '08:00', closes: '17:00', ...more }] });
  it.each<[string, unknown, string]>([
    ['no object', 'hello', ''],
    ['a list', [], ''],
    ['a place without hours', { name: 'Shop' }, '/openingHoursSpecification'],
    ['an unknown property', week({ 'a/b': 1 }), '/openingHoursSpecification/0/a~1b'],
    ['a day that is none', week({ dayOfWeek: ['Monday', 'Montag'] }), '/openingHoursSpecification/0/dayOfWeek/1'],
    ['public holidays of nowhere', week({ dayOfWeek: 'PublicHolidays' }), '/openingHoursSpecification/0/dayOfWeek'],
    ['a season', week({ validFrom: '2026-06-01', validThrough: '2026-08-31' }), '/openingHoursSpecification/0/dayOfWeek'],
    ['no closing time', week({ closes: undefined }), '/openingHoursSpecification/0/closes'],
    ['25:00', week({ closes: '25:00' }), '/openingHoursSpecification/0'],
    ['opens = closes', week({ closes: '08:00' }), '/openingHoursSpecification/0'],
    ['a date that does not exist', { openingHoursSpecification: [week({}).openingHoursSpecification[0], { validFrom: '2026-02-30', opens: '08:00', closes: '09:00' }] }, '/openingHoursSpecification/1'],
    ['an unknown zone', { ...week({}), 'ampel:timeZone': 'Mars' }, '/ampel:timeZone'],
    ['an unknown country', { ...week({}), 'ampel:holidayCalendar': 'XX' }, '/ampel:holidayCalendar'],
  ])('refuses %s, with its pointer', (_, document, pointer) => {
    expect(() => fromJsonLd(document, knows)).toThrow(
      expect.objectContaining({ name: 'Refusal', code: 'invalid-body', extra: { errors: [expect.objectContaining({ pointer })] } }),
    );
  });
});

describe('any hours', () => {
  const minute = fc.integer({ min: 0, max: 95 }).map((quarter) => quarter * 15);
  const two = (value: number): string => String(value).padStart(2, '0');
  const time = (minutes: number): string => `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
  const interval: fc.Arbitrary<OpensCloses> = fc
    .tuple(minute, fc.integer({ min: 1, max: 95 }))
    .map(([opens, length]) => [opens, (opens + length * 15) % 1440] as const)
    .map(([opens, closes]) => ({ opens: time(opens), closes: closes === 0 ? '24:00' : time(closes) }));
  const date = fc.integer({ min: 0, max: 60 }).map((day) => new Date(Date.UTC(2026, 10, 23 + day)).toISOString().slice(0, 10));
  const label = fc.string({ unit: 'grapheme', maxLength: 60 }).map((text) => text.replace(/\p{C}|\p{Z}/gu, ' ').trim());
  const hours: fc.Arbitrary<OpeningHours> = fc.record({
    timeZone: fc.constantFrom('Europe/Berlin', 'America/New_York', 'Asia/Kathmandu'),
    weekly: fc.array(fc.record({ dayOfWeek: fc.subarray([...DAYS_OF_WEEK], { minLength: 1 }), opens: fc.constant(''), closes: fc.constant('') }).chain((row) => interval.map((times) => ({ ...row, ...times }))), { minLength: 1, maxLength: 4 }),
    special: fc.array(
      fc.record({ a: date, b: date, hours: fc.array(interval, { maxLength: 2 }), label }).map(({ a, b, hours: open, label: name }) => ({
        validFrom: a < b ? a : b,
        validThrough: a < b ? b : a,
        hours: open,
        ...(name === '' ? {} : { name }),
      })),
      { maxLength: 5 },
    ),
  });

  it('survives both formats', () => {
    fc.assert(
      fc.property(hours, (given) => {
        expect(fromICalendar(toICalendar(given, OPTIONS), knows)).toEqual(given);
        expect(fromJsonLd(JSON.parse(JSON.stringify(toJsonLd(given))), knows)).toEqual(given);
      }),
      { numRuns: 100 },
    );
  });

  it('and opens and closes at the same instants', () => {
    const [one, other] = [SHOP, fromICalendar(toICalendar(SHOP, OPTIONS), knows)].map((each) => siteSchedule(each, 'UTC'));
    for (let at = Date.parse('2026-12-20T00:00Z'); at < Date.parse('2027-01-20T00:00Z'); at = nextTransition(one!, at)?.at ?? Infinity) {
      expect(stateAt(other!, at)).toEqual(stateAt(one!, at));
    }
  });
});
