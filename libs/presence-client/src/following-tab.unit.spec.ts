import { describe, expect, it } from '@jest/globals';
import type { Input } from './presence-states.js';
import { connected, stateAt, Tab } from './tab.fixture.js';

const STIRRED: Input = { kind: 'stirred' };
const told = (version = 5): Input => ({ kind: 'told', view: { kind: 'known', state: stateAt(version) }, phase: 'connected' });

function following(): Tab {
  const tab = new Tab();
  tab.when(told());
  return tab;
}

describe('a tab that follows another one', () => {
  it('begins in the queue for the lock and asks who leads; nothing is known', () => {
    const tab = new Tab();
    expect(tab.started).toEqual(['lead', 'ask']);
    expect([tab.phase, tab.view]).toEqual(['following', { kind: 'unknown', lastKnown: null, since: tab.clock.now() }]);
  });

  it('knows what the leader tells, and not what it does not know', () => {
    const tab = following();
    expect(tab.view).toEqual({ kind: 'known', state: stateAt(5) });
    tab.when({ kind: 'told', view: { kind: 'unknown', lastKnown: stateAt(5), since: 7 }, phase: 'waiting' });
    expect([tab.view, tab.presence.told]).toEqual([{ kind: 'unknown', lastKnown: stateAt(5), since: 7 }, 'waiting']);
  });

  it('never beats and never connects, whatever happens', () => {
    const tab = following();
    expect(tab.when({ kind: 'ping' }, { kind: 'lost' }, { kind: 'refused', why: 'expired' }, { kind: 'beaten', ok: false })).toEqual([]);
    expect(tab.when({ kind: 'reopened', outcome: 'replaced' }, { kind: 'session-changed' }, { kind: 'offline' })).toEqual([]);
    expect(tab.when({ kind: 'asked', stirred: true })).toEqual([]);
    for (let second = 0; second < 300; second += 1) {
      if (second % 25 === 0) tab.when(told());
      expect(tab.after(1_000)).toEqual([]);
    }
  });

  it('somebody looks at it: it tells the leader, which beats', () => {
    expect(following().when(STIRRED)).toEqual(['ask-stirred']);
  });

  it('an answer of its own status change is shown at once, if it is newer', () => {
    const tab = following();
    tab.when({ kind: 'answered', state: stateAt(6, 'busy'), accepted: true });
    expect(tab.view).toEqual({ kind: 'known', state: stateAt(6, 'busy') });
    tab.when({ kind: 'answered', state: stateAt(4), accepted: false });
    expect(tab.view).toEqual({ kind: 'known', state: stateAt(6, 'busy') });
  });

  it('following -> connecting: the leader was closed: the lock is here at once', () => {
    expect(following().when({ kind: 'led' })).toEqual(['disconnect', 'connect', 'beat']);
  });

  it('takes the lock from a leader that has been silent for two beats, before the lease is over', () => {
    const tab = following();
    expect(tab.after(60_000)).toEqual([]);
    expect(tab.after(6_000)).toEqual(['seize']);
    expect(tab.view.kind).toBe('unknown');
    tab.when({ kind: 'led' });
    expect(tab.phase).toBe('connecting');
  });

  it('takes it within 3 s if somebody looks here and the leader does not answer: it is frozen', () => {
    const tab = following();
    tab.when(STIRRED);
    expect(tab.after(2_999)).toEqual([]);
    expect(tab.after(1)).toEqual(['seize']);
  });

  it('a leader that answers keeps it', () => {
    const tab = following();
    tab.when(STIRRED, told());
    expect(tab.after(50_000)).toEqual([]);
  });

  it('a new tab takes it from a leader that does not answer', () => {
    expect(new Tab().after(3_000)).toEqual(['seize']);
  });

  it('after a sleep of the machine it asks first: the leader slept as well; meanwhile nothing is known', () => {
    const tab = following();
    expect(tab.after(3_600_000, STIRRED)).toEqual(['ask-stirred']);
    expect(tab.view.kind).toBe('unknown');
    tab.when(told());
    expect(tab.view.kind).toBe('known');
  });

  it('following -> asleep: frozen: it leaves the queue, for a frozen tab must not be given the lock', () => {
    const tab = following();
    expect(tab.when({ kind: 'frozen' })).toEqual(['resign']);
    expect([tab.phase, tab.view.kind, tab.dueIn]).toEqual(['asleep', 'unknown', null]);
    expect(tab.when(told(), { kind: 'time' })).toEqual([]);
    expect(tab.view.kind).toBe('unknown');
  });

  it('asleep: a lock that was on its way is given back', () => {
    const tab = following();
    expect(tab.when({ kind: 'frozen' }, { kind: 'led' })).toEqual(['resign', 'resign']);
    expect(tab.phase).toBe('asleep');
  });

  it('asleep -> following: woken: back into the queue', () => {
    const tab = connected();
    tab.when({ kind: 'frozen' });
    expect(tab.after(600_000, STIRRED)).toEqual(['lead', 'ask-stirred']);
    expect(tab.phase).toBe('following');
    expect(tab.when({ kind: 'led' })).toEqual(['disconnect', 'connect', 'beat']);
  });

  it('stops when it is told to', () => {
    expect(following().when({ kind: 'stop' })).toEqual(['disconnect', 'resign']);
  });
});
