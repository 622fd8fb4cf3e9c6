import { describe, expect, it } from '@jest/globals';
import type { Append } from '../envelope.js';
import { IdempotencyKeyReused } from '../errors.js';
import type { EventStore } from '../event-store.js';
import { handleCommand } from '../handle-command.js';
import { type StoreUnderTest, countOnce, counting, feed, keyed, kinds, newStream, times } from './store-under-test.js';

/** Commands that come more than once. */
export function repetitionFeatures(tested: () => StoreUnderTest): void {
  const store = (): EventStore => tested().store;

  describe('the same command again (case 51)', () => {
    it('stores one event and gives the state of the first answer, however often and however late', async () => {
      const stream = newStream();
      const command = countOnce(stream, { ...keyed(`once-${stream.streamId}`), result: (state) => ({ count: state.count }) });
      const first = await handleCommand(store(), command);
      await handleCommand(store(), countOnce(stream));
      const again = await handleCommand(tested().second(), command);
      expect(first).toMatchObject({ repeated: false, version: 1, events: 1 });
      expect(again).toMatchObject({ repeated: true, version: 1, state: first.state, recorded: { result: { count: 1 } } });
      expect(await store().readStream(stream)).toHaveLength(2);
    });

    it('stores one event when twins arrive at the same moment in two processes', async () => {
      const stream = newStream();
      const second = tested().second();
      const command = countOnce(stream, keyed(`twins-${stream.streamId}`));
      const handled = await Promise.all(times(20, (n) => handleCommand(n % 2 === 0 ? store() : second, command)));
      expect(handled.filter(({ repeated }) => !repeated)).toHaveLength(1);
      expect(handled.every(({ version, state }) => version === 1 && state.count === 1)).toBe(true);
      expect(await store().readStream(stream)).toHaveLength(1);
    });

    it('stores one stream when twins would each create their own', async () => {
      const home = newStream();
      const twin = (n: number): Append => counting({ ...home, streamId: `${home.streamId}-${n}` }, 0, keyed(`create-${home.streamId}`));
      const second = tested().second();
      const outcomes = await Promise.all(times(10, (n) => (n % 2 === 0 ? store() : second).append(twin(n))));
      expect(kinds(outcomes).filter((kind) => kind === 'appended')).toHaveLength(1);
      expect(kinds(outcomes).filter((kind) => kind === 'duplicate')).toHaveLength(9);
      const events = await feed(store(), home);
      expect(events).toHaveLength(1);
      for (const outcome of outcomes)
        if (outcome.kind === 'duplicate') expect(outcome.recorded).toMatchObject({ streamId: events[0]?.streamId, version: 1 });
    });

    it('refuses the key of another request', async () => {
      const stream = newStream();
      await handleCommand(store(), countOnce(stream, keyed(`reused-${stream.streamId}`, 'one body')));
      const other = handleCommand(store(), countOnce(stream, keyed(`reused-${stream.streamId}`, 'another body')));
      await expect(other).rejects.toThrow(IdempotencyKeyReused);
      expect(await store().readStream(stream)).toHaveLength(1);
    });

    it('remembers a command whose wish was true already, without touching the feed', async () => {
      const stream = newStream();
      await handleCommand(store(), countOnce(stream));
      const position = (await store().heads()).get(stream.partition);
      const nothing = countOnce(stream, { decide: () => [], ...keyed(`nothing-${stream.streamId}`) });
      const first = await handleCommand(store(), nothing);
      expect(first).toMatchObject({ repeated: false, version: 1, events: 0, position: null, recordedAt: null });
      await handleCommand(store(), countOnce(stream));
      expect(await handleCommand(store(), nothing)).toMatchObject({ repeated: true, version: 1, state: { count: 1 } });
      expect((await store().heads()).get(stream.partition)).toBe((position ?? 0) + 1);
    });

    it('tells a refused repetition from a refusal: the first answer counts', async () => {
      const stream = newStream();
      const onlyOnce = countOnce(stream, {
        ...keyed(`refused-${stream.streamId}`),
        decide: (state) => {
          if (state.count > 0) throw new Error('already counted');
          return [{ type: 'Counted', data: { step: 1 } }];
        },
      });
      await handleCommand(store(), onlyOnce);
      expect(await handleCommand(store(), onlyOnce)).toMatchObject({ repeated: true, version: 1 });
      await expect(handleCommand(store(), { ...onlyOnce, ...keyed(`new-${stream.streamId}`) })).rejects.toThrow('already counted');
    });
  });
}
