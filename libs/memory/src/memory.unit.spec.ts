import { describe, expect, it } from '@jest/globals';
import { type AgentEvent, agentFold } from '#domain/agent-presence/index';
import { createMemoryStore, handleCommand } from '#event-store';
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
