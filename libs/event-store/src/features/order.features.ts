import { describe, expect, it } from '@jest/globals';
import type { EventStore } from '../event-store.js';
import { handleCommand } from '../handle-command.js';
import { type StoreUnderTest, countOnce, counter, counting, feed, kinds, newStream, numbersTo, times } from './store-under-test.js';

/** Positions, versions, writers at once. */
export function orderFeatures(tested: () => StoreUnderTest): void {
  const store = (): EventStore => tested().store;

  describe('order', () => {
    it('gives a stream the versions 1, 2, 3 and a partition dense positions, in the order of the appends', async () => {
      const stream = newStream({ partition: 60 });
      const before = (await store().heads()).get(60) ?? 0;
      for (const version of [0, 1, 2]) await store().append(counting(stream, version));
      const events = await store().readPartition(60, before, 100);
      expect(events.map(({ version, position }) => [version, position - before])).toEqual([[1, 1], [2, 2], [3, 3]]);
      expect((await store().heads()).get(60)).toBe(before + 3);
      expect(await store().readStream(stream)).toEqual(events);
    });

    describe.each([1, 10, 50])('with %i writers at once', (writers) => {
      it('stores every command on one stream once, without a gap and in one order', async () => {
        const stream = newStream();
        const handled = await Promise.all(times(writers, () => handleCommand(store(), countOnce(stream))));
        expect(handled.map(({ version }) => version)).toEqual(numbersTo(writers));
        const events = await store().readStream(stream);
        expect(events.map(({ version }) => version)).toEqual(numbersTo(writers));
        expect((await feed(store(), stream)).map(({ eventId }) => eventId)).toEqual(events.map(({ eventId }) => eventId));
        expect((await store().load(stream, counter)).state).toMatchObject({ count: writers, sum: (writers * (writers + 1)) / 2 });
      });

      it('lets exactly one of them write a version that all of them expect', async () => {
        const stream = newStream();
        const second = tested().second();
        const outcomes = await Promise.all(times(writers, (n) => (n % 2 === 0 ? store() : second).append(counting(stream, 0))));
        expect(kinds(outcomes).filter((kind) => kind === 'appended')).toHaveLength(1);
        expect(outcomes.filter((outcome) => outcome.kind === 'conflict').every(({ version }) => version === 1)).toBe(true);
        expect(await store().readStream(stream)).toHaveLength(1);
      });

      it('keeps many streams of one partition apart, and each in its order in the feed', async () => {
        const home = newStream();
        const second = tested().second();
        const streams = times(writers, (n) => ({ ...home, streamId: `${home.streamId}-${n}` }));
        await Promise.all(
          streams.map(async (stream, n) => {
            for (let round = 0; round < 4; round += 1) await handleCommand((n + round) % 2 === 0 ? store() : second, countOnce(stream));
          }),
        );
        const events = await feed(store(), home);
        expect(events).toHaveLength(writers * 4);
        for (const { streamId } of streams)
          expect(events.filter((event) => event.streamId === streamId).map(({ version }) => version)).toEqual([1, 2, 3, 4]);
        expect(events.map(({ recordedAt }) => recordedAt)).toEqual(events.map(({ recordedAt }) => recordedAt).sort((a, b) => a - b));
      });
    });

    it('never shows a reader a position before all lower ones', async () => {
      const home = newStream({ partition: 61 });
      const second = tested().second();
      const seen: number[] = [];
      let writing = true;
      const reader = (async () => {
        for (let last = false; !last; ) {
          last = !writing;
          for (const event of await store().readPartition(61, seen.at(-1) ?? 0, 1000)) seen.push(event.position);
        }
      })();
      await Promise.all(
        times(40, async (n) => {
          for (let round = 0; round < 5; round += 1)
            await handleCommand(n % 2 === 0 ? store() : second, countOnce({ ...home, streamId: `counter-feed-${n}` }));
        }),
      );
      writing = false;
      await reader;
      expect(seen).toEqual(numbersTo(200));
    });

    it('lets two commands on one stream build upon each other while they wait for the same commit', async () => {
      const stream = newStream();
      const outcomes = await Promise.all([0, 1, 1, 2, 7, 3].map((version) => store().append(counting(stream, version))));
      expect(kinds(outcomes)).toEqual(['appended', 'appended', 'conflict', 'appended', 'conflict', 'appended']);
      expect(outcomes.map((outcome) => (outcome.kind === 'duplicate' ? 0 : outcome.version))).toEqual([1, 2, 2, 3, 3, 4]);
      expect((await store().readStream(stream)).map(({ data }) => (data as { step: number }).step)).toEqual([1, 2, 3, 4]);
    });
  });
}
