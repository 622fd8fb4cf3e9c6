import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ExpiryWheel } from './expiry-wheel.js';

/** The wheel's bucket, ms: so much later than its bound a lease may fire. */
const BUCKET = 250;
const ALL = Number.MAX_SAFE_INTEGER;

describe('the wheel of lower bounds', () => {
  it('fires nobody before the bound and everybody a bucket after it', () => {
    const wheel = new ExpiryWheel();
    wheel.arm(1, 1000);
    wheel.arm(2, 1001);
    expect(wheel.take(999, ALL)).toEqual([]);
    expect(wheel.take(1000, ALL)).toEqual([1]);
    expect(wheel.take(1249, ALL)).toEqual([]);
    expect(wheel.take(1250, ALL)).toEqual([2]);
    expect(wheel.size).toBe(0);
  });

  it('fires a lease that was armed twice for one time once', () => {
    const wheel = new ExpiryWheel();
    wheel.arm(7, 1000);
    wheel.arm(7, 1000);
    expect([wheel.size, wheel.take(1000, ALL), wheel.size]).toEqual([2, [7], 0]);
  });

  it('takes what is armed for the past with the next look', () => {
    const wheel = new ExpiryWheel();
    wheel.arm(1, 50_000);
    expect(wheel.take(60_000, ALL)).toEqual([1]);
    wheel.arm(2, -5);
    wheel.arm(3, 10);
    expect(wheel.take(60_000, ALL)).toEqual([2, 3]);
  });

  it('takes at most the limit and a bucket more, the oldest first, and the rest the next time', () => {
    const wheel = new ExpiryWheel();
    for (let lease = 0; lease < 100; lease++) wheel.arm(lease, lease * 125); // two a bucket
    expect(wheel.take(1e6, 10)).toHaveLength(11);
    expect(wheel.take(1e6, 10)[0]).toBe(11);
    expect(wheel.size).toBe(79);
    expect(wheel.take(1e6, ALL)).toHaveLength(79);
  });

  it('does not walk through the years of a long pause', () => {
    const wheel = new ExpiryWheel();
    wheel.arm(1, 0);
    wheel.arm(2, 40 * 365 * 86_400_000);
    expect(wheel.take(30 * 365 * 86_400_000, ALL)).toEqual([1]);
    expect(wheel.take(41 * 365 * 86_400_000, ALL)).toEqual([2]);
  });

  it('whatever is armed and whenever it is looked at: nobody before the bound, everybody by the bound and a bucket', () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ armInMs: fc.integer({ min: -2000, max: 20_000 }) }) },
      {
        weight: 3,
        arbitrary: fc.record({
          waitMs: fc.oneof(fc.integer({ min: 0, max: 600 }), fc.integer({ min: 0, max: 1e9 })), // pauses of days, too
          limit: fc.oneof(fc.constant(ALL), fc.integer({ min: 1, max: 5 })),
        }),
      },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 0, max: 1e12 }), (steps, start) => {
        const wheel = new ExpiryWheel();
        const bounds = new Map<number, number>();
        let now = start;
        for (const [leaseNo, one] of steps.entries()) {
          if ('armInMs' in one) {
            wheel.arm(leaseNo, now + one.armInMs);
            bounds.set(leaseNo, now + one.armInMs);
            continue;
          }
          now += one.waitMs;
          const fired = wheel.take(now, one.limit);
          for (const leaseNo of fired) {
            expect(bounds.get(leaseNo)).toBeLessThanOrEqual(now);
            expect(bounds.delete(leaseNo)).toBe(true); // once
          }
          if (fired.length < one.limit) for (const bound of bounds.values()) expect(bound).toBeGreaterThan(now - BUCKET);
        }
        expect(wheel.size).toBe(bounds.size);
        expect(wheel.take(now + 1e6, ALL).sort()).toEqual([...bounds.keys()].sort());
      }),
      { numRuns: 500 },
    );
  });
});
