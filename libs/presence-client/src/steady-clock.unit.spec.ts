import { beforeEach, describe, expect, it } from '@jest/globals';
import { beatInterval, LONGEST_DELAY_MS, retryDelay } from './delays.js';
import { SteadyClock } from './steady-clock.js';

describe('the clock of a page', () => {
  let wall: number;
  let steady: number;
  let clock: SteadyClock;
  beforeEach(() => {
    [wall, steady] = [1_000_000, 500];
    clock = new SteadyClock({ wall: () => wall, steady: () => steady });
  });
  const pass = (wallMs: number, steadyMs: number): void => {
    wall += wallMs;
    steady += steadyMs;
  };

  it('begins with the time of the device and goes on with it', () => {
    expect(clock.look()).toEqual({ now: 1_000_000, slept: 0 });
    pass(1_000, 1_000);
    expect(clock.look()).toEqual({ now: 1_001_000, slept: 0 });
  });

  it('a sleep that the steady clock does not count is found and counted', () => {
    pass(8 * 3_600_000, 700);
    expect(clock.look()).toEqual({ now: 1_000_000 + 8 * 3_600_000, slept: 8 * 3_600_000 - 700 });
    expect(clock.look().slept).toBe(0);
  });

  it('a sleep that both clocks count is time that passed', () => {
    pass(60_000, 60_000);
    expect(clock.look()).toEqual({ now: 1_060_000, slept: 0 });
  });

  it('a little drift is no sleep', () => {
    pass(1_900, 100);
    expect(clock.look()).toEqual({ now: 1_000_100, slept: 0 });
  });

  it('a clock set back three hours changes nothing (case 20)', () => {
    pass(-3 * 3_600_000, 1_000);
    expect(clock.look()).toEqual({ now: 1_001_000, slept: 0 });
    pass(1_000, 1_000);
    expect(clock.look()).toEqual({ now: 1_002_000, slept: 0 });
  });

  it('never goes back', () => {
    pass(-5_000, -5_000);
    expect(clock.look()).toEqual({ now: 1_000_000, slept: 0 });
  });
});

describe('delays', () => {
  it('grow from 1 s to 30 s, of which the upper half is drawn', () => {
    expect([1, 2, 3, 4, 5, 6, 100].map((failures) => retryDelay(failures, 1))).toEqual([1, 2, 4, 8, 16, 30, 30].map((s) => s * 1_000));
    expect([1, 6].map((failures) => retryDelay(failures, 0))).toEqual([500, 15_000]);
    expect(retryDelay(10_000, 1)).toBe(LONGEST_DELAY_MS);
  });

  it('between two beats are the told seconds, ten per cent more or less (D8)', () => {
    expect([0, 0.5, 1].map((random) => beatInterval(30_000, random))).toEqual([27_000, 30_000, 33_000]);
  });
});
