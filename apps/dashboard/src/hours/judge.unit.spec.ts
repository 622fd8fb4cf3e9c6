import { describe, expect, it } from '@jest/globals';
import { draftOf, type Draft, NO_HOURS, OFFICE_HOURS } from './draft.js';
import { type Account, hoursOf, instantAt, judge } from './judge.js';

const SHOP = { id: 'shop', name: 'Shop', timeZone: 'Europe/Berlin', mode: 'agents-and-hours' as const };
const agent = (name: string, effectiveStatus: 'online' | 'busy' | 'offline', ...groupIds: string[]) => ({ name, effectiveStatus, active: true, groupIds });
const account = (more: Partial<Account> = {}): Account => ({
  sites: [SHOP],
  groups: [{ id: 'de', name: 'DE', enabled: true }, { id: 'en', name: 'EN', enabled: true }],
  agents: [agent('Anna', 'online', 'de')],
  hours: new Map(),
  ...more,
});
const parsed = (draft: Draft) => {
  const read = hoursOf(draft, []);
  if ('faults' in read) throw new Error(JSON.stringify(read.faults));
  return read.hours;
};
const MONDAY_NOON = Date.parse('2026-12-21T11:00:00Z');
const MONDAY_NIGHT = Date.parse('2026-12-21T21:00:00Z');
const SITE = { kind: 'site', id: 'shop' } as const;
const GROUP = { kind: 'group', id: 'de' } as const;

describe('what is wrong with a draft is said at its place, by the rules of the service', () => {
  it.each<[string, Draft, string]>([
    ['no interval at all (D23)', NO_HOURS, '/weekly'],
    ['an unknown zone', { ...OFFICE_HOURS, timeZone: 'Europe/Bern' }, '/timeZone'],
    ['a date that does not exist', { ...OFFICE_HOURS, dated: [{ id: 'd1', from: '2026-02-30', to: '2026-02-30', intervals: [], label: '' }] }, '/exceptions/0/from'],
  ])('%s', (_, draft, pointer) => {
    expect(hoursOf(draft, [])).toMatchObject({ faults: expect.arrayContaining([expect.objectContaining({ pointer })]) });
  });

  it('nothing, where it is said that it is closed permanently', () => {
    expect(hoursOf({ ...NO_HOURS, closedPermanently: true }, [])).toMatchObject({ hours: { closedPermanently: true } });
  });
});

describe('before hours are saved', () => {
  it('boxes that would close at once while somebody is online are named, with the people', () => {
    expect(judge(account(), SITE, parsed(OFFICE_HOURS), MONDAY_NIGHT)).toEqual([{ kind: 'closes-now', boxes: ['Shop', 'DE'], people: ['Anna'] }]);
  });

  it('nothing is said where nobody is online, or the boxes stay open, or were closed before', () => {
    expect(judge(account({ agents: [agent('Anna', 'offline')] }), SITE, parsed(OFFICE_HOURS), MONDAY_NIGHT)).toEqual([]);
    expect(judge(account(), SITE, parsed(OFFICE_HOURS), MONDAY_NOON)).toEqual([]);
    expect(judge(account({ hours: new Map([['shop', parsed(OFFICE_HOURS)]]) }), SITE, parsed(OFFICE_HOURS), MONDAY_NIGHT)).toEqual([]);
  });

  it('a site that does not heed its hours closes no box', () => {
    expect(judge(account({ sites: [{ ...SHOP, mode: 'agents' }] }), SITE, parsed(OFFICE_HOURS), MONDAY_NIGHT)).toEqual([]);
  });

  it('a group that would never open again is named; where that was said in so many words, it is not', () => {
    const past = draftOf({ weekly: [], exceptions: [{ from: '2026-01-01', to: '2026-01-01', intervals: [{ opens: '08:00', closes: '12:00' }] }] });
    const closed = new Map([['shop', parsed({ ...NO_HOURS, closedPermanently: true })]]);
    expect(judge(account({ hours: closed }), GROUP, parsed(past), MONDAY_NIGHT)).toEqual([{ kind: 'never-opens', boxes: ['DE'] }]);
    expect(judge(account({ agents: [] }), SITE, parsed({ ...NO_HOURS, closedPermanently: true }), MONDAY_NOON)).toEqual([]);
  });

  it('hours of a group for which nobody counts', () => {
    const nobody = account({ agents: [agent('Ed', 'online', 'en')] });
    expect(judge(nobody, GROUP, parsed(OFFICE_HOURS), MONDAY_NOON)).toEqual([{ kind: 'nobody-counts', group: 'DE' }]);
    expect(judge(account({ agents: [agent('Ed', 'online', 'gone')] }), GROUP, parsed(OFFICE_HOURS), MONDAY_NOON)).toEqual([]);
  });

  it('somebody is online, and a closed day is coming', () => {
    const christmas = { ...OFFICE_HOURS, dated: [{ id: 'd1', from: '2026-12-24', to: '2026-12-26', intervals: [], label: 'Christmas' }] };
    expect(judge(account(), SITE, parsed(christmas), MONDAY_NOON)).toEqual([{ kind: 'closed-day-ahead', date: '2026-12-24', label: 'Christmas', people: ['Anna'] }]);
    const withCalendar = hoursOf({ ...OFFICE_HOURS, holidays: { country: 'DE', region: null } }, [{ date: '2026-12-25', name: '1. Weihnachtstag' }]);
    if (!('hours' in withCalendar)) throw new Error('no hours');
    expect(judge(account(), SITE, withCalendar.hours, MONDAY_NOON)).toMatchObject([{ kind: 'closed-day-ahead', date: '2026-12-25', label: '1. Weihnachtstag' }]);
  });

  it('removing the hours of a site opens it: nothing to say', () => {
    expect(judge(account({ hours: new Map([['shop', parsed(OFFICE_HOURS)]]) }), SITE, null, MONDAY_NIGHT)).toEqual([]);
  });
});

it('a date and a time on the wall are an instant of the zone', () => {
  expect(new Date(instantAt('Europe/Berlin', '2026-12-24', 12 * 60 + 1)).toISOString()).toBe('2026-12-24T11:01:00.000Z');
});
