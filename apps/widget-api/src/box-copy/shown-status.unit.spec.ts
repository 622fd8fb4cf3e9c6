import { describe, expect, it } from '@jest/globals';
import { widgetStatus } from '#contract';
import type { BoxRow } from '#read-model';
import { at } from '#testing';
import { BoxCopy, type CachedSite } from './box-copy.js';
import { shownAt } from './shown-status.js';

const NOON = at('12:00:00');
const MINUTE = 60_000;
const box = (over: Partial<BoxRow> = {}): BoxRow => ({
  ...{ tenantId: 't1', siteId: 'shop', groupId: null, status: 'online', since: at('11:00:00'), version: 4, next: null, removed: false },
  ...over,
});

function siteWith(...boxes: BoxRow[]): CachedSite {
  const copy = new BoxCopy(10);
  const site = { tenantId: 't1', siteId: 'shop', partition: 0, key: 'KEY', origins: [], timeZone: 'UTC', version: 9, removed: false };
  return copy.finishLoad(copy.beginLoad(), { position: 0, site, boxes }, NOON) as CachedSite;
}

const payload = (site: CachedSite, group: string | null = null, now = NOON, rightUntil = now) =>
  shownAt(site, group, now, rightUntil)?.payload;

describe('what a box shows', () => {
  it('is status, since, version and next, and no group where none was asked for', () => {
    const shown = payload(siteWith(box()));
    expect(shown).toEqual({ status: 'online', since: '2026-03-02T11:00:00.000Z', version: 4, next: null });
    expect(widgetStatus.parse(shown)).toEqual(shown);
  });

  it("is the group's own box where the group is asked for", () => {
    const site = siteWith(box(), box({ groupId: 'DE', status: 'busy', version: 3 }));
    expect(payload(site, 'DE')).toMatchObject({ status: 'busy', version: 3, group: { id: 'DE', found: true } });
  });

  it("is the site's status for an unknown group, and says that it was not found (D19)", () => {
    expect(payload(siteWith(box()), 'nobody')).toMatchObject({ status: 'online', version: 4, group: { id: 'nobody', found: false } });
  });

  it("is the site's status for a deleted group, at a version not lower than the deletion", () => {
    const site = siteWith(box(), box({ groupId: 'DE', status: 'offline', version: 6, removed: true }));
    expect(payload(site, 'DE')).toMatchObject({ status: 'online', version: 6, group: { id: 'DE', found: false } });
    site.boxes.set('', box({ version: 8 }));
    expect(payload(site, 'DE')).toMatchObject({ version: 8 });
  });

  it('is the next status from the very millisecond of `next.at`', () => {
    const closing = at('17:00:00');
    const site = siteWith(box({ next: { at: closing, status: 'offline' } }));
    const next = { at: '2026-03-02T17:00:00.000Z', status: 'offline' };
    expect(payload(site, null, closing - 1)).toMatchObject({ status: 'online', next });
    expect(payload(site, null, closing)).toMatchObject({ status: 'offline', since: '2026-03-02T17:00:00.000Z', next: null, version: 4 });
    expect(shownAt(site, null, closing - 1, closing)?.holdsUntil).toBe(closing);
  });

  it('is marked stale when the projector was not heard of for more than 5 s', () => {
    expect(payload(siteWith(box()), null, NOON, NOON - 5_000)).not.toHaveProperty('stale');
    expect(payload(siteWith(box()), null, NOON, NOON - 5_001)).toMatchObject({ status: 'online', stale: true });
  });

  it('is offline and stale after 15 minutes without a sign, since then', () => {
    const site = siteWith(box({ next: { at: at('17:00:00'), status: 'offline' } }));
    expect(payload(site, null, NOON, NOON - 15 * MINUTE)).toMatchObject({ status: 'online', stale: true });
    const lost = payload(site, null, NOON + 1, NOON - 15 * MINUTE);
    expect(lost).toEqual({ status: 'offline', since: '2026-03-02T12:00:00.000Z', version: 4, next: null, stale: true });
  });

  it('is nothing for a removed site', () => {
    const site = siteWith(box());
    site.site = { ...site.site, removed: true };
    expect(shownAt(site, null, NOON, NOON)).toBeNull();
  });
});
