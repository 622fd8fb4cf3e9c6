import { describe, expect, it } from '@jest/globals';
import { agentAdded, at, givenFor, sessionEnded, signedIn, signedOut, switchedTo } from '#testing';
import { type Agent, agentFold } from './agent.js';
import { addAgent, assignGroups, changeStatus, forceOffline, logIn, MAX_OPEN_SESSIONS, signOut, statusView } from './decider.js';
import type { AgentEvent } from './events.js';

const given = givenFor<Agent, AgentEvent>(agentFold);
/** Of the decisions; the facts before lie at most minutes back. */
const NOW = at('12:30:00');
const DESK = 'A-desktop';
const PHONE = 'A-mobile';
const newcomer = [agentAdded('A'), signedIn('A')];
const online = [...newcomer, switchedTo('A', 'online')];

describe('an agent changes the status in the dashboard (rule 1, D13)', () => {
  it('records who turned the switch, from what to what, and counts the change', () => {
    given(newcomer)
      .when((a) => changeStatus({ sessionId: DESK, status: 'online' }, a, NOW))
      .then([{ type: 'StatusChanged', data: { agentId: 'A', from: 'offline', to: 'online', statusVersion: 1, cause: 'agent' } }]);
  });

  it('case 4: given A online, online again makes no new event', () => {
    given(online)
      .when((a) => changeStatus({ sessionId: DESK, status: 'online' }, a, NOW))
      .thenNothing();
  });

  it('case 22: of two devices at version 5 that send at the same moment one becomes 6, the other is told the present state', () => {
    const at5 = [...newcomer, signedIn('A', 'mobile'), { ...switchedTo('A', 'online', { statusVersion: 5 }), effectiveAt: at('12:05:00') }];
    const busyAs6 = switchedTo('A', 'busy', { from: 'online', statusVersion: 6 });
    given(at5)
      .when((a) => changeStatus({ sessionId: DESK, status: 'busy', expectedVersion: 5 }, a, NOW))
      .then([busyAs6]);
    given([...at5, { ...busyAs6, effectiveAt: at('12:06:00') }])
      .when((a) => changeStatus({ sessionId: PHONE, status: 'offline', expectedVersion: 5 }, a, NOW))
      .thenRefused('version-conflict', { state: { status: 'busy', effectiveStatus: 'busy', version: 6, since: at('12:06:00') } });
  });

  it('refuses a stale device even if its wish happens to be true already', () => {
    given([...online, switchedTo('A', 'busy', { from: 'online', statusVersion: 2 })])
      .when((a) => changeStatus({ sessionId: DESK, status: 'busy', expectedVersion: 1 }, a, NOW))
      .thenRefused('version-conflict');
  });

  it('takes the version for optional', () => {
    given([...online, switchedTo('A', 'busy', { from: 'online', statusVersion: 2 })])
      .when((a) => changeStatus({ sessionId: DESK, status: 'offline' }, a, NOW))
      .then([switchedTo('A', 'offline', { from: 'busy', statusVersion: 3 })]);
  });

  it('counts changes of intent only: signing in and out, groups and a second device leave the version alone', () => {
    given([...online, signedIn('A', 'mobile'), signedOut('A', PHONE)])
      .when((a) => assignGroups({ groupIds: ['DE'] }, a))
      .thenState((a) => expect(statusView(a).version).toBe(1));
  });

  it('case 21: what the phone sets is what the desktop sees, because the intent belongs to the agent', () => {
    given([...online, signedIn('A', 'mobile')])
      .when((a) => changeStatus({ sessionId: PHONE, status: 'offline' }, a, NOW))
      .thenState((a) => expect(statusView(a)).toMatchObject({ status: 'offline', effectiveStatus: 'offline', version: 2 }));
  });

  it('case 10: an ended session makes nobody present or online', () => {
    given([...online, sessionEnded('A')])
      .when((a) => changeStatus({ sessionId: DESK, status: 'busy' }, a, NOW))
      .thenRefused('session-expired');
  });

  it('refuses a session that has signed out', () => {
    given([...online, signedOut('A')])
      .when((a) => changeStatus({ sessionId: DESK, status: 'offline' }, a, NOW))
      .thenRefused('signed-out');
  });
});

