import { describe, expect, it } from '@jest/globals';
import { describePresence } from './presence-seeds.fixture.js';
import { simulatePresence } from './simulate-presence.js';

describePresence(1, 150);

describe('a seed of presence', () => {
  it('is the same run whenever it is played: step by step, event by event', async () => {
    const [one, other] = [await simulatePresence(7), await simulatePresence(7)];
    expect(other).toEqual(one);
  });
});
