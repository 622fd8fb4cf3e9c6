import { describe, expect, it } from '@jest/globals';
import { firstView, wholeLife } from './first-view.js';
import { gapsOf } from './gaps.js';
import { xOf } from './view.js';

const HOUR_MS = 3_600_000;

describe('a tenant that is one hour old', () => {
  it('is seen whole when the timeline is opened, and not as a sliver of its day', () => {
    const view = firstView(0, HOUR_MS);
    expect(view).toEqual(wholeLife(0, HOUR_MS));
    if (view === null) return;
    expect(xOf(HOUR_MS, view, 1_000) - xOf(0, view, 1_000)).toBeGreaterThan(700);
  });

  it('of some seconds is not zoomed in beyond a minute; of a day it is seen as days are', () => {
    expect(wholeLife(0, 1_000)).toEqual({ from: -30_000, to: 31_000 });
    expect(firstView(0, 8 * HOUR_MS)).toBeNull();
  });
});

describe('gaps of coverage on a lane', () => {
  const gap = (groupId: string | null, from: string, to: string | null) => ({ groupId, from, to, because: null });
  const gaps = [gap(null, '2026-11-23T08:00:00.000Z', '2026-11-23T08:30:00.000Z'), gap('de', '2026-11-23T09:00:00.000Z', null)];
  const now = Date.parse('2026-11-23T10:00:00.000Z');

  it('are those of the box; one that lasts reaches up to now', () => {
    expect(gapsOf({ coverageGaps: gaps }, { kind: 'site', id: 'shop' }, now)).toEqual([{ from: Date.parse('2026-11-23T08:00:00Z'), to: Date.parse('2026-11-23T08:30:00Z') }]);
    expect(gapsOf({ coverageGaps: gaps }, { kind: 'group', id: 'de' }, now)).toEqual([{ from: Date.parse('2026-11-23T09:00:00Z'), to: now }]);
    expect(gapsOf({ coverageGaps: gaps }, { kind: 'group', id: 'en' }, now)).toEqual([]);
  });
});
