import { describe, expect, it } from '@jest/globals';
import { agentAdded, at, givenFor, sessionEnded, signedIn, signedOut, switchedTo } from '#testing';
import { type Agent, agentFold, effectiveStatusOf } from './agent.js';
import {
  type ChangeStatus, changeStatus, forceOffline, LONGEST_TIMER_MS, logIn, removeAgent, setActive, signOut, statusView,
} from './decider.js';
import type { AgentEvent } from './events.js';
import { afterOverdue, endStatusTimer } from './overdue.js';

const given = givenFor<Agent, AgentEvent>(agentFold);
const DESK = 'A-desktop';
const online = [agentAdded('A'), signedIn('A'), switchedTo('A', 'online')];

/** Busy until that time, after which the earlier status comes back; the second change of the agent. */
function busyUntil(timeOfDay: string, restores: 'online' | 'offline' = 'online'): AgentEvent {
  return switchedTo('A', 'busy', { from: restores, statusVersion: 2, until: new Date(at(timeOfDay)).toISOString(), restores });
}

function timerEnded(timeOfDay: string, statusVersion = 3): AgentEvent {
  return { type: 'StatusTimerEnded', data: { agentId: 'A', from: 'busy', to: 'online', statusVersion }, effectiveAt: at(timeOfDay) } as AgentEvent;
}

const asks = (wish: Omit<ChangeStatus, 'sessionId'>, now: string) => (agent: Agent) => changeStatus({ sessionId: DESK, ...wish }, agent, at(now));

describe('a status for a while (D15)', () => {
  it('says until when, and what it gives back then', () => {
    given(online)
      .when(asks({ status: 'busy', until: at('12:30:00') }, '12:00:20'))
      .then([busyUntil('12:30:00')])
      .thenState((a) => expect(statusView(a)).toMatchObject({ status: 'busy', version: 2, until: at('12:30:00') }));
  });

  it.each([
    ['now', at('12:10:00')],
    ['in the past (case 48)', at('12:09:59.999')],
    ['later than 30 days', at('12:10:00') + LONGEST_TIMER_MS + 1],
  ])('that ends %s is refused, and no event happens', (_when, until) => {
    given(online)
      .when((a) => changeStatus({ sessionId: DESK, status: 'busy', until }, a, at('12:10:00')))
      .thenRefused('until-out-of-range');
  });

  it.each([
    ['a millisecond ahead', at('12:10:00.001')],
    ['30 days ahead', at('12:10:00') + LONGEST_TIMER_MS],
  ])('that ends %s is accepted', (_when, until) => {
    given(online)
      .when((a) => changeStatus({ sessionId: DESK, status: 'busy', until }, a, at('12:10:00')))
      .thenState((a) => expect(a.intent.timer).toEqual({ until, restores: 'online' }));
  });

  it('asked for again in the same words makes no event, until another time makes one', () => {
    const past = [...online, busyUntil('12:30:00')];
    given(past)
      .when(asks({ status: 'busy', until: at('12:30:00') }, '12:05:00'))
      .thenNothing();
    given(past)
      .when(asks({ status: 'busy', until: at('12:40:00') }, '12:05:00'))
      .thenState((a) => expect(a.intent).toMatchObject({ version: 3, timer: { until: at('12:40:00'), restores: 'online' } }));
  });

  it('on top of another one gives back what the first would have', () => {
    given([...online, busyUntil('12:30:00')])
      .when(asks({ status: 'offline', until: at('12:20:00') }, '12:05:00'))
      .thenState((a) => expect(a.intent).toMatchObject({ status: 'offline', timer: { until: at('12:20:00'), restores: 'online' } }));
  });

  it.each<[string, (agent: Agent) => readonly AgentEvent[]]>([
    ['online by hand (case 47)', asks({ status: 'online' }, '12:15:00')],
    ['busy by hand, for good', asks({ status: 'busy' }, '12:15:00')],
    ['forced offline', (a) => forceOffline({ reason: 'asleep' }, a)],
    ['signed out and offline', (a) => signOut({ sessionId: DESK, goOffline: true, cause: 'agent' }, a)],
  ])('is cancelled by any change by hand: %s', (_what, change) => {
    given([...online, busyUntil('12:30:00')])
      .when(change)
      .thenState((a) => {
        expect(a.intent.timer).toBeUndefined();
        expect(a.intent.version).toBe(3);
        expect(endStatusTimer(a, at('12:30:00'))).toEqual([]);
      });
  });

  it('of an agent who is offline for a while is cancelled by an admin too, so that it does not come back', () => {
    const offlineForLunch = switchedTo('A', 'offline', {
      from: 'online', statusVersion: 2, until: new Date(at('12:30:00')).toISOString(), restores: 'online',
    });
    given([...online, offlineForLunch])
      .when((a) => forceOffline({ reason: 'left' }, a))
      .thenState((a) => expect(a.intent).toMatchObject({ status: 'offline', version: 3 }));
  });

  it('goes on through sign-out, expiry and deactivation: none of them is a change by hand', () => {
    given([...online, busyUntil('12:30:00'), signedOut('A'), sessionEnded('A'), { type: 'AgentDeactivated', data: { agentId: 'A' } }])
      .when((a) => setActive({ active: true }, a))
      .thenState((a) => expect(statusView(a)).toMatchObject({ status: 'busy', effectiveStatus: 'offline', until: at('12:30:00') }));
  });

  it('is over for an agent who was removed', () => {
    given([...online, busyUntil('12:30:00')])
      .when(removeAgent)
      .thenState((a) => expect(endStatusTimer(a, at('13:00:00'))).toEqual([]));
  });

  it('is taken back at a sign-in by the choice "always online", kept by "last"', () => {
    const chosen = (to: 'online' | 'last'): AgentEvent => ({ type: 'StatusOnLoginChanged', data: { agentId: 'A', from: 'last', to } });
    const signIn = (a: Agent) => logIn({ sessionId: 's2', device: 'desktop', leaseSeconds: 120 }, a);
    given([agentAdded('A'), switchedTo('A', 'online'), chosen('online'), busyUntil('12:30:00')])
      .when(signIn)
      .thenState((a) => expect([a.intent.status, a.intent.timer]).toEqual(['online', undefined]));
    given([agentAdded('A'), switchedTo('A', 'online'), chosen('last'), busyUntil('12:30:00')])
      .when(signIn)
      .thenState((a) => expect(a.intent.timer?.until).toBe(at('12:30:00')));
  });
});

