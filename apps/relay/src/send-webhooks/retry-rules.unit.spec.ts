import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isGivenUp, restAfter, RETRY_AFTER, retryIn } from './retry-rules.js';

const HOUR = 3_600_000;
const middle = (): number => 0.5;
const failed = (attempts: number, more: object = {}) => ({ attempts, firstTriedAt: attempts === 0 ? null : 0, at: attempts, ...more });

describe('a delivery that failed', () => {
  it('is tried again ever more rarely, 11 attempts over about a day', () => {
    const pauses = RETRY_AFTER.map((_pause, attempts) => retryIn(failed(attempts), RETRY_AFTER, middle));
    expect(pauses).toEqual([...RETRY_AFTER]);
    expect([...pauses]).toEqual([...pauses].sort((a, b) => Number(a) - Number(b)));
    const total = RETRY_AFTER.reduce((sum, pause) => sum + pause, 0);
    expect(total / HOUR).toBeGreaterThan(23);
    expect(total / HOUR).toBeLessThan(24);
    expect(retryIn(failed(RETRY_AFTER.length), RETRY_AFTER, middle)).toBeNull();
  });

  it('never together with the others: each pause is a tenth longer or shorter at random', () => {
    fc.assert(
      fc.property(fc.nat(RETRY_AFTER.length - 1), fc.double({ min: 0, max: 0.999, noNaN: true }), (attempts, dice) => {
        const pause = retryIn(failed(attempts), RETRY_AFTER, () => dice) ?? 0;
        const meant = RETRY_AFTER[attempts] ?? 0;
        expect(pause).toBeGreaterThanOrEqual(meant * 0.899);
        expect(pause).toBeLessThanOrEqual(meant * 1.101);
      }),
    );
  });

  it('waits at least as long as the answer asked, up to an hour', () => {
    expect(retryIn(failed(0, { retryAfterMs: 60_000 }), RETRY_AFTER, middle)).toBe(60_000);
    expect(retryIn(failed(0, { retryAfterMs: 1_000 }), RETRY_AFTER, middle)).toBe(5_000);
    expect(retryIn(failed(0, { retryAfterMs: 999 * HOUR }), RETRY_AFTER, middle)).toBe(HOUR);
  });

  it('ends after a day although attempts are left, when a backlog kept them back', () => {
    expect(retryIn({ attempts: 2, firstTriedAt: 0, at: 24 * HOUR }, RETRY_AFTER, middle)).toBeNull();
    expect(retryIn({ attempts: 2, firstTriedAt: 0, at: 23 * HOUR }, RETRY_AFTER, middle)).not.toBeNull();
  });
});

describe('an endpoint', () => {
  const day = RETRY_AFTER.reduce((sum, pause) => sum + pause, 0);

  it('is given up when a delivery used up its attempts and nothing else arrived meanwhile', () => {
    expect(isGivenUp({ failingSince: 5, firstTriedAt: 5, at: 23 * HOUR, exhausted: true }, RETRY_AFTER)).toBe(true);
    expect(isGivenUp({ failingSince: 6, firstTriedAt: 5, at: 23 * HOUR, exhausted: true }, RETRY_AFTER)).toBe(false);
  });

  it('is given up when nothing arrived for a day, whichever deliveries were tried', () => {
    expect(isGivenUp({ failingSince: 0, firstTriedAt: day - 1, at: day, exhausted: false }, RETRY_AFTER)).toBe(true);
    expect(isGivenUp({ failingSince: 1, firstTriedAt: day - 1, at: day, exhausted: false }, RETRY_AFTER)).toBe(false);
  });

  it('that fails is left alone for longer and longer, at most five minutes', () => {
    expect([0, 1, 2, 3, 9, 99].map(restAfter)).toEqual([0, 1_000, 2_000, 4_000, 256_000, 300_000]);
  });
});
