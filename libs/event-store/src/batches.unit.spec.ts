import { describe, expect, it } from '@jest/globals';
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { Batches } from './batches.js';
import { StoreUnavailable } from './errors.js';

const OPTIONS = { size: 4, spread: 2, lanes: 2, maxWaiting: 10, laneOf: (item: number) => item };

/** Batches of numbers whose runs the spec itself ends. */
function batches(options: Partial<typeof OPTIONS> = {}) {
  const sent: { readonly items: readonly number[]; readonly end: (fault?: Error) => void }[] = [];
  const run = (items: readonly number[]): Promise<PromiseSettledResult<string>[]> =>
    new Promise((resolve, reject) => {
      const end = (fault?: Error): void => (fault ? reject(fault) : resolve(items.map((item) => ({ status: 'fulfilled', value: `did ${item}` }))));
      sent.push({ items, end });
    });
  return { sent, batches: new Batches<number, string>(run, { ...OPTIONS, ...options }), on: () => sent.map(({ items }) => items) };
}

describe('batches', () => {
  it('send a lone item at once, whatever its lane', async () => {
    const { batches: of, sent } = batches();
    const done = of.add(7);
    await turnOfTheLoop();
    sent[0]?.end();
    expect([await done, sent[0]?.items]).toEqual(['did 7', [7]]);
  });

  it('send a few together, of all lanes: a small batch costs nearly as much as a big one', async () => {
    const { batches: of, on } = batches();
    void of.add(1);
    void of.add(2);
    await turnOfTheLoop();
    expect(on().map((items) => [...items].sort())).toEqual([[1, 2]]);
  });

  it('send many apart, each lane its own in the order they came, so that no batch waits for another', async () => {
    const { batches: of, on } = batches();
    for (const item of [1, 2, 3, 4, 5]) void of.add(item);
    await turnOfTheLoop();
    expect(on()).toEqual([[2, 4], [1, 3, 5]]);
  });

  it('let a free lane take what came meanwhile, at most so many at once', async () => {
    const { batches: of, on, sent } = batches({ spread: 0 });
    void of.add(1);
    await turnOfTheLoop();
    for (const item of [3, 5, 7, 9, 11]) void of.add(item);
    await turnOfTheLoop();
    expect(on()).toEqual([[1]]);
    sent[0]?.end();
    await turnOfTheLoop();
    expect(on()).toEqual([[1], [3, 5, 7, 9]]);
  });

  it('refuse at once what would be too many waiting', async () => {
    const { batches: of } = batches({ maxWaiting: 2 });
    void of.add(1);
    void of.add(2);
    await expect(of.add(3)).rejects.toThrow(StoreUnavailable);
  });

  it('tell everybody who waits when the store is away: they would only wait for the same time-out again', async () => {
    const { batches: of, sent } = batches({ spread: 0 });
    const first = of.add(1);
    await turnOfTheLoop();
    const waiting = [of.add(3), of.add(5)];
    sent[0]?.end(new StoreUnavailable('away'));
    await expect(first).rejects.toThrow('away');
    for (const one of waiting) await expect(one).rejects.toThrow('away');
  });
});
