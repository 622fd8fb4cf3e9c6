import { describe, expect, it } from '@jest/globals';
import { type AgentEvent, agentFold } from '#domain/agent-presence/index';
import { createMemoryStore, type EventStore, handleCommand } from '#event-store';
import { agentAdded, at, ManualClock, signedIn, switchedTo } from '#testing';
import { Memory, NotWalkedYet } from './memory.js';
import { MemoryShelf } from './memory-shelf.fixture.js';

const HOUR = 3_600_000;

describe('what came very late', () => {
  it('is true all the same since it was, whatever became known before it; a long log is not read for one answer', async () => {
    const clock = new ManualClock(at('08:00:00'));
    const store = createMemoryStore(clock);
    const log = { store, tenantId: 't1', partition: 3 };
    const memory = new Memory(new MemoryShelf(), { apart: 10, waiting: 5 }, 40);
    const tell = (agentId: string, ...events: (AgentEvent & { effectiveAt?: number })[]) =>
      handleCommand(store, {
        ...{ stream: { tenantId: 't1', partition: 3, streamId: `agent-${agentId}` }, fold: agentFold, decide: () => events },
        actor: { kind: 'agent', id: agentId },
      });
    await tell('A', agentAdded('A'), signedIn('A'), switchedTo('A', 'online'));
    // Given others who come and go while nobody notices that A has left
    for (let minute = 0; minute < 40; minute += 1) {
      clock.advance(60_000);
      await tell(`other-${minute}`, agentAdded(`other-${minute}`));
    }
    const left = at('08:00:00') + 5 * 60_000;
    await expect(memory.recall(log, left, 'actual')).rejects.toThrow(NotWalkedYet);
    expect(await memory.walk(log)).toBeGreaterThan(0);
    await tell('A', { type: 'HeartbeatExpired', data: { agentId: 'A', sessionId: 'A-desktop', lastSeenAt: '2026-03-02T08:03:00.000Z' }, effectiveAt: left });
    const liveAt = async (instant: number, as: 'actual' | 'shown') => (await memory.recall(log, instant, as)).agents.get('A')?.sessions.length;
    expect([await liveAt(left - 1, 'actual'), await liveAt(left, 'actual'), await liveAt(left, 'shown')]).toEqual([1, 0, 1]);
    const { intervals, more } = await memory.history(log, { of: { agentId: 'A' }, from: 0, to: at('08:00:00') + HOUR, after: null, limit: 10 }, 'actual');
    expect([intervals.map(({ status, from }) => [status, from]), more]).toEqual([[['online', at('08:00:00')], ['offline', left]], false]);
  });
});

describe('a log by which somebody has walked', () => {
  it('is answered for by a bounded number of events, however long it is, before anybody has asked', async () => {
    const clock = new ManualClock(at('08:00:00'));
    const store: EventStore = createMemoryStore(clock);
    let read = 0;
    const counted: Pick<EventStore, 'readTenant' | 'readStream' | 'tailOf'> = {
      readTenant: async (...asked) => {
        const events = await store.readTenant(...asked);
        read += events.length;
        return events;
      },
      readStream: (...asked) => store.readStream(...asked),
      tailOf: (...asked) => store.tailOf(...asked),
    };
    const log = { store: counted, tenantId: 't1', partition: 3 };
    const memory = new Memory(new MemoryShelf(), { apart: 10, waiting: 5 });
    const tell = (...events: AgentEvent[]) =>
      handleCommand(store, {
        ...{ stream: { tenantId: 't1', partition: 3, streamId: 'agent-A' }, fold: agentFold, decide: () => events },
        actor: { kind: 'agent', id: 'A' },
      });
    const answer = async (after: number, as: 'actual' | 'shown') => {
      read = 0;
      const { agents } = await memory.recall(log, at('08:00:00') + after, as);
      return [agents.get('A')?.intent.status, read <= 20];
    };
    await tell(agentAdded('A'), signedIn('A'));
    for (let turns = 1, length = 50; length <= 800; length *= 4) {
      for (; turns <= length; turns += 1) {
        clock.advance(1_000);
        await tell(switchedTo('A', turns % 2 === 0 ? 'online' : 'busy'));
      }
      await memory.walk(log);
      for (const after of [3, 20, 47, length - 2]) {
        const expected = [after % 2 === 0 ? 'online' : 'busy', true];
        expect([length, after, await answer(after * 1_000, 'actual'), await answer(after * 1_000, 'shown')]).toEqual([length, after, expected, expected]);
      }
    }
  });
});
