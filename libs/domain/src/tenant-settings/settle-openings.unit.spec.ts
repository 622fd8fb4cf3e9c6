import { describe, expect, it } from '@jest/globals';
import { siteAdded } from '#testing';
import { type HoursBody, type OpeningHours, parseHours } from '../opening-hours/index.js';
import type { SiteEvent } from './events.js';
import { changeGroupHours, changeHours, type HoursOfSite, nextSettling, settleOpenings } from './settle-openings.js';
import { groupFold } from './group.js';
import { evolveSite, type Site, siteFold } from './site.js';

const MON_TO_FRI = ['mo', 'tu', 'we', 'th', 'fr'] as const;
const at = (time: string): number => Date.parse(time);
const rfc = (time: string): string => new Date(at(time)).toISOString();
const parse = (body: HoursBody): OpeningHours => parseHours(body, () => 'known');
const office = parse({ weekly: [{ days: [...MON_TO_FRI], opens: '08:00', closes: '17:00' }] });
const only = (site: OpeningHours | null, groups: [string, OpeningHours][] = []): HoursOfSite => ({ site, groups: new Map(groups) });
const none = only(null);

const shop = (...events: SiteEvent[]): Site => [siteAdded(), ...events].reduce(evolveSite, siteFold.initial);
/** Thursday before the clocks go forward, 12:00 in Berlin. */
const THURSDAY = at('2027-03-25T11:00:00Z');
const withHours = (hours: OpeningHours, now = THURSDAY): Site => changeHours(hours, none, shop(), now).reduce(evolveSite, shop());

describe('hours of a site that are changed', () => {
  it('tell at once how it stands, why, and the next three turns', () => {
    expect(changeHours(office, none, shop(), THURSDAY)).toEqual([
      {
        type: 'HoursChanged',
        data: {
          siteId: 'shop',
          hours: office,
          openings: [
            {
              groupId: null,
              open: true,
              because: { rule: 'weekly', of: 'site' },
              upcoming: [
                { at: rfc('2027-03-25T16:00:00Z'), open: false },
                { at: rfc('2027-03-26T07:00:00Z'), open: true },
                { at: rfc('2027-03-26T16:00:00Z'), open: false },
              ],
            },
          ],
        },
      },
    ]);
  });

  it('the same again is no event, also when its keys come in another order', () => {
    const kept = JSON.parse(JSON.stringify(office, Object.keys({ weekly: 1, special: 1, dayOfWeek: 1, closes: 1, opens: 1 }).reverse())) as OpeningHours;
    expect(changeHours(office, only(kept), withHours(office), THURSDAY)).toEqual([]);
  });

  it('case 41: closing time put before now closes on save; hours taken away open again', () => {
    const early = parse({ weekly: [{ days: [...MON_TO_FRI], opens: '08:00', closes: '11:00' }] });
    const [changed] = changeHours(early, only(office), withHours(office), THURSDAY);
    expect(changed).toMatchObject({ type: 'HoursChanged', data: { openings: [{ open: false }] } });
    expect(changeHours(null, only(office), withHours(office), THURSDAY)).toMatchObject([{ data: { hours: null, openings: [] } }]);
  });

  it('what was due before is told first, with its own time', () => {
    const friday = at('2027-03-25T20:00:00Z');
    expect(changeHours(null, only(office), withHours(office), friday)).toMatchObject([
      { type: 'OpeningEnded', effectiveAt: at('2027-03-25T16:00:00Z') },
      { type: 'HoursChanged' },
    ]);
  });

  it('are refused for a site or group that is not there', () => {
    expect(() => changeHours(office, none, siteFold.initial, THURSDAY)).toThrow('not-found');
    expect(() => changeGroupHours(office, null, groupFold.initial)).toThrow('not-found');
  });
});

