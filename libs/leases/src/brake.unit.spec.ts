import { beforeEach, describe, expect, it } from '@jest/globals';
import { Brake } from './brake.js';

let open: number;
let held: number;
let mayHold: boolean;
let counts: number;
let told: number[];
let brake: Brake;
beforeEach(() => {
  [open, held, mayHold, counts, told] = [100, 0, true, 0, []];
  brake = new Brake({
    countUnsigned: async () => {
      counts += 1;
      return open;
    },
    holdBack: async () => {
      if (mayHold) held += 1;
      return mayHold;
    },
    onHeldBack: (falling) => told.push(falling),
  });
});

/** Sessions `from` ... `to - 1` are due. */
const due = (from: number, to: number, endedMs: number | null = null) =>
  Array.from({ length: to - from }, (_, i) => ({ leaseNo: from + i, endedMs }));

describe('the brake (D10: more than max(50, 25 %) of those who did not sign out, within 10 s)', () => {
  it('is pulled by 51 of 100 at once, and says how many', async () => {
    expect(await brake.isPulledBy(due(0, 51), 0)).toBe(true);
    expect([held, told]).toEqual([1, [51]]);
  });

  it('is not pulled by 50, and then nobody is counted', async () => {
    expect(await brake.isPulledBy(due(0, 50), 0)).toBe(false);
    expect([held, counts]).toEqual([0, 0]);
  });

  it('is not pulled by a quarter, but by one more', async () => {
    open = 400;
    expect(await brake.isPulledBy(due(0, 100), 0)).toBe(false);
    expect(await brake.isPulledBy(due(100, 101), 1000)).toBe(true);
  });

  it('adds up what falls within ten seconds, and nothing older', async () => {
    expect(await brake.isPulledBy(due(0, 30), 0)).toBe(false);
    expect(await brake.isPulledBy(due(30, 60), 10_000)).toBe(false);
    expect(await brake.isPulledBy(due(60, 81), 19_999)).toBe(true);
  });

  it('counts a session once, however often it is looked at while nobody may expire', async () => {
    open = 10;
    for (let look = 0; look < 200; look++) expect(await brake.isPulledBy(due(0, 5), look * 500)).toBe(false);
  });

  it('does not take for one wave what fell over a minute and could not be ended meanwhile', async () => {
    for (let second = 0; second < 60; second++) expect(await brake.isPulledBy(due(0, second), second * 1000)).toBe(false);
  });

  it('counts those whom somebody else has ended, so that two timekeepers see one wave', async () => {
    open = 70;
    expect(await brake.isPulledBy(due(0, 26), 0)).toBe(false);
    expect(await brake.isPulledBy([...due(26, 40), ...due(40, 51, 300)], 1000)).toBe(true);
  });

  it('compares with those the wave began with: the ended ones belong to them', async () => {
    open = 230;
    expect(await brake.isPulledBy(due(0, 50), 0)).toBe(false);
    brake.noteEnded(Array.from({ length: 50 }, (_, i) => i));
    open = 180;
    expect(await brake.isPulledBy(due(50, 57), 1000)).toBe(false); // 57 of 230
    expect(await brake.isPulledBy(due(57, 58), 1500)).toBe(true); // 58 of 230
  });

  it('counts the open sessions once in a wave', async () => {
    open = 100_000;
    for (let look = 0; look < 20; look++) await brake.isPulledBy(due(look * 100, look * 100 + 100), look * 250);
    expect([counts, held]).toEqual([1, 0]);
  });

  it('is pulled once in a wave; after that it lets go, and nobody is remembered in vain', async () => {
    expect(await brake.isPulledBy(due(0, 60), 0)).toBe(true);
    mayHold = false;
    for (let look = 0; look < 10; look++) expect(await brake.isPulledBy(due(0, 60), 75_000 + look * 250)).toBe(false);
    expect([held, told, counts]).toEqual([1, [60], 2]);
  });
});
