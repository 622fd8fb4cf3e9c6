import { describe, expect, it } from '@jest/globals';
import { at, siteAdded } from '#testing';
import { evolveSite, type Site, siteFold } from './site.js';
import { changeSiteMode, type ChangeSiteMode, endSiteMode, LONGEST_MODE_MS } from './change-site-mode.js';
import { modeAt, modeOf } from './site-mode.js';
import type { SiteEvent } from './events.js';

const NOW = at('12:00:00');
const UNTIL = at('14:00:00');
const shop = (...events: SiteEvent[]): Site => [siteAdded(), ...events].reduce(evolveSite, siteFold.initial);
const wish = (command: ChangeSiteMode, site: Site, now = NOW): Site => changeSiteMode(command, site, now).reduce(evolveSite, site);

describe('the mode of a site (D7)', () => {
  it('is agents within the hours until a person changes it', () => {
    expect(modeOf(shop())).toEqual({ mode: 'agents-and-hours' });
  });

  it('is changed by one event that tells both modes and the reason', () => {
    expect(changeSiteMode({ mode: 'force-offline', reason: 'staff meeting' }, shop(), NOW)).toEqual([
      { type: 'SiteModeChanged', data: { siteId: 'shop', from: 'agents-and-hours', to: 'force-offline', reason: 'staff meeting' } },
    ]);
  });

  it('the same again is no event', () => {
    expect(changeSiteMode({ mode: 'agents-and-hours' }, shop(), NOW)).toEqual([]);
    const closed = wish({ mode: 'force-offline', until: UNTIL, reason: 'x' }, shop());
    expect(changeSiteMode({ mode: 'force-offline', until: UNTIL, reason: 'x' }, closed, NOW)).toEqual([]);
    expect(changeSiteMode({ mode: 'force-offline' }, closed, NOW)).toHaveLength(1);
  });

  it('"closed until 14:00" gives the earlier mode back then, with the nominal time, however late that is noticed', () => {
    const closed = wish({ mode: 'force-offline', until: UNTIL }, wish({ mode: 'agents' }, shop()));
    expect([modeAt(closed, UNTIL - 1), modeAt(closed, UNTIL)]).toEqual(['force-offline', 'agents']);
    expect(endSiteMode(closed, UNTIL - 1)).toEqual([]);
    const ended = endSiteMode(closed, UNTIL + 3_600_000);
    expect(ended).toEqual([{ type: 'SiteModeChanged', data: { siteId: 'shop', from: 'force-offline', to: 'agents' }, effectiveAt: UNTIL }]);
    const after = ended.reduce(evolveSite, closed);
    expect(modeOf(after)).toEqual({ mode: 'agents' });
    expect(endSiteMode(after, UNTIL + 3_600_000)).toEqual([]);
  });

  it('a second mode for a while gives back what the first would have', () => {
    const first = wish({ mode: 'force-offline', until: UNTIL }, shop());
    const second = wish({ mode: 'force-online', until: UNTIL + 1 }, first);
    expect(modeOf(second)).toEqual({ mode: 'force-online', timer: { until: UNTIL + 1, restores: 'agents-and-hours' } });
  });

  it('a change after the end that nobody noticed yet records the end first', () => {
    const closed = wish({ mode: 'force-offline', until: UNTIL }, shop());
    const events = changeSiteMode({ mode: 'agents' }, closed, UNTIL + 5);
    expect(events).toMatchObject([
      { data: { from: 'force-offline', to: 'agents-and-hours' }, effectiveAt: UNTIL },
      { data: { from: 'agents-and-hours', to: 'agents' } },
    ]);
    expect(changeSiteMode({ mode: 'agents-and-hours' }, closed, UNTIL + 5)).toHaveLength(1);
  });

  it.each([NOW, NOW - 1, NOW + LONGEST_MODE_MS + 1])('refuses a time that is past or beyond thirty days', (until) => {
    expect(() => changeSiteMode({ mode: 'force-online', until }, shop(), NOW)).toThrow('until-out-of-range');
  });

  it('refuses a site that is not there', () => {
    for (const site of [siteFold.initial, shop({ type: 'SiteRemoved', data: { siteId: 'shop' } })]) {
      expect(() => changeSiteMode({ mode: 'agents' }, site, NOW)).toThrow('not-found');
    }
  });
});
