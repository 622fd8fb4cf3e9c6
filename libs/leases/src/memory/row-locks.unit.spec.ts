import { describe, expect, it } from '@jest/globals';
import { Slot, Transaction } from './row-locks.js';

describe('a row in memory, as transactions lock it', () => {
  it('is free after the server has ended both who held it and who waited for it, at one moment', async () => {
    const row = new Slot('row');
    const [holder, waiter, next] = [new Transaction(), new Transaction(), new Transaction()];
    await holder.run(holder.lock(row));
    const waiting = waiter.run(waiter.lock(row));
    holder.end(false);
    waiter.end(false);
    await expect(waiting).rejects.toMatchObject({ code: '57P05' });
    expect(await next.run(next.lock(row))).toBe('row');
  });

  it('goes to who waited when who held it has committed', async () => {
    const row = new Slot('row');
    const [holder, waiter] = [new Transaction(), new Transaction()];
    await holder.run(holder.lock(row));
    const waiting = waiter.run(waiter.lock(row));
    row.draft = 'changed';
    holder.end(true);
    expect(await waiting).toBe('changed');
    expect(row.isLockedFor(holder)).toBe(true);
  });
});
