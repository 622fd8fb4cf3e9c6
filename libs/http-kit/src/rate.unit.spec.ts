import { describe, expect, it } from '@jest/globals';
import { Rate } from './rate.js';

const rateOf = (perSecond: number) => {
  const clock = { now: 1_000_000 };
  const rate = new Rate(perSecond, () => clock.now);
  /** How many of so many requests at this moment go through. */
  const take = (count: number, key = 'a') => Array.from({ length: count }, () => rate.take(key)).filter((wait) => wait === 0).length;
  return { clock, rate, take };
};

describe('a rate', () => {
  it('lets ten seconds’ worth through at once, then so many a second', () => {
    const { clock, take } = rateOf(10);
    expect(take(1_000)).toBe(100);
    clock.now += 1_000;
    expect(take(1_000)).toBe(10);
    clock.now += 60_000;
    expect(take(1_000)).toBe(100);
  });

  it('never touches who keeps to it, however long', () => {
    const { clock, rate } = rateOf(25);
    for (let i = 0; i < 10_000; i += 1, clock.now += 40) expect(rate.take('a')).toBe(0);
  });

  it('tells how long to wait: after it there is room, before it there is none; refusals do not make it longer', () => {
    const { clock, rate, take } = rateOf(10);
    take(100);
    const wait = rate.take('a');
    take(500);
    expect(wait).toBeCloseTo(100);
    clock.now += wait - 1;
    expect(rate.take('a')).toBeGreaterThan(0);
    clock.now += 1.001;
    expect(rate.take('a')).toBe(0);
  });

  it('counts each key for itself', () => {
    const { take } = rateOf(10);
    expect([take(1_000, 'a'), take(1_000, 'b')]).toEqual([100, 100]);
  });

  it('without end limits nobody', () => {
    expect(rateOf(Infinity).take(100_000)).toBe(100_000);
  });

  it('stays bounded under a flood of keys, and remembers the busy ones', () => {
    const { rate, take } = rateOf(10);
    for (let i = 0; i < 95_000; i += 1) rate.take(`rest-${i}`);
    take(1_000, 'busy');
    for (let i = 0; i < 9_000; i += 1) rate.take(`more-${i}`);
    expect(take(1, 'busy')).toBe(0);
  });
});
