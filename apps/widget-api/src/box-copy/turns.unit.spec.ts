import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { RowsUnavailable, Turns } from './turns.js';

describe('turns', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('pass from whoever is done to the first that waits', async () => {
    const turns = new Turns(1, 10);
    const done = await turns.take();
    const order: string[] = [];
    const second = turns.take().then((next) => (order.push('second'), next));
    const third = turns.take().then((next) => (order.push('third'), next));
    done();
    (await second)();
    (await third)();
    expect(order).toEqual(['second', 'third']);
    await expect(turns.take()).resolves.toBeInstanceOf(Function);
  });

  it('are refused when too many wait', async () => {
    const turns = new Turns(1, 1);
    await turns.take();
    const waiting = expect(turns.take()).rejects.toThrow(RowsUnavailable);
    await expect(turns.take()).rejects.toThrow(RowsUnavailable);
    await jest.advanceTimersByTimeAsync(3_000);
    await waiting;
  });

  it('are given up after 3 s, and a place becomes free for the next', async () => {
    const turns = new Turns(1, 1);
    const done = await turns.take();
    const late = expect(turns.take()).rejects.toThrow(RowsUnavailable);
    await jest.advanceTimersByTimeAsync(3_000);
    await late;
    done();
    await expect(turns.take()).resolves.toBeInstanceOf(Function);
  });
});
