import { describe, expect, it } from '@jest/globals';
import type { StreamFold } from '../envelope.js';
import type { EventStore } from '../event-store.js';
import { handleCommand } from '../handle-command.js';
import { createUpcasting } from '../upcast.js';
import {
  type Counted, type Counter, type StoreUnderTest, countOnce, counter, counting, newStream, numbersTo, times,
} from './store-under-test.js';

/** States, the feed, a tenant's log, upcasting, times and bells. */
export function readingFeatures(tested: () => StoreUnderTest): void {
  const store = (): EventStore => tested().store;

  describe('the state of a stream', () => {
    it('is the initial one at version 0 for a stream that does not exist', async () => {
      const head = await store().load(newStream(), counter, 'unknown');
      expect(head).toMatchObject({ version: 0, state: counter.initial, recorded: null });
    });

    it('is read as it was stored with the events, in one row', async () => {
      const stream = newStream();
      await store().append(counting(stream, 0, { state: { count: 41, sum: 42, at: 43 }, stateVersion: 1 }));
      expect(await store().load(stream, counter)).toMatchObject({ version: 1, state: { count: 41, sum: 42, at: 43 } });
    });

    it('is folded anew from the events when its shape is of another version, older or newer', async () => {
      const stream = newStream();
      await store().append(counting(stream, 0, { state: 'an old shape', stateVersion: 7 }));
      await store().append(counting(stream, 1, { state: 'an old shape', stateVersion: 7 }));
      for (const stateVersion of [8, 6])
        expect(await store().load(stream, { ...counter, stateVersion })).toMatchObject({ version: 2, state: { count: 2, sum: 3 } });
    });

    it('can be had as of any version', async () => {
      const stream = newStream();
      for (const version of times(4, (n) => n)) await store().append(counting(stream, version));
      const sums = await Promise.all([0, 1, 2, 3, 4].map((version) => store().loadAt(stream, counter, version)));
      expect(sums.map(({ sum }) => sum)).toEqual([0, 1, 3, 6, 10]);
      await expect(store().loadAt(stream, counter, 5)).rejects.toThrow(RangeError);
    });

    it('belongs to its tenant: the same stream id of another tenant is another stream', async () => {
      const mine = newStream();
      const theirs = { ...mine, tenantId: `${mine.tenantId}-other` };
      await store().append(counting(mine, 0, { idempotency: { commandId: 'same', requestHash: 'x' } }));
      expect(await store().load(theirs, counter)).toMatchObject({ version: 0 });
      expect((await store().append(counting(theirs, 0, { idempotency: { commandId: 'same', requestHash: 'y' } }))).kind).toBe('appended');
      expect(await store().readStream(theirs)).toHaveLength(1);
      expect(await store().findCommand(mine.partition, mine.tenantId, 'same')).toMatchObject({ requestHash: 'x', version: 1 });
    });
  });

  describe('reading events', () => {
    it('gives every field as it was written', async () => {
      const stream = newStream();
      const decidedAt = Date.now() - 1000;
      const data = { step: 1, text: 'quotes " and \\ and {braces}, NULL, äöü 🚦 \n', nothing: null, list: [1, { a: [] }] };
      const append = counting(stream, 0, {
        events: [{ type: 'Counted', data, effectiveAt: decidedAt - 5 }, { type: 'Other "type"', data: {} }],
        decidedAt,
        causationId: 'cause',
        actor: { kind: 'agent', id: 'agent "7"' },
        correlationId: 'correlation',
      });
      const outcome = await store().append(append);
      if (outcome.kind !== 'appended') throw new Error(outcome.kind);
      const [first, second] = await store().readStream(stream);
      expect(first).toEqual({
        ...{ partition: stream.partition, position: outcome.position - 1, tenantId: stream.tenantId, streamId: stream.streamId },
        ...{ version: 1, type: 'Counted', schemaVersion: 1, eventId: outcome.eventIds[0], commandId: append.commandId },
        ...{ causationId: 'cause', correlationId: 'correlation', actor: { kind: 'agent', id: 'agent "7"' } },
        ...{ effectiveAt: decidedAt - 5, recordedAt: outcome.recordedAt, data },
      });
      expect(second).toMatchObject({ type: 'Other "type"', version: 2, effectiveAt: decidedAt, data: {} });
    });

    it('pages through a partition, a stream and a tenant', async () => {
      const stream = newStream({ partition: 62 });
      const before = (await store().heads()).get(62) ?? 0;
      const other = { ...stream, streamId: `${stream.streamId}-other` };
      for (const n of times(6, (index) => index)) await store().append(counting(n % 2 === 0 ? stream : other, Math.floor(n / 2)));
      const positions = (events: readonly { position: number }[]): number[] => events.map(({ position }) => position - before);
      expect(positions(await store().readPartition(62, before + 1, 3))).toEqual([2, 3, 4]);
      expect(positions(await store().readPartition(62, before + 1, 10, before + 3))).toEqual([2, 3]);
      expect((await store().readStream(stream, 1, 1)).map(({ version }) => version)).toEqual([2]);
      const log = (query: object): Promise<number[]> =>
        store().readTenant(62, stream.tenantId, { after: 0, limit: 100, ...query }).then(positions);
      expect(await log({})).toEqual(numbersTo(6));
      expect(await log({ after: before + 2, limit: 2 })).toEqual([3, 4]);
      expect(await log({ streamId: other.streamId })).toEqual([2, 4, 6]);
      expect(await log({ streamId: other.streamId, after: before + 2, types: ['Counted'] })).toEqual([4, 6]);
      expect(await log({ types: ['Never'] })).toEqual([]);
      expect(await log({ after: before + 2, upTo: before + 4 })).toEqual([3, 4]);
      const [third] = await store().readTenant(62, stream.tenantId, { after: before + 2, limit: 1 });
      expect(await store().tailOf(62, stream.tenantId, before + 2, 100)).toEqual({ count: 4, earliest: third?.effectiveAt });
      expect(await store().tailOf(62, stream.tenantId, before + 2, 3)).toMatchObject({ count: 3 });
      expect(await store().tailOf(62, 'nobody', 0, 3)).toEqual({ count: 0, earliest: null });
      expect(await store().readTenant(62, 'nobody', { after: 0, limit: 100 })).toEqual([]);
    });

    it('lifts events of an older schema into the shape of today, for readers and for folds', async () => {
      const upcasting = createUpcasting([
        { type: 'Counted', from: 1, up: (data) => ({ steps: (data as { step: number }).step }) },
        { type: 'Counted', from: 2, up: (data) => ({ size: (data as { steps: number }).steps * 10 }) },
      ]);
      const newer = tested().second({ upcasting });
      const today: StreamFold<number> = {
        category: 'counter',
        initial: 0,
        stateVersion: 2,
        evolve: (sum, event) => sum + (event.data as { size: number }).size,
      };
      const stream = newStream();
      await store().append(counting(stream, 0));
      await newer.append(counting(stream, 1, { events: [{ type: 'Counted', data: { size: 5 } }] }));
      const events = await newer.readStream(stream);
      expect(events.map(({ data, schemaVersion }) => [data, schemaVersion])).toEqual([[{ size: 10 }, 3], [{ size: 5 }, 3]]);
      expect((await newer.load(stream, today)).state).toBe(15);
      // An old process meets a newer event: it passes it on as it is.
      expect((await store().readStream(stream)).map(({ schemaVersion }) => schemaVersion)).toEqual([1, 3]);
    });
  });

  describe('times', () => {
    it('takes the time of the decision as the time it became true, never later than it became known', async () => {
      const stream = newStream();
      const handled = await handleCommand(store(), countOnce(stream));
      const { now, recordedAt, state } = handled as { now: number; recordedAt: number; state: Counter };
      const [event] = await store().readStream(stream);
      expect(event).toMatchObject({ effectiveAt: now, recordedAt });
      expect(state.at).toBe(now);
      expect(now).toBeLessThanOrEqual(recordedAt);
    });

    it('cuts a time that lies in the future, and folds the state with the cut one', async () => {
      const stream = newStream();
      const future = (events: Counted[]): Counted[] => events.map((event) => ({ ...event, effectiveAt: Date.now() + 3_600_000 }));
      await handleCommand(store(), countOnce(stream, { decide: () => future([{ type: 'Counted', data: { step: 1 } }]) }));
      const [event] = await store().readStream(stream);
      expect(event?.effectiveAt).toBe(event?.recordedAt);
      expect((await store().load(stream, counter)).state.at).toBe(event?.recordedAt);
    });
  });

  it('rings after a commit, naming how far each partition has come and which streams were written to', async () => {
    const stream = newStream({ partition: 63 });
    const other = { ...stream, streamId: 'counter-bell' };
    const outcomes = await Promise.all([stream, other].map((one) => store().append(counting(one, 0))));
    const reached = Math.max(...outcomes.map((outcome) => (outcome.kind === 'appended' ? outcome.position : 0)));
    const bells = tested().bells.filter(({ partition }) => partition === 63);
    expect(Math.max(...bells.map(({ position }) => position))).toBe(reached);
    expect(bells.flatMap(({ streams }) => streams).sort()).toEqual([stream.streamId, 'counter-bell'].sort());
    const before = tested().bells.length;
    await store().append(counting(stream, 9));
    expect(tested().bells).toHaveLength(before);
  });
}
