import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { SseReader } from '#http-kit';
import { BoxNudges } from './box-nudges.js';

class Reader implements SseReader {
  closed = false;
  nudges = 0;
  private end = (): void => undefined;
  send = (): void => undefined;
  nudge = (): void => void (this.nudges += 1);
  onClose = (fn: () => void): void => void (this.end = fn);
  close = (): void => {
    this.closed = true;
    this.end();
  };
}

describe('streams that hear when boxes change', () => {
  let nudges: BoxNudges;
  beforeEach(() => {
    jest.useFakeTimers();
    nudges = new BoxNudges();
  });
  afterEach(() => void jest.useRealTimers());

  const streams = (tenant: string, count: number): Reader[] =>
    Array.from({ length: count }, () => {
      const reader = new Reader();
      nudges.add(tenant, reader);
      return reader;
    });

  it('the first change is told at once, and to that tenant only; those that follow together', () => {
    const [ours] = streams('ours', 1);
    const [theirs] = streams('theirs', 1);
    nudges.ring('ours');
    expect([ours?.nudges, theirs?.nudges]).toEqual([1, 0]);
    for (let i = 0; i < 50; i++) nudges.ring('ours');
    expect(ours?.nudges).toBe(1);
    jest.advanceTimersByTime(1_000);
    expect(ours?.nudges).toBe(2);
    jest.advanceTimersByTime(60_000);
    expect(ours?.nudges).toBe(2);
    nudges.ring('ours');
    expect(ours?.nudges).toBe(3);
  });

  it('500 streams are told within a second or so, not all in one moment, and seldom', () => {
    const readers = streams('ours', 500);
    const told = (): number => readers.reduce((sum, reader) => sum + reader.nudges, 0);
    nudges.ring('ours');
    expect(told()).toBeLessThan(50);
    jest.advanceTimersByTime(1_000);
    expect(told()).toBe(500);
    for (let second = 0; second < 20; second++) {
      nudges.ring('ours');
      jest.advanceTimersByTime(1_000);
    }
    expect(told() / 500).toBeLessThan(6);
  });

  it('who has gone is told nothing, and nothing is left of a tenant of whom nobody listens', () => {
    const [one, two] = streams('ours', 2);
    nudges.ring('ours');
    nudges.ring('ours');
    one?.close();
    jest.advanceTimersByTime(1_000);
    expect([one?.nudges, two?.nudges]).toEqual([1, 2]);
    two?.close();
    nudges.ringAll();
    expect([jest.getTimerCount(), two?.nudges]).toEqual([0, 2]);
  });
});
