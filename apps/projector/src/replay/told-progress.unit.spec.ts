import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ClaimedRun, Sql } from '#replays';
import { ToldProgress } from './told-progress.js';

describe('The progress of a run whose partitions are carried out side by side', () => {
  const run: ClaimedRun = { id: 'run', mode: 'rebuild', tenantId: null, partition: null, worker: 'w' };
  let happened: string[];
  let told: unknown[][];
  let telling: ToldProgress;

  beforeEach(() => {
    happened = [];
    told = [];
    const query = (_text: string, values: unknown[]): Promise<unknown> => {
      happened.push('told');
      told.push(values);
      return Promise.resolve({ rows: [], rowCount: 1 });
    };
    telling = new ToldProgress({ query } as unknown as Sql, run, () => false);
  });
  afterEach(() => telling.stop());

  it('is told before each transaction that holds the run, and those come one after the other', async () => {
    let end: () => void = () => undefined;
    const first = telling.holding(async () => {
      happened.push('the first begins');
      await new Promise<void>((resolve) => (end = resolve));
      happened.push('the first ends');
    });
    const second = telling.holding(() => Promise.resolve(void happened.push('the second')));
    await new Promise(setImmediate);
    expect(happened).toEqual(['told', 'the first begins']);
    end();
    await Promise.all([first, second]);
    expect(happened).toEqual(['told', 'the first begins', 'the first ends', 'told', 'the second']);
  });

  it('counts what is folded of every partition, and a finished one once', async () => {
    await telling.pace(1, 100);
    await telling.pace(2, 30);
    await telling.pace(1, 100);
    telling.finished({ partition: 1, position: 250, events: 250, hash: '', drift: 0, shownDrift: 0 });
    await telling.holding(() => Promise.resolve());
    expect(told.at(-1)).toContain(280);
  });

  it('ends at the next page of every partition where one cannot be carried out', async () => {
    await telling.pace(1, 100);
    telling.giveUp(new Error('partition 2 cannot be folded'));
    await expect(telling.pace(1, 100)).rejects.toThrow('partition 2 cannot be folded');
  });
});
