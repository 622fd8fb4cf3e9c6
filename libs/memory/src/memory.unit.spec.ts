import { describe, expect, it } from '@jest/globals';
import { type AgentEvent, agentFold } from '#domain/agent-presence/index';
import { createMemoryStore, handleCommand } from '#event-store';
import { agentAdded, at, ManualClock, SeededRandom, signedIn, switchedTo } from '#testing';
import { Bookmarks, readPast, recallTenant } from './index.js';

const HOUR = 3_600_000;

describe('what came very late', () => {
  it('is true all the same since it was, whatever became known before it', async () => {
    const clock = new ManualClock(at('08:00:00'));
    const store = createMemoryStore(clock);
    const log = { store, tenantId: 't1', partition: 3 };
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
    await tell('A', { type: 'HeartbeatExpired', data: { agentId: 'A', sessionId: 'A-desktop', lastSeenAt: '2026-03-02T08:03:00.000Z' }, effectiveAt: left });
    const liveAt = async (instant: number, as: 'actual' | 'shown') => (await recallTenant(log, instant, as)).agents.get('A')?.sessions.length;
    expect([await liveAt(left - 1, 'actual'), await liveAt(left, 'actual'), await liveAt(left, 'shown')]).toEqual([1, 0, 1]);
    const { intervals, more } = await readPast(log, { of: { agentId: 'A' }, from: 0, to: at('08:00:00') + HOUR, after: null, limit: 10 });
    expect([intervals.map(({ status, from }) => [status, from]), more]).toEqual([[['online', at('08:00:00')], ['offline', left]], false]);
  });
});

describe('bookmarks', () => {
  it('change no answer, whenever it is asked for, and whatever comes late', async () => {
    const clock = new ManualClock(at('08:00:00'));
    const store = createMemoryStore(clock);
    const log = { store, tenantId: 't1', partition: 3 };
    const bookmarks = new Bookmarks();
    const random = new SeededRandom(7);
    const below = (n: number) => random.between(0, n - 1);
    const tell = (agentId: string, ...events: (AgentEvent & { effectiveAt?: number })[]) =>
      handleCommand(store, {
        ...{ stream: { tenantId: 't1', partition: 3, streamId: `agent-${agentId}` }, fold: agentFold, decide: () => events },
        actor: { kind: 'agent', id: agentId },
      });
    const told = async (instant: number, marked?: Bookmarks) => {
      const { agents } = await recallTenant(log, instant, 'actual', marked);
      return JSON.stringify([...agents.values()].map(({ agentId, intent, sessions, lastEnd }) => [agentId, intent, sessions, lastEnd]));
    };
    for (let i = 0; i < 5; i += 1) await tell(`A${i}`, agentAdded(`A${i}`), signedIn(`A${i}`));
    for (let round = 0; round < 7; round += 1) {
      for (let i = 0; i < 320; i += 1) {
        const agentId = `A${below(5)}`;
        clock.advance(below(4_000));
        const lateBy = round === 5 && i === 0 ? 600_000 : below(3_000);
        const late = { type: 'HeartbeatExpired', data: { agentId, sessionId: `${agentId}-desktop`, lastSeenAt: '2026-03-02T08:00:00.000Z' } } as const;
        if (below(9) === 0 || lateBy > 3_000) await tell(agentId, { ...late, effectiveAt: clock.now() - lateBy });
        else await tell(agentId, below(3) === 0 ? signedIn(agentId) : switchedTo(agentId, below(2) === 0 ? 'online' : 'busy'));
      }
      const span = clock.now() - at('08:00:00');
      const instants = [at('08:00:00') - 1, clock.now(), ...Array.from({ length: 3 }, () => at('08:00:00') + below(span))];
      const marked = await Promise.all(instants.map((instant) => told(instant, bookmarks)));
      expect(marked).toEqual(await Promise.all(instants.map((instant) => told(instant))));
    }
  });
});
