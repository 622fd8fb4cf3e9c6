import { describe, expect, it } from '@jest/globals';
import { labelledTicks } from './tick-labels.js';
import { ticksOf } from './ticks.js';
import { atX, FARTHEST_MS, including, NEAREST_MS, turned, unitOf, viewOf, xOf, zoomed } from './view.js';
import { Zone } from '../i18n/zone.js';

const HOUR_MS = 3_600_000;
const berlin = new Zone('Europe/Berlin');
const at = (text: string): number => Date.parse(text);
const wallTimes = (ticks: readonly { readonly at: number }[], zone: Zone): string[] =>
  ticks.map((tick) => {
    const { hour, minute } = zone.wall(tick.at);
    return `${hour}:${String(minute).padStart(2, '0')}`;
  });

describe('a day of the wall', () => {
  it.each([
    ['an ordinary one', 'Europe/Berlin', '2026-11-23T14:03:00Z', '2026-11-22T23:00:00Z', 24],
    ['of 23 hours', 'Europe/Berlin', '2026-03-29T12:00:00Z', '2026-03-28T23:00:00Z', 23],
    ['of 25 hours', 'Europe/Berlin', '2026-10-25T12:00:00Z', '2026-10-24T22:00:00Z', 25],
    ['that has no midnight', 'America/Asuncion', '2022-10-02T12:00:00Z', '2022-10-02T04:00:00Z', 23],
    ['with half an hour more', 'Australia/Lord_Howe', '2026-04-05T03:00:00Z', '2026-04-04T13:00:00Z', 24.5],
    ['five hours and three quarters ahead', 'Asia/Kathmandu', '2026-01-01T00:00:00Z', '2025-12-31T18:15:00Z', 24],
  ])('%s', (_, zone, inside, begins, hours) => {
    const { from, to } = viewOf('day', at(inside), new Zone(zone));
    expect(new Date(from).toISOString()).toBe(new Date(begins).toISOString());
    expect((to - from) / HOUR_MS).toBe(hours);
  });

  it('of a zone that the browser does not know is of UTC', () => {
    expect(new Zone('Mars/Olympus').startOf('day', at('2026-11-23T14:03:00Z'))).toBe(at('2026-11-23T00:00:00Z'));
  });
});

describe('weeks, months and years', () => {
  it.each<['week' | 'month' | 'year', string, string]>([
    ['week', '2026-10-18T22:00:00Z', '2026-10-25T23:00:00Z'],
    ['month', '2026-09-30T22:00:00Z', '2026-10-31T23:00:00Z'],
    ['year', '2025-12-31T23:00:00Z', '2026-12-31T23:00:00Z'],
  ])('the %s of a change of clocks', (unit, from, to) => {
    const view = viewOf(unit, at('2026-10-25T12:00:00Z'), berlin);
    expect(view).toEqual({ from: at(from), to: at(to) });
    expect(unitOf(view, berlin)).toBe(unit);
  });

  it('turning goes from one whole unit to its neighbour', () => {
    const october = viewOf('month', at('2026-10-10T00:00:00Z'), berlin);
    expect(turned(october, -1, berlin)).toEqual(viewOf('month', at('2026-09-10T00:00:00Z'), berlin));
    expect(turned(turned(october, 1, berlin), -1, berlin)).toEqual(october);
    const cut = { from: 0, to: 100 };
    expect(turned(cut, 1, berlin)).toEqual({ from: 50, to: 150 });
  });
});

describe('the scale', () => {
  const view = { from: 1_000, to: 2_001_000 };

  it('places and instants belong together', () => {
    for (const x of [0, 1, 333, 1000]) expect(xOf(atX(x, view, 1000), view, 1000)).toBeCloseTo(x, 2);
  });

  it('zooming leaves the anchor where it is, and ends at both ends', () => {
    const anchor = atX(250, view, 1000);
    const nearer = zoomed(view, 0.5, anchor);
    expect(xOf(anchor, nearer, 1000)).toBeCloseTo(250, 1);
    expect(nearer.to - nearer.from).toBe(1_000_000);
    expect(zoomed(view, 1e-9, anchor)).toMatchObject({ from: anchor - NEAREST_MS / 4 });
    const far = zoomed(view, 1e12, anchor);
    expect(far.to - far.from).toBe(FARTHEST_MS);
  });

  it('follows an instant that leaves it, and stays while it does not', () => {
    expect(including(view, 1_500)).toBe(view);
    const moved = including(view, 3_000_000);
    expect(moved.to - moved.from).toBe(2_000_000);
    expect(moved.from < 3_000_000 && 3_000_000 < moved.to).toBe(true);
  });
});

