import { describe, expect, it } from '@jest/globals';
import { StoreOutcomeUnknown, StoreUnavailable } from './errors.js';
import { eventStoreFeatures } from './event-store.features.js';
import { type Bell, handleCommand } from './index.js';
import { countOnce, counting, keyed, newStream } from './features/store-under-test.js';
import { type CommitFault, createMemoryStore } from './memory-store.js';

eventStoreFeatures('in memory', async () => {
  const bells: Bell[] = [];
  const log = createMemoryStore({ now: Date.now }, { onCommitted: (more) => bells.push(...more) });
  return { store: log, bells, second: (options) => log.sharing(options ?? {}), close: () => Promise.resolve() };
});

describe('the event store in memory', () => {
  it('gives the same ids and times for the same commands', async () => {
    const histories = [1, 2].map(async () => {
      const store = createMemoryStore({ now: () => 1_000 });
      const stream = { tenantId: 't', partition: 1, streamId: 'counter-1' };
      await handleCommand(store, countOnce(stream));
      await handleCommand(store, countOnce(stream, keyed('key')));
      return store.readPartition(1, 0, 10);
    });
    const [one, other] = await Promise.all(histories);
    expect(one).toEqual(other);
    expect(one?.[0]).toMatchObject({ eventId: expect.stringMatching(/^00000000-0000-7000-8000-/), recordedAt: 1_000 });
  });

  it.each<[CommitFault, new () => Error, number]>([
    ['unavailable', StoreUnavailable, 0],
    ['lost-before-commit', StoreOutcomeUnknown, 0],
    ['lost-after-commit', StoreOutcomeUnknown, 1],
  ])('fails on demand (%s), and a repetition makes good for it without a double', async (fault, error, stored) => {
    const faults: CommitFault[] = [fault];
    const store = createMemoryStore({ now: () => 1_000 }, { fault: () => faults.shift() ?? 'none' });
    const stream = newStream();
    await expect(store.append(counting(stream, 0, keyed('key')))).rejects.toThrow(error);
    expect(await store.readStream(stream)).toHaveLength(stored);
    expect(await handleCommand(store, countOnce(stream, keyed('key')))).toMatchObject({ version: 1 });
    expect(await store.readStream(stream)).toHaveLength(1);
  });

  it('answers a command whose outcome was unknown, once it turns out that it was carried out', async () => {
    const faults: CommitFault[] = ['lost-after-commit'];
    const store = createMemoryStore({ now: () => 1_000 }, { fault: () => faults.shift() ?? 'none' });
    expect(await handleCommand(store, countOnce(newStream(), keyed('key')))).toMatchObject({ repeated: true, version: 1 });
  });

  it('has no database to ask', async () => {
    const store = createMemoryStore({ now: () => 1_000 });
    const asking = store.transact(async (sql) => {
      await sql.query('SELECT 1');
      return { appends: [], result: 0 };
    });
    await expect(asking).rejects.toThrow('no SQL client');
  });
});
