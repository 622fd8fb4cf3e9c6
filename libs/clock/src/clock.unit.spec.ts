import { afterEach, describe, expect, it } from '@jest/globals';
import { at } from '#testing';
import { type MeasuredClock, measuredClock } from './clock.js';

const NEVER = 2_000_000_000; // ms between measurements: the specs measure by hand
const clocks: MeasuredClock[] = [];
afterEach(() => clocks.splice(0).forEach((clock) => clock.stop()));

function clockOf(readRemote: () => Promise<number>, local: () => number): MeasuredClock {
  const clock = measuredClock(readRemote, local, NEVER);
  clocks.push(clock);
  return clock;
}

describe("the clock of rules: this process's, corrected by Postgres's", () => {
  const here = () => at('12:00:00');
  const near = (clock: MeasuredClock, instant: number) => Math.abs(clock.now() - instant) < 50;

  it('is its own before the first measurement', () => {
    expect(clockOf(async () => at('15:00:00'), here).now()).toBe(at('12:00:00'));
  });

  it('a process whose clock is three hours wrong goes by the right time', async () => {
    const clock = clockOf(async () => at('15:00:00'), here);
    expect(await clock.measure()).toBe(true);
    expect(near(clock, at('15:00:00'))).toBe(true);
  });

  it('follows a clock that was set while it ran', async () => {
    let local = at('12:00:00');
    const clock = clockOf(async () => at('12:00:00'), () => local);
    await clock.measure();
    local = at('13:00:00');
    expect(await clock.measure()).toBe(true);
    expect(near(clock, at('12:00:00'))).toBe(true);
  });

  it('keeps what it knew while Postgres is away or answers nonsense', async () => {
    let remote: () => Promise<number> = async () => at('15:00:00');
    const clock = clockOf(() => remote(), here);
    await clock.measure();
    for (const bad of [async () => Promise.reject(new Error('away')), async () => Number.NaN]) {
      remote = bad;
      expect(await clock.measure()).toBe(false);
    }
    expect(near(clock, at('15:00:00'))).toBe(true);
  });

  it('gives whole milliseconds', async () => {
    const clock = clockOf(async () => at('12:00:00') + 0.3, here);
    await clock.measure();
    expect(Number.isInteger(clock.now())).toBe(true);
  });
});