describe('ticks', () => {
  it('leave out the hour that a day of 23 hours has not', () => {
    const ticks = ticksOf(viewOf('day', at('2026-03-29T12:00:00Z'), berlin), 24 * 80, berlin);
    expect(wallTimes(ticks, berlin).slice(0, 5)).toEqual(['0:00', '1:00', '3:00', '4:00', '5:00']);
    expect(ticks).toHaveLength(24); // with both midnights
  });

  it('show the hour twice that a day of 25 hours has twice', () => {
    const ticks = ticksOf(viewOf('day', at('2026-10-25T12:00:00Z'), berlin), 26 * 80, berlin);
    expect(wallTimes(ticks, berlin).slice(0, 5)).toEqual(['0:00', '1:00', '2:00', '2:00', '3:00']);
    expect(ticks).toHaveLength(26);
  });

  it('stand at round times of the wall and mark midnight, also where UTC is at odd ones', () => {
    const zone = new Zone('Asia/Kathmandu');
    const ticks = ticksOf(viewOf('day', at('2026-01-01T06:00:00Z'), zone), 700, zone);
    expect(wallTimes(ticks, zone)).toEqual(['0:00', '3:00', '6:00', '9:00', '12:00', '15:00', '18:00', '21:00', '0:00']);
    expect(ticks.filter(({ major }) => major)).toHaveLength(2);
  });

  it.each([
    ['a minute', 60_000, 'second'],
    ['a day', 24 * HOUR_MS, 'minute'],
    ['two weeks', 14 * 24 * HOUR_MS, 'day'],
    ['a quarter', 90 * 24 * HOUR_MS, 'day'],
    ['a year', 365 * 24 * HOUR_MS, 'month'],
    ['five years', FARTHEST_MS, 'month'],
  ])('of %s are neither crowded nor missing', (_, span, grain) => {
    for (const width of [280, 700, 1300]) {
      const view = { from: at('2026-02-10T09:13:27Z'), to: at('2026-02-10T09:13:27Z') + span };
      const ticks = ticksOf(view, width, berlin);
      const places = ticks.map((tick) => xOf(tick.at, view, width));
      for (const [i, x] of places.entries()) if (i > 0) expect(x - (places[i - 1] ?? 0)).toBeGreaterThan(45);
      expect(ticks.length).toBeLessThanOrEqual(width / 45 + 1);
      if (width > 600) expect(ticks.length).toBeGreaterThan(width / 400);
      if (width === 1300 && span < FARTHEST_MS) expect(ticks.some((tick) => tick.grain === grain)).toBe(true);
    }
  });
});

describe('labels of the axis', () => {
  const widthOf = (label: string): number => label.length * 7;

  it.each([
    ['a day on a phone', 262, 52],
    ['a day on a desk', 960, 76],
    ['a day on a small window', 560, 76],
  ])('%s: none touches another, and both midnights are there', (_what, width, apart) => {
    const labels = labelledTicks(viewOf('day', Date.parse('2026-11-23T12:00:00Z'), berlin), width, berlin, apart).filter(({ label }) => label !== null);
    expect([labels[0]?.major, labels.at(-1)?.major]).toEqual([true, true]);
    const boxes = labels.map(({ x, anchor, label }) => {
      const long = widthOf(label ?? '');
      const from = anchor === 'start' ? x : anchor === 'end' ? x - long : x - long / 2;
      return [from, from + long] as const;
    });
    expect(boxes.every(([from], place) => place === 0 || from >= (boxes[place - 1]?.[1] ?? 0))).toBe(true);
  });
});
