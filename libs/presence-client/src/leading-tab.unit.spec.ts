import { describe, expect, it } from '@jest/globals';
import type { Input } from './presence-states.js';
import { connected, leading, stateAt, Tab } from './tab.fixture.js';

const LOST: Input = { kind: 'lost' };
const PING: Input = { kind: 'ping' };
const STIRRED: Input = { kind: 'stirred' };
const EXPIRED: Input = { kind: 'refused', why: 'expired' };

/** Phases in which the tab makes calls. */
const SPEAKING = ['connecting', 'connected', 'waiting'] as const;

function speaking(phase: (typeof SPEAKING)[number]): Tab {
  const tab = phase === 'connecting' ? leading() : connected();
  if (phase === 'waiting') tab.when(LOST);
  return tab;
}

describe('the arrows between the states of the leading tab', () => {
  it('following -> connecting: the lock is got: it asks for the stream and beats', () => {
    const tab = new Tab();
    expect(tab.when({ kind: 'led' })).toEqual(['disconnect', 'connect', 'beat']);
    expect([tab.phase, tab.view.kind]).toEqual(['connecting', 'unknown']);
  });

  it('connecting -> connected: the first state is known from now on', () => {
    const tab = leading();
    tab.when({ kind: 'state', state: stateAt(5) });
    expect([tab.phase, tab.view]).toEqual(['connected', { kind: 'known', state: stateAt(5) }]);
  });

  it.each<[string, Input]>([
    ['a failure', LOST],
    ['an answer that does not come for 15 s', { kind: 'time' }],
    ['the network going away', { kind: 'offline' }],
  ])('connecting -> waiting: %s', (_, input) => {
    const tab = leading();
    expect(tab.after(15_000, input)).toContain('disconnect');
    expect(tab.phase).toBe('waiting');
  });

  it.each<[string, Input]>([
    ['the stream ends or breaks off', LOST],
    ['the network goes away', { kind: 'offline' }],
  ])('connected -> waiting: %s; the state is not known any more', (_, input) => {
    const tab = connected();
    expect(tab.when(input)).toContain('disconnect');
    expect(tab.phase).toBe('waiting');
    expect(tab.view).toEqual({ kind: 'unknown', lastKnown: stateAt(5), since: tab.clock.now() });
  });

  it('connected -> connecting: two pings missed: the connection is dead, whatever it says', () => {
    const tab = connected();
    expect(tab.after(50_000)).not.toContain('connect');
    expect(tab.view.kind).toBe('known');
    expect(tab.after(5_000)).toEqual(expect.arrayContaining(['disconnect', 'connect']));
    expect([tab.phase, tab.view.kind]).toEqual(['connecting', 'unknown']);
  });

  it('connected -> connecting at once in a hidden page, whose timers may be a minute late', () => {
    const tab = connected();
    tab.visible = false;
    expect(tab.when(LOST)).toEqual(['disconnect', 'connect']);
  });

  it('a hidden page waits as well if the server wishes it, or if the connection did not hold', () => {
    const tab = connected();
    tab.visible = false;
    tab.when({ kind: 'lost', retryMs: 4_000 });
    expect([tab.phase, tab.dueIn]).toEqual(['waiting', 4_000]);
    tab.after(4_000);
    tab.when({ kind: 'state', state: stateAt(5) }, LOST);
    expect(tab.phase).toBe('waiting');
  });

  it('waiting -> connecting: the wait is over', () => {
    const tab = connected();
    tab.when(LOST);
    expect(tab.after(1_000)).toEqual(['disconnect', 'connect']);
    expect(tab.phase).toBe('connecting');
  });

  it('waiting -> connecting: stirred: at once, but a second after the attempt before: a network that blinks must not cost 30 s', () => {
    const tab = connected();
    tab.when({ kind: 'offline' });
    expect(tab.when(STIRRED)).toContain('connect');
    tab.when({ kind: 'offline' }); // the next attempt is 30 s away
    expect(tab.after(300, STIRRED)).not.toContain('connect');
    expect(tab.dueIn).toBe(700);
    expect(tab.after(700)).toContain('connect');
  });

  it.each(SPEAKING)('%s -> reopening: 410: the host is asked for a session, once; no beats', (from) => {
    const tab = speaking(from);
    expect(tab.phase).toBe(from);
    expect(tab.when(EXPIRED)).toEqual(['disconnect', 'reopen']);
    expect([tab.phase, tab.view.kind]).toEqual(['reopening', 'unknown']);
    expect(tab.when(EXPIRED, STIRRED, LOST, PING, { kind: 'refused', why: 'signed-out' })).toEqual([]);
    expect([tab.after(600_000), tab.phase]).toEqual([[], 'reopening']);
  });

  it('reopening -> connecting: the new session counts as a beat', () => {
    const tab = connected();
    tab.when(EXPIRED);
    expect(tab.when({ kind: 'reopened', outcome: 'replaced' })).toEqual(['disconnect', 'connect']);
    expect(tab.when({ kind: 'state', state: stateAt(5) })).toEqual([]);
    expect(tab.after(30_000)).toContain('beat');
  });

  it('reopening -> waiting: the server is not reached', () => {
    const tab = connected();
    tab.when(EXPIRED, { kind: 'reopened', outcome: 'unreachable' });
    expect(tab.phase).toBe('waiting');
  });

  it('reopening -> signed-out: the host has no session to give', () => {
    const tab = connected();
    tab.when(EXPIRED, { kind: 'reopened', outcome: 'declined' });
    expect([tab.phase, tab.view.kind, tab.dueIn]).toEqual(['signed-out', 'unknown', null]);
  });

  it.each(SPEAKING)('%s -> signed-out: 401 that new tokens do not cure: nothing is tried any more', (from) => {
    const tab = speaking(from);
    expect(tab.when({ kind: 'refused', why: 'signed-out' })).toEqual(['disconnect']);
    expect(tab.after(600_000, STIRRED)).toEqual([]);
    expect(tab.phase).toBe('signed-out');
  });

  it.each(['signed-out', 'connected', 'reopening'])('%s -> connecting: a session is put in place; the person may be another', (from) => {
    const tab = connected();
    if (from !== 'connected') tab.when({ kind: 'refused', why: from === 'reopening' ? 'expired' : 'signed-out' });
    expect(tab.when({ kind: 'session-changed' })).toEqual(['disconnect', 'connect']);
    expect(tab.view).toMatchObject({ kind: 'unknown', lastKnown: null });
    tab.when({ kind: 'reopened', outcome: 'declined' }); // an answer that comes too late
    expect(tab.phase).toBe('connecting');
  });

  it('connected -> asleep: frozen: lock and stream are given up, so that another tab can go on', () => {
    const tab = connected();
    expect(tab.when({ kind: 'frozen' })).toEqual(['disconnect', 'resign']);
    expect([tab.phase, tab.view.kind, tab.dueIn]).toEqual(['asleep', 'unknown', null]);
  });

  it('connected -> following: another tab took the lock', () => {
    const tab = connected();
    expect(tab.when({ kind: 'demoted' })).toEqual(['disconnect', 'lead', 'ask']);
    expect([tab.phase, tab.view.kind]).toEqual(['following', 'unknown']);
  });

  it('any -> stopped: for good', () => {
    const tab = connected();
    expect(tab.when({ kind: 'stop' })).toEqual(['disconnect', 'resign']);
    expect(tab.after(600_000, { kind: 'led' })).toEqual([]);
    expect([tab.phase, tab.view.kind]).toEqual(['stopped', 'unknown']);
  });
});

