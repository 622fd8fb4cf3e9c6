import { describe, expect, it } from '@jest/globals';
import { Gathered } from './gathered.js';

describe('gathering', () => {
  it('what comes while a call is under way goes together in the next one', async () => {
    const calls: (readonly number[])[] = [];
    const ends: (() => void)[] = [];
    const gathered = new Gathered<number>((items) => {
      calls.push(items);
      return new Promise((resolve) => ends.push(resolve));
    });
    const first = gathered.add(1);
    const others = [gathered.add(2), gathered.add(3)];
    ends[0]?.();
    await first;
    expect(calls).toEqual([[1], [2, 3]]);
    ends[1]?.();
    await Promise.all(others);
    const last = gathered.add(4);
    ends[2]?.();
    await last;
    expect(calls).toHaveLength(3);
  });

  it('a bad item fails alone', async () => {
    const gathered = new Gathered<number>((items) => (items.includes(13) ? Promise.reject(new Error('13')) : Promise.resolve()));
    const outcomes = await Promise.allSettled([1, 12, 13, 14].map((item) => gathered.add(item)));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
  });
});
