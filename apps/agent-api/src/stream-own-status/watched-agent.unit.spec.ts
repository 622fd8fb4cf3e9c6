import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type AgentEvent, agentFold } from '#domain/agent-presence/index';
import type { SseReader } from '#http-kit';
import { agentAdded, at, sessionEnded, signedIn, signedOut, switchedTo } from '#testing';
import { type AgentHead, PING_EVERY_MS, pingInterval, WatchedAgent } from './watched-agent.js';

/** What a reader was sent. */
class Written implements SseReader {
  readonly frames: string[] = [];
  closed = false;
  private readonly onEnd: (() => void)[] = [];
  send = (frame: Buffer): void => void this.frames.push(frame.toString());
  nudge = (frame: Buffer): void => void this.frames.push(frame.toString());
  onClose = (fn: () => void): void => void this.onEnd.push(fn);
  close = (): void => {
    this.closed = true;
    this.onEnd.forEach((fn) => fn());
  };
}

function headOf(...events: AgentEvent[]): AgentHead {
  const fold = (state: typeof agentFold.initial, event: AgentEvent) => agentFold.evolve(state, { ...event, effectiveAt: at('12:00:00') });
  return { version: events.length, state: events.reduce(fold, agentFold.initial) };
}

const present = [agentAdded('A'), signedIn('A'), switchedTo('A', 'online')];
const STATE = { status: 'online', effectiveStatus: 'online', version: 1, since: '2026-03-02T12:00:00.000Z' };
const ONLINE = `event: state\nid: 1\ndata: ${JSON.stringify(STATE)}\n\n`;

it('where the lease is short pings are as much more frequent as beats; a longer interval than 30 s changes nothing', () => {
  expect([30, 15, 1.5, 60].map(pingInterval)).toEqual([25_000, 12_500, 1_250, 25_000]);
});

describe('an open stream of the own status', () => {
  let reader: Written;
  let watched: WatchedAgent;
  beforeEach(() => {
    jest.useFakeTimers();
    reader = new Written();
    watched = new WatchedAgent('A-desktop', reader);
  });
  afterEach(() => {
    reader.close();
    jest.useRealTimers();
  });

  it('shows a state once, with its version as id', () => {
    watched.show(headOf(...present));
    watched.show(headOf(...present, signedIn('A', 'mobile')));
    expect(reader.frames).toEqual([ONLINE]);
  });

  it('drops a head that comes late', () => {
    watched.show(headOf(...present));
    watched.show(headOf(agentAdded('A'), signedIn('A')));
    expect(reader.frames).toEqual([ONLINE]);
  });

  it('pings every 25 s while it is open, and not afterwards', () => {
    jest.advanceTimersByTime(2 * PING_EVERY_MS);
    expect(reader.frames).toEqual(['event: ping\ndata: {}\n\n', 'event: ping\ndata: {}\n\n']);
    reader.close();
    jest.advanceTimersByTime(10 * PING_EVERY_MS);
    expect(reader.frames).toHaveLength(2);
  });

  it.each([
    ['signed out', signedOut('A')],
    ['over', sessionEnded('A')],
  ])('ends without another word when its session is %s', (_what, event) => {
    watched.show(headOf(...present));
    watched.show(headOf(...present, event));
    expect([reader.closed, reader.frames]).toEqual([true, [ONLINE]]);
  });

  it('does not end with another session of the agent', () => {
    watched.show(headOf(...present, signedIn('A', 'mobile'), signedOut('A', 'A-mobile')));
    expect(reader.closed).toBe(false);
  });
});
