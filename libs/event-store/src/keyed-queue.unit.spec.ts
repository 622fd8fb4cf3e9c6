import { describe, expect, it } from '@jest/globals';
import { KeyedQueue } from './index.js';

describe('a queue per key', () => {
  it('runs tasks of one key one after the other, also after one that failed, and those of others at once', async () => {
    const queue = new KeyedQueue();
    const seen: string[] = [];
    const task = (name: string, fails = false) => async (): Promise<string> => {
      seen.push(`${name} begins`);
      await Promise.resolve();
      seen.push(`${name} ends`);
      if (fails) throw new Error(name);
      return name;
    };
    const results = await Promise.allSettled([queue.run('k', task('a', true)), queue.run('k', task('b')), queue.run('other', task('c'))]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
    expect(seen.indexOf('b begins')).toBeGreaterThan(seen.indexOf('a ends'));
    expect(seen.indexOf('c begins')).toBeLessThan(seen.indexOf('a ends'));
  });
});
