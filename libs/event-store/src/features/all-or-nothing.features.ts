import { describe, expect, it } from '@jest/globals';
import { StoreRejected } from '../errors.js';
import type { EventStore } from '../event-store.js';
import { handleCommand } from '../handle-command.js';
import { type StoreUnderTest, countOnce, counter, counting, keyed, kinds, newStream, times } from './store-under-test.js';

/** Refusals, transactions, bad values. */
export function allOrNothingFeatures(tested: () => StoreUnderTest): void {
  const store = (): EventStore => tested().store;

  describe('all or nothing', () => {
    it('stores nothing of a command that is refused', async () => {
      const stream = newStream();
      const refused = countOnce(stream, {
        ...keyed(`refusal-${stream.streamId}`),
        decide: () => {
          throw new Error('refused');
        },
      });
      await expect(handleCommand(store(), refused)).rejects.toThrow('refused');
      expect(await store().load(stream, counter)).toMatchObject({ version: 0, state: counter.initial });
      expect(await store().findCommand(stream.partition, stream.tenantId, `refusal-${stream.streamId}`)).toBeNull();
    });

    it('stores all appends of a transaction', async () => {
      const [one, two] = [newStream(), newStream()];
      const appends = [counting(one, 0), counting(two, 0), counting(one, 1)];
      const done = await store().transact(async () => ({ appends, result: 'kept' }));
      expect(done).toMatchObject({ result: 'kept', committed: true });
      expect(kinds(done.outcomes)).toEqual(['appended', 'appended', 'appended']);
      expect([(await store().readStream(one)).length, (await store().readStream(two)).length]).toEqual([2, 1]);
    });

    it('stores nothing of a transaction in which one append meets a conflict or a duplicate', async () => {
      const [known, fresh] = [newStream(), newStream()];
      await store().append(counting(known, 0, keyed(`known-${known.streamId}`)));
      const conflict = await store().transact(async () => ({ appends: [counting(fresh, 0, keyed('k')), counting(known, 0)], result: 0 }));
      expect([conflict.committed, kinds(conflict.outcomes)]).toEqual([false, ['appended', 'conflict']]);
      const repeated = counting(known, 1, keyed(`known-${known.streamId}`));
      const duplicate = await store().transact(async () => ({ appends: [counting(fresh, 0), repeated], result: 0 }));
      expect([duplicate.committed, kinds(duplicate.outcomes)]).toEqual([false, ['appended', 'duplicate']]);
      expect(await store().readStream(fresh)).toEqual([]);
      expect(await store().findCommand(fresh.partition, fresh.tenantId, 'k')).toBeNull();
    });

    it('of a transaction of many appends, too: each has its own outcome, and one that does not fit undoes all', async () => {
      const streams = times(20, () => newStream());
      const appends = streams.map((stream, i) => counting(stream, 0, i === 3 ? keyed(`many-${stream.streamId}`) : {}));
      const done = await store().transact(async () => ({ appends, result: 'kept' }));
      expect([done.committed, kinds(done.outcomes)]).toEqual([true, times(20, () => 'appended')]);
      const next = streams.map((stream, i) => counting(stream, i === 7 ? 0 : 1));
      const conflict = await store().transact(async () => ({ appends: next, result: 'lost' }));
      expect([conflict.committed, kinds(conflict.outcomes)[7]]).toEqual([false, 'conflict']);
      const again = streams.map((stream, i) => counting(stream, 1, i === 3 ? keyed(`many-${stream.streamId}`) : {}));
      const duplicate = await store().transact(async () => ({ appends: again, result: 'lost' }));
      expect([duplicate.committed, kinds(duplicate.outcomes)[3]]).toEqual([false, 'duplicate']);
      for (const stream of streams) expect(await store().readStream(stream)).toHaveLength(1);
    });

    it('stores nothing when the work of a transaction throws', async () => {
      const failing = store().transact(() => Promise.reject(new Error('no further')));
      await expect(failing).rejects.toThrow('no further');
    });

    it('refuses values it cannot keep, and only those', async () => {
      const [bad, good] = [newStream(), newStream()];
      const poison = counting(bad, 0, { events: [{ type: 'Counted', data: { step: '\u0000' } }] });
      const appends = [counting(good, 0), poison, counting(good, 1)];
      const results = await Promise.allSettled(appends.map((append) => store().append(append)));
      expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
      expect((results[1] as PromiseRejectedResult).reason).toBeInstanceOf(StoreRejected);
      expect([(await store().readStream(bad)).length, (await store().readStream(good)).length]).toEqual([0, 2]);
    });
  });
}
