import { describe, expect, it } from '@jest/globals';
import { noteSeen, seenUpTo, unread } from './seen.js';

const DAY_MS = 86_400_000;
const received = (at: number) => ({ receivedAt: new Date(at).toISOString() });

describe('messages that a person has seen', () => {
  it('in a browser that never showed any are those older than a day', () => {
    expect(seenUpTo('nobody-yet', 10 * DAY_MS)).toBe(9 * DAY_MS);
  });

  it('are those up to the newest that was shown, for each person apart', () => {
    unread.value = 3;
    const at = Date.now();
    noteSeen('anna', [received(at), received(at - 5_000)]);
    expect([seenUpTo('anna', at), unread.peek()]).toEqual([at, 0]);
    expect(seenUpTo('bob', at)).toBe(at - DAY_MS);
  });

  it('an older page does not make them unseen', () => {
    const at = Date.now() + 1_000;
    noteSeen('anna', [received(at)]);
    noteSeen('anna', [received(at - DAY_MS)]);
    expect(seenUpTo('anna', at)).toBe(at);
  });
});
