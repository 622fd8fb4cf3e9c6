import { describe, expect, it } from '@jest/globals';
import { hashPassword } from '#directory';
import { heartbeatInterval } from '#leases';
import { PasswordQueue } from './password-queue.js';

describe('passwords', () => {
  it('an unknown agent costs a verification as well, and is wrong', async () => {
    const queue = new PasswordQueue();
    const known = await hashPassword('right');
    const verdicts = await Promise.all([queue.verify(known, 'right'), queue.verify(known, 'wrong'), queue.verify(null, 'right')]);
    expect(verdicts).toEqual([true, false, false]);
  });

  it('whoever comes when two hundred wait is told at once, and everybody who waits is served', async () => {
    const queue = new PasswordQueue();
    const known = await hashPassword('right');
    const waiting = Array.from({ length: 40 }, () => queue.verify(known, 'right'));
    expect((await Promise.all(waiting)).every(Boolean)).toBe(true);
    const many = Array.from({ length: 205 }, () => queue.verify('not a hash', 'x').catch((error: Error) => error.message));
    expect((await Promise.all(many)).filter((text) => String(text).startsWith('too-many-requests'))).toHaveLength(1);
  });
});

describe('the interval of beats that a client is told', () => {
  it.each([
    ['the default lease', { leaseSeconds: 120, heartbeatSeconds: 30 }, 120, 30],
    ['a shorter lease of a tenant', { leaseSeconds: 120, heartbeatSeconds: 30 }, 60, 15],
    ['a longer lease of a tenant', { leaseSeconds: 120, heartbeatSeconds: 30 }, 300, 30],
    ['an own interval with the default lease', { leaseSeconds: 120, heartbeatSeconds: 60 }, 120, 60],
    ['a lease of two seconds', { leaseSeconds: 2, heartbeatSeconds: 0.5 }, 2, 0.5],
  ])('%s', (_what, settings, lease, seconds) => {
    expect(heartbeatInterval(settings, lease)).toBe(seconds);
    expect(seconds).toBeLessThanOrEqual(lease / 2);
  });
});