describe('an agent signs in (D12)', () => {
  const signIn = (sessionId = 's2') => ({ sessionId, device: 'desktop' as const, leaseSeconds: 120 });

  it('a new agent is active and the first intent is offline', () => {
    given()
      .when((a) => addAgent({ agentId: 'A', groupIds: ['EN', 'DE', 'EN'], role: 'agent' }, a))
      .then([agentAdded('A', ['DE', 'EN'])])
      .thenState((a) => expect(a).toMatchObject({ standing: 'active', intent: { status: 'offline', version: 0, since: at('12:00:01') } }));
  });

  it('adding an agent who exists changes nothing', () => {
    given(newcomer)
      .when((a) => addAgent({ agentId: 'A', groupIds: [], role: 'owner' }, a))
      .thenNothing();
  });

  it('brings the last intent back', () => {
    given([...online, sessionEnded('A')])
      .when((a) => logIn(signIn(), a))
      .then([{ type: 'AgentLoggedIn', data: { agentId: 'A', ...signIn() } }])
      .thenState((a) => expect(statusView(a)).toMatchObject({ status: 'online', effectiveStatus: 'online', version: 1 }));
  });

  it.each([
    ['online', 'offline', [switchedTo('A', 'online', { cause: 'sign-in' })]],
    ['offline', 'online', [switchedTo('A', 'offline', { from: 'online', statusVersion: 2, cause: 'sign-in' })]],
    ['online', 'online', []],
    ['last', 'online', []],
  ] as const)('with the choice "always %s" and the last intent %s the sign-in adds what is missing', (choice, last, added) => {
    const past: AgentEvent[] = [
      agentAdded('A'),
      { type: 'StatusOnLoginChanged', data: { agentId: 'A', from: 'last', to: choice } },
      ...(last === 'online' ? [switchedTo('A', 'online')] : []),
    ];
    given(past)
      .when((a) => logIn(signIn(), a))
      .then([...added, { type: 'AgentLoggedIn', data: { agentId: 'A', ...signIn() } }]);
  });

  it('the choice for sign-ins is for the first device: a second one changes nothing (D13)', () => {
    given([...online, { type: 'StatusOnLoginChanged', data: { agentId: 'A', from: 'last', to: 'offline' } }])
      .when((a) => logIn(signIn('phone'), a))
      .then([{ type: 'AgentLoggedIn', data: { agentId: 'A', ...signIn('phone') } }]);
  });

  it('opening a second device changes nothing but the list of sessions', () => {
    given(online)
      .when((a) => logIn(signIn('phone'), a))
      .thenState((a) => expect([statusView(a).version, a.sessions.map((s) => s.sessionId)]).toEqual([1, [DESK, 'phone']]));
  });

  it('keeps at most 20 sessions open: the oldest ends', () => {
    const twenty = Array.from({ length: MAX_OPEN_SESSIONS }, (_, i) => signedIn('A', 'desktop', `s${i}`));
    expect(MAX_OPEN_SESSIONS).toBe(20);
    given([agentAdded('A'), ...twenty])
      .when((a) => logIn(signIn('s20'), a))
      .then([
        { type: 'SessionEnded', data: { agentId: 'A', sessionId: 's0', cause: 'too-many-sessions' } },
        { type: 'AgentLoggedIn', data: { agentId: 'A', ...signIn('s20') } },
      ])
      .thenState((a) => expect(a.sessions).toHaveLength(20));
  });

  it('of 20 sessions ends a signed-out one before an open one', () => {
    const twenty = Array.from({ length: MAX_OPEN_SESSIONS }, (_, i) => signedIn('A', 'desktop', `s${i}`));
    given([agentAdded('A'), ...twenty, signedOut('A', 's7')])
      .when((a) => logIn(signIn('s20'), a))
      .thenState((a) =>
        expect(a.sessions.map((s) => s.sessionId)).toEqual(
          [...Array.from({ length: 20 }, (_, i) => `s${i}`), 's20'].filter((id) => id !== 's7'),
        ),
      );
  });

  it('a session that is opened twice under one id stands in the list once', () => {
    given(newcomer)
      .when((a) => logIn(signIn(DESK), a))
      .thenState((a) => expect(a.sessions).toHaveLength(1));
  });
});

describe('an agent signs out (rule 2, D11)', () => {
  it('case 6: keeps the intent and stays present until the lease runs out', () => {
    given(online)
      .when((a) => signOut({ sessionId: DESK, goOffline: false, cause: 'agent' }, a))
      .then([signedOut('A')])
      .thenState((a) => expect(statusView(a)).toMatchObject({ status: 'online', effectiveStatus: 'online', version: 1 }));
  });

  it('case 8: signs in again within the lease without having been offline in between', () => {
    given([...online, signedOut('A')])
      .when((a) => logIn({ sessionId: 's2', device: 'desktop', leaseSeconds: 120 }, a))
      .then([{ type: 'AgentLoggedIn', data: { agentId: 'A', sessionId: 's2', device: 'desktop', leaseSeconds: 120 } }])
      .thenState((a) => expect(statusView(a)).toMatchObject({ effectiveStatus: 'online', version: 1 }));
  });

  it('"sign out and go offline" turns the intent offline at once', () => {
    given(online)
      .when((a) => signOut({ sessionId: DESK, goOffline: true, cause: 'agent' }, a))
      .then([switchedTo('A', 'offline', { from: 'online', statusVersion: 2 }), signedOut('A')])
      .thenState((a) => expect(statusView(a).effectiveStatus).toBe('offline'));
  });

  it('"sign out and go offline" of somebody offline only signs out', () => {
    given(newcomer)
      .when((a) => signOut({ sessionId: DESK, goOffline: true, cause: 'agent' }, a))
      .then([signedOut('A')]);
  });

  it('cannot be done twice by one session', () => {
    given([...online, signedOut('A')])
      .when((a) => signOut({ sessionId: DESK, goOffline: false, cause: 'agent' }, a))
      .thenRefused('signed-out');
  });
});

describe('an admin forces an agent offline (case 19)', () => {
  const forced = {
    type: 'StatusChanged',
    data: { ...switchedTo('A', 'offline', { from: 'online', statusVersion: 2 }).data, cause: 'admin', reason: 'asleep' },
  };

  it('the agent is offline at once and the reason stands in the event', () => {
    given(online)
      .when((a) => forceOffline({ reason: 'asleep' }, a))
      .then([forced as AgentEvent])
      .thenState((a) => expect(statusView(a).effectiveStatus).toBe('offline'));
  });

  it('also works on an agent who signed out and would be online again at the next sign-in', () => {
    given([...online, sessionEnded('A')])
      .when((a) => forceOffline({ reason: 'asleep' }, a))
      .then([forced as AgentEvent]);
  });

  it('makes no event for an agent who is offline already, and is refused for one who never was', () => {
    given(newcomer)
      .when((a) => forceOffline({ reason: 'asleep' }, a))
      .thenNothing();
    given()
      .when((a) => forceOffline({ reason: 'asleep' }, a))
      .thenRefused('not-found');
  });
});