describe('the end of a status for a while', () => {
  const past = [...online, busyUntil('12:30:00')];

  it('gives the earlier intent back at the nominal time, however late it is noticed (case 45)', () => {
    given(past)
      .when((a) => endStatusTimer(a, at('12:30:07')))
      .then([timerEnded('12:30:00')])
      .thenState((a) => expect(statusView(a)).toEqual({ status: 'online', effectiveStatus: 'online', version: 3, since: at('12:30:00') }));
  });

  it('is exact: a millisecond before nothing happens', () => {
    given(past)
      .when((a) => endStatusTimer(a, at('12:29:59.999')))
      .thenNothing();
    given(past)
      .when((a) => endStatusTimer(a, at('12:30:00')))
      .then([timerEnded('12:30:00')]);
  });

  it('happens once', () => {
    given([...past, timerEnded('12:30:00')])
      .when((a) => endStatusTimer(a, at('12:30:01')))
      .thenNothing();
  });

  it('without a live session leaves the effective status offline (case 46)', () => {
    const expired: AgentEvent = {
      type: 'HeartbeatExpired',
      data: { agentId: 'A', sessionId: DESK, lastSeenAt: new Date(at('12:10:00')).toISOString() },
    };
    given([...past, expired])
      .when((a) => endStatusTimer(a, at('12:30:00')))
      .thenState((a) => expect([a.intent.status, effectiveStatusOf(a)]).toEqual(['online', 'offline']));
  });
});

describe('a command that comes after the end of a timer and before it was noticed', () => {
  const past = [...online, busyUntil('12:30:00')];
  const late = (wish: Omit<ChangeStatus, 'sessionId'>, now: string) => (agent: Agent) =>
    afterOverdue((a, t) => changeStatus({ sessionId: DESK, ...wish }, a, t))(agent, at(now));

  it('records the end first, with its own time, and decides on what is so then', () => {
    given(past)
      .when(late({ status: 'offline' }, '12:30:00.400'))
      .then([timerEnded('12:30:00'), switchedTo('A', 'offline', { from: 'online', statusVersion: 4 })])
      .thenState((a) => expect(statusView(a)).toMatchObject({ status: 'offline', version: 4 }));
  });

  it('whose wish the end has made true only records the end', () => {
    given(past)
      .when(late({ status: 'online' }, '12:30:01'))
      .then([timerEnded('12:30:00')]);
  });

  it('of a device that saw the timed status is refused with the state of after it, and stores nothing', () => {
    given(past)
      .when(late({ status: 'offline', expectedVersion: 2 }, '12:30:01'))
      .thenRefused('version-conflict', { state: { status: 'online', effectiveStatus: 'online', version: 3, since: at('12:30:00') } });
  });

  it('of a device that saw the state of after it is accepted', () => {
    given(past)
      .when(late({ status: 'offline', expectedVersion: 3 }, '12:30:01'))
      .thenState((a) => expect(statusView(a)).toMatchObject({ status: 'offline', version: 4 }));
  });

  it('with a new timer gives back what is so after the end of the first', () => {
    given(past)
      .when(late({ status: 'busy', until: at('12:45:00') }, '12:30:01'))
      .thenState((a) => expect(a.intent).toMatchObject({ status: 'busy', version: 4, timer: { until: at('12:45:00'), restores: 'online' } }));
  });

  it('that is refused for another reason stores nothing, not even the end', () => {
    given([...past, signedOut('A')])
      .when(late({ status: 'offline' }, '12:30:01'))
      .thenRefused('signed-out');
  });

  it('before the end is as any other', () => {
    given(past)
      .when(late({ status: 'offline' }, '12:29:59.999'))
      .then([switchedTo('A', 'offline', { from: 'busy', statusVersion: 3 })]);
  });
});