describe('openings that fell due', () => {
  it('nothing is told before its time', () => {
    expect(settleOpenings(only(office), withHours(office), at('2027-03-25T15:59:59.999Z'))).toEqual([]);
  });

  it('closing time is told to the millisecond', () => {
    expect(settleOpenings(only(office), withHours(office), at('2027-03-25T16:00:00Z'))).toMatchObject([
      { type: 'OpeningEnded', effectiveAt: at('2027-03-25T16:00:00Z'), data: { groupId: null, upcoming: [{ at: rfc('2027-03-26T07:00:00Z') }, {}, {}] } },
    ]);
  });

  it('case 43: after days down every turn is told in order with its nominal time, over the change of the clocks', () => {
    const events = settleOpenings(only(office), withHours(office), at('2027-03-29T10:00:00Z'));
    expect(events.map(({ type, effectiveAt }) => [type, new Date(effectiveAt ?? 0).toISOString()])).toEqual([
      ['OpeningEnded', '2027-03-25T16:00:00.000Z'],
      ['OpeningStarted', '2027-03-26T07:00:00.000Z'],
      ['OpeningEnded', '2027-03-26T16:00:00.000Z'],
      ['OpeningStarted', '2027-03-29T06:00:00.000Z'],
    ]);
    const after = events.reduce(evolveSite, withHours(office));
    expect(settleOpenings(only(office), after, at('2027-03-29T10:00:00Z'))).toEqual([]);
  });

  it("a group's hours are told for each site, merged with the site's, and taken away again", () => {
    const evening = parse({ weekly: [{ days: [...MON_TO_FRI], opens: '17:00', closes: '21:00' }] });
    const hours = only(office, [['DE', evening]]);
    const [told] = settleOpenings(hours, withHours(office), THURSDAY);
    expect(told).toMatchObject({
      type: 'OpeningsChanged',
      data: { openings: [{ groupId: null, open: true }, { groupId: 'DE', open: false, because: { rule: 'weekly', of: 'group' } }] },
    });
    const both = [told as SiteEvent].reduce(evolveSite, withHours(office));
    expect(settleOpenings(hours, both, at('2027-03-25T16:00:00Z')).map(({ type, data }) => [type, (data as { groupId?: string }).groupId])).toEqual([
      ['OpeningEnded', null],
      ['OpeningStarted', 'DE'],
    ]);
    expect(settleOpenings(only(office), both, THURSDAY)).toMatchObject([{ type: 'OpeningsChanged', data: { openings: [{ groupId: null }] } }]);
  });

  it('a holiday that begins while it is closed anyway becomes the reason, and is told by an event that changes no box', () => {
    const goodFriday = { date: '2027-03-26', name: 'Karfreitag' };
    const hours = { ...office, publicHolidays: { country: 'DE', rows: [goodFriday] } };
    const night = at('2027-03-25T18:00:00Z');
    const closed = settleOpenings(only(hours), withHours(hours), night).reduce(evolveSite, withHours(hours));
    const midnight = at('2027-03-25T23:00:00Z');
    expect(nextSettling(only(hours), 'Europe/Berlin', night)).toBe(midnight);
    expect(settleOpenings(only(hours), closed, midnight)).toMatchObject([
      { type: 'OpeningsChanged', data: { openings: [{ open: false, because: { rule: 'holiday', of: 'site', label: 'Karfreitag' } }] } },
    ]);
  });

  it('time zone data that has changed moves what is to come, and nothing that was', () => {
    const told = withHours(office);
    // As another version of the data had it: closing an hour later.
    const stale: Site = { ...told, openings: { '': { ...told.openings!['']!, upcoming: [{ at: at('2027-03-25T17:00:00Z'), open: false }] } } };
    expect(settleOpenings(only(office), stale, at('2027-03-25T17:00:00Z'))).toMatchObject([{ type: 'OpeningsChanged', data: { openings: [{ open: false }] } }]);
  });

  it('a site that is gone tells nothing', () => {
    const gone = [{ type: 'SiteRemoved', data: { siteId: 'shop' } } as const].reduce(evolveSite, withHours(office));
    expect(settleOpenings(only(office), gone, at('2027-03-29T10:00:00Z'))).toEqual([]);
  });

  it('hours that never turn need no alarm', () => {
    expect(nextSettling(none, 'Europe/Berlin', THURSDAY)).toBeNull();
    expect(nextSettling(only(parse({ weekly: [], closedPermanently: true })), 'Europe/Berlin', THURSDAY)).toBeNull();
  });
});