describe('when the leading tab beats (D8)', () => {
  it('for every ping, at once', () => {
    const tab = connected();
    for (let i = 0; i < 20; i += 1) expect(tab.after(25_000, PING)).toEqual(['beat']);
  });

  it('by its own timer if no ping comes', () => {
    const tab = leading();
    tab.when({ kind: 'beaten', ok: true }, LOST);
    expect(tab.dueIn).toBeLessThanOrEqual(1_000);
    tab.clock.advance(29_000);
    tab.when({ kind: 'time' });
    expect(tab.after(1_000)).toContain('beat');
  });

  it('pings keep the timer from beating as well', () => {
    const tab = connected();
    tab.when(PING);
    for (let second = 1; second < 25; second += 1) expect(tab.after(1_000)).toEqual([]);
  });

  it('while it cannot read the stream: beats are presence, the stream is not', () => {
    const tab = connected();
    let beats = 0;
    for (let second = 0; second < 300; second += 1) {
      if (tab.phase !== 'waiting') tab.when(LOST);
      beats += tab.after(1_000).filter((action) => action === 'beat').length;
      tab.when({ kind: 'beaten', ok: true });
    }
    expect(beats).toBe(10);
  });

  it('when stirred, however often within a second, once', () => {
    const tab = connected();
    expect(tab.when(STIRRED, STIRRED, STIRRED)).toEqual(['beat']);
    expect(tab.after(999, STIRRED)).toEqual([]);
    expect(tab.after(1, STIRRED)).toEqual(['beat']);
  });

  it('again at once if the beat before has failed: online comes after the first try', () => {
    const tab = connected();
    expect(tab.when(STIRRED, { kind: 'beaten', ok: false }, STIRRED)).toEqual(['beat', 'beat']);
  });

  it('sooner after a failure, with growing delay up to the usual interval', () => {
    const tab = connected();
    tab.when(PING, { kind: 'beaten', ok: false });
    const waits: number[] = [];
    for (let i = 0; i < 7; i += 1) {
      waits.push(tab.presence.beats.dueAt - tab.clock.now());
      tab.after(waits.at(-1) ?? 0, { kind: 'sound' });
      tab.when({ kind: 'beaten', ok: false });
    }
    expect(waits).toEqual([750, 1_500, 3_000, 6_000, 12_000, 22_500, 22_500]);
    tab.when({ kind: 'beaten', ok: true }, PING);
    expect(tab.presence.beats).toMatchObject({ failures: 0, dueAt: tab.clock.now() + 30_000 });
  });

  it('when another tab asks because somebody looks at it', () => {
    const tab = connected();
    expect(tab.when({ kind: 'asked', stirred: false })).toEqual([]);
    expect(tab.told).toBe(true);
    expect(tab.when({ kind: 'asked', stirred: true })).toEqual(['beat']);
    expect(tab.told).toBe(true);
  });

  it('not for a status change that was accepted, which is a beat itself', () => {
    const tab = connected();
    tab.when({ kind: 'answered', state: stateAt(6, 'busy'), accepted: true });
    expect(tab.when(STIRRED)).toEqual([]);
  });

  it('a machine that slept for an hour: a beat, a new stream, and nothing known, in one step', () => {
    const tab = connected();
    expect(tab.after(3_600_000, STIRRED)).toEqual(['beat', 'disconnect', 'connect']);
    expect([tab.phase, tab.view.kind]).toEqual(['connecting', 'unknown']);
  });
});

