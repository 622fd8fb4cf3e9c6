import { describe, expect, it } from '@jest/globals';
import { type BoxFact, BoxStory, planChanged, presentAgent, shopWithGroups } from '#testing';
import { type HoursBody, parseHours } from '../opening-hours/index.js';
import type { HoursOfSite } from '../tenant-settings/index.js';
import { simulateBox } from './simulate.js';

const WEEK = ['mo', 'tu', 'we', 'th', 'fr'] as const;
const OFFICE: HoursBody = { weekly: [{ days: [...WEEK], opens: '08:00', closes: '12:00' }, { days: [...WEEK], opens: '13:00', closes: '17:00' }] };
const read = (body: HoursBody) => parseHours(body, () => 'known');
const only = (body: HoursBody): HoursOfSite => ({ site: read(body), groups: new Map() });
const NONE: HoursOfSite = { site: null, groups: new Map() };
/** A Monday in Berlin, in winter. */
const NOW = Date.parse('2026-11-23T06:00:00.000Z');
const utc = (time: string): number => Date.parse(time);
const shop = (...facts: BoxFact[]) => new BoxStory([...shopWithGroups('DE'), ...facts]).boxes;
const simulate = (boxes: ReturnType<typeof shop>, hours: HoursOfSite, at: string, groupId: string | null = null) =>
  simulateBox(boxes, boxes.sites.get('shop')!.site, groupId, hours, NOW, utc(at));
const iso = (at: number | undefined) => (at === undefined ? undefined : new Date(at).toISOString());

describe('the simulator', () => {
  const open = shop(...presentAgent('A', 'online'));

  it.each([
    ['2026-11-24T15:59:59.999Z', 'online', '2026-11-24T12:00:00.000Z', '2026-11-24T16:00:00.000Z'],
    ['2026-11-24T16:00:00.000Z', 'offline', '2026-11-24T16:00:00.000Z', '2026-11-25T07:00:00.000Z'],
    ['2026-11-24T11:00:00.000Z', 'offline', '2026-11-24T11:00:00.000Z', '2026-11-24T12:00:00.000Z'],
    ['2026-11-29T11:00:00.000Z', 'offline', '2026-11-27T16:00:00.000Z', '2026-11-30T07:00:00.000Z'],
    ['2027-03-29T07:00:00.000Z', 'online', '2027-03-29T06:00:00.000Z', '2027-03-29T10:00:00.000Z'],
  ])('cases 31, 34, 38: at %s the site is %s since %s', (at, status, since, next) => {
    const seen = simulate(open, only(OFFICE), at);
    expect({ status: seen.status, since: iso(seen.since), next: iso(seen.next?.at) }).toEqual({ status, since, next });
  });

  it('takes the agents as they are now: nobody there inside the hours is offline, and says who would open it', () => {
    const seen = simulate(shop(...presentAgent('A', 'offline')), only(OFFICE), '2026-11-24T09:00:00.000Z');
    expect(seen).toMatchObject({
      status: 'offline',
      next: null,
      reasons: [{ rule: 'hours', decides: false, open: true }, { rule: 'agents', decides: true }],
      wouldOpen: { change: 'go-online', agentId: 'A' },
    });
  });

  it('a status for a while has run out by then', () => {
    const [added, signedIn] = presentAgent('A', 'offline');
    const timed = { agentId: 'A', from: 'online', to: 'busy', statusVersion: 1, until: '2026-11-23T09:30:00.000Z', restores: 'online', cause: 'agent' } as const;
    const boxes = shop(added!, signedIn!, { type: 'StatusChanged', data: timed });
    expect(simulate(boxes, NONE, '2026-11-23T09:29:59.999Z')).toMatchObject({
      status: 'busy',
      next: { at: utc(timed.until), status: 'online' },
    });
    expect(simulate(boxes, NONE, '2026-11-23T10:00:00.000Z')).toMatchObject({ status: 'online', since: utc(timed.until), next: null });
  });

  it('a mode for a while has given way by then, and hours decide again', () => {
    const until = '2026-11-24T09:00:00.000Z';
    const data = { siteId: 'shop', from: 'agents-and-hours', to: 'force-offline', until, restores: 'agents-and-hours' } as const;
    const boxes = shop(...presentAgent('A', 'online'), { type: 'SiteModeChanged', data });
    expect(simulate(boxes, only(OFFICE), '2026-11-24T08:00:00.000Z')).toMatchObject({
      status: 'offline',
      reasons: [{ rule: 'site-mode', decides: true, until }, { rule: 'hours' }, { rule: 'agents' }],
      next: { at: utc(until), status: 'online' },
    });
    expect(simulate(boxes, only(OFFICE), '2026-11-24T10:00:00.000Z')).toMatchObject({ status: 'online', since: utc(until) });
  });

  it('"what does a visitor of group DE see on 24 Dec at 12:01?": a special day of the site before the hours of the group (D6)', () => {
    const exceptions = [{ from: '2026-12-24', to: '2026-12-24', intervals: [{ opens: '08:00', closes: '12:00' }], label: 'Heiligabend' }];
    const hours: HoursOfSite = {
      site: read({ ...OFFICE, exceptions }),
      groups: new Map([['DE', read({ weekly: [{ days: [...WEEK], opens: '08:00', closes: '20:00' }] })]]),
    };
    expect(simulate(open, hours, '2026-12-24T11:01:00.000Z', 'DE')).toMatchObject({
      status: 'offline',
      since: utc('2026-12-24T11:00:00.000Z'),
      reasons: [{ rule: 'hours', decides: true, because: { rule: 'exception', of: 'site', label: 'Heiligabend' } }, { rule: 'agents' }],
    });
    expect(simulate(open, hours, '2026-12-23T18:00:00.000Z', 'DE').status).toBe('online');
    expect(simulate(open, hours, '2026-12-23T18:00:00.000Z', 'unknown')).toMatchObject({ status: 'offline', reasons: [{ rule: 'unknown-group' }, {}, {}] });
  });

  it('a plan without hours and groups: always open, and it says why (D20)', () => {
    const boxes = shop(...presentAgent('A', 'online'), planChanged('pro', 'free'));
    const seen = simulate(boxes, only(OFFICE), '2026-11-29T11:00:00.000Z', 'DE');
    expect(seen).toMatchObject({ status: 'online', next: null, reasons: [{ inactive: 'groups' }, { inactive: 'hours' }, { rule: 'agents' }] });
  });

  it('what nothing known changes shows since when it does', () => {
    const box = open.sites.get('shop')!.boxes.get('')!;
    expect(simulate(open, NONE, '2027-11-24T10:00:00.000Z')).toMatchObject({ status: 'online', since: box.since, next: null });
  });
});
