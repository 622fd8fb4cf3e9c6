import { describe, expect, it } from '@jest/globals';
import type { AppendOutcome } from '../envelope.js';
import { ConflictError } from '../errors.js';
import type { EventStore } from '../event-store.js';
import { handleCommand } from '../handle-command.js';
import { type StoreUnderTest, countOnce, counting, keyed, kinds, newStream } from './store-under-test.js';

/** Expected versions. */
export function versionFeatures(tested: () => StoreUnderTest): void {
  const store = (): EventStore => tested().store;

  describe('expected versions', () => {
    it('answers a wrong version with the true one and stores nothing', async () => {
      const stream = newStream();
      await store().append(counting(stream, 0));
      for (const wrong of [0, 2, 99]) expect(await store().append(counting(stream, wrong))).toEqual({ kind: 'conflict', version: 1 });
      expect(await store().append(counting(newStream(), 3))).toEqual({ kind: 'conflict', version: 0 });
      expect(await store().readStream(stream)).toHaveLength(1);
    });

    it('does not remember a command that met a conflict', async () => {
      const stream = newStream();
      await store().append(counting(stream, 0));
      const late = counting(stream, 0, keyed(`late-${stream.streamId}`));
      const twins = await Promise.all([store().append(late), store().append(late)]);
      expect(kinds(twins)).toEqual(['conflict', 'conflict']);
      expect(await store().findCommand(stream.partition, stream.tenantId, `late-${stream.streamId}`)).toBeNull();
      expect((await store().append({ ...late, expectedVersion: 1 })).kind).toBe('appended');
    });

    it('gives up after reading and deciding anew three times', async () => {
      const stream = newStream();
      let decided = 0;
      const meddling = countOnce(stream, {
        decide: (state, _now, version) => {
          decided += 1;
          meddler = store().append(counting(stream, version));
          return [{ type: 'Counted', data: { step: state.count + 1 } }];
        },
      });
      let meddler: Promise<AppendOutcome> | undefined;
      await expect(handleCommand(store(), meddling)).rejects.toThrow(ConflictError);
      expect((await meddler)?.kind).toBe('appended');
      expect(decided).toBe(4);
      expect(await store().readStream(stream)).toHaveLength(4);
    });
  });
}
