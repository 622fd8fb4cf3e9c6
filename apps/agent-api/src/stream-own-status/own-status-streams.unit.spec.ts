import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Settings } from '#config';
import { addAgent, type Agent, type AgentEvent, agentFold, logIn, setActive } from '#domain/agent-presence/index';
import { createMemoryStore, type EventStore, handleCommand } from '#event-store';
import type { SseReader } from '#http-kit';
import type { Bus } from '#messaging';
import type { AgentBells } from '../agent-bells.js';
import { agentStream } from '../agent-stream.js';
import { OwnStatusStreams } from './own-status-streams.js';

const HOME = { tenantId: 'T', partition: 0 };

class Reader implements SseReader {
  closed = false;
  private readonly onEnd: (() => void)[] = [];
  send = (): void => undefined;
  nudge = (): void => undefined;
  onClose = (fn: () => void): void => void this.onEnd.push(fn);
  close = (): void => {
    this.closed = true;
    this.onEnd.splice(0).forEach((fn) => fn());
  };
}

describe('streams of agents whose bells are all lost', () => {
  let store: EventStore;
  let streams: OwnStatusStreams;
  beforeEach(() => {
    jest.useFakeTimers();
    store = createMemoryStore({ now: () => 1_000 });
    // connected, but nothing is ever heard
    const bells = { onAgent: () => undefined, onBoxes: () => undefined } as unknown as AgentBells;
    streams = new OwnStatusStreams(store, { connected: true } as Bus, { heartbeatSeconds: 30 } as Settings, bells);
    streams.onApplicationBootstrap();
  });
  afterEach(() => {
    streams.onModuleDestroy();
    jest.useRealTimers();
  });

  const decide = (agentId: string, decision: (agent: Agent) => AgentEvent[]) =>
    handleCommand<Agent, AgentEvent>(store, { stream: agentStream({ ...HOME, agentId }), fold: agentFold, decide: decision, actor: { kind: 'system', id: 'spec' } });

  async function watched(agentId: string): Promise<Reader> {
    const sessionId = `${agentId}-s`;
    await decide(agentId, (agent) => addAgent({ agentId, groupIds: [], role: 'agent' }, agent));
    await decide(agentId, (agent) => logIn({ sessionId, device: 'desktop', leaseSeconds: 120 }, agent));
    const reader = new Reader();
    streams.watch({ ...HOME, agentId, sessionId }, await store.load(agentStream({ ...HOME, agentId }), agentFold), reader);
    await jest.advanceTimersByTimeAsync(0);
    return reader;
  }

  it('the stream of a disabled agent ends within 10 s, although others leave meanwhile', async () => {
    const others: Reader[] = [];
    for (let i = 0; i < 7; i++) others.push(await watched(`before-${i}`));
    const reader = await watched('disabled');
    await decide('disabled', (agent) => setActive({ active: false }, agent));
    for (let second = 1; second <= 10 && !reader.closed; second++) {
      if (second === 8) others[0]?.close(); // just before its turn it moves up to where the turn has just been
      await jest.advanceTimersByTimeAsync(1000);
    }
    expect(reader.closed).toBe(true);
  });
});