describe('when the leading tab reconnects', () => {
  it('with growing delay up to 30 s, and from the beginning after a connection that held', () => {
    const tab = connected();
    const delays: number[] = [];
    for (let i = 0; i < 8; i += 1) {
      tab.when(LOST);
      delays.push((tab.presence.deadline ?? 0) - tab.clock.now());
      tab.after(delays.at(-1) ?? 0);
    }
    expect(delays).toEqual([750, 1_500, 3_000, 6_000, 12_000, 22_500, 22_500, 22_500]);
    tab.when({ kind: 'state', state: stateAt(5) });
    tab.after(5_000, { kind: 'sound' });
    tab.when(LOST);
    expect((tab.presence.deadline ?? 0) - tab.clock.now()).toBe(750);
  });

  it('a server that accepts and hangs up is not hammered', () => {
    const tab = connected();
    for (let i = 0; i < 6; i += 1) {
      tab.when(LOST);
      tab.after((tab.presence.deadline ?? 0) - tab.clock.now());
      tab.when({ kind: 'state', state: stateAt(5) });
    }
    tab.when(LOST);
    expect((tab.presence.deadline ?? 0) - tab.clock.now()).toBe(22_500);
  });

  it('not before the server wishes', () => {
    const tab = connected();
    tab.when({ kind: 'lost', retryMs: 5_000 });
    expect(tab.after(4_999)).not.toContain('connect');
    expect(tab.after(1)).toContain('connect');
  });
});

describe('what the leading tab knows', () => {
  it('within a connection older versions are dropped, equal ones applied (D22)', () => {
    const tab = connected(5);
    tab.when({ kind: 'state', state: stateAt(4, 'busy') });
    expect(tab.view).toEqual({ kind: 'known', state: stateAt(5) });
    const expired = { ...stateAt(5), effectiveStatus: 'offline' as const };
    tab.when({ kind: 'state', state: expired });
    expect(tab.view).toEqual({ kind: 'known', state: expired });
  });

  it('an answer of its own call counts only if it is newer: the stream may have told more meanwhile', () => {
    const tab = connected(5);
    tab.when({ kind: 'answered', state: stateAt(5, 'busy'), accepted: true });
    expect(tab.view).toEqual({ kind: 'known', state: stateAt(5) });
    tab.when({ kind: 'answered', state: stateAt(6, 'busy'), accepted: false });
    expect(tab.view).toEqual({ kind: 'known', state: stateAt(6, 'busy') });
  });

  it('without a connection an answer makes nothing known', () => {
    const tab = connected(5);
    tab.when(LOST, { kind: 'answered', state: stateAt(6), accepted: true });
    expect(tab.view.kind).toBe('unknown');
  });

  it('since when it knows nothing stays the same while it tries', () => {
    const tab = connected();
    tab.when(LOST);
    const { view } = tab;
    for (let i = 0; i < 5; i += 1) tab.after(60_000);
    expect(tab.view).toEqual(view);
  });

  it('the first state of a new connection counts, whatever its version', () => {
    const tab = connected(5);
    tab.when(LOST);
    tab.after(1_000);
    tab.when({ kind: 'state', state: stateAt(3) });
    expect(tab.view).toEqual({ kind: 'known', state: stateAt(3) });
  });
});
