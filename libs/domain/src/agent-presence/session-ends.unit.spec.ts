import { describe, expect, it } from '@jest/globals';
import { agentAdded, at, givenFor, sessionEnded, signedIn, signedOut, switchedTo } from '#testing';
import { type Agent, agentFold, effectiveStatusOf, sessionStanding } from './agent.js';
import { endSession, setReachableByPush, signOut } from './decider.js';
import type { AgentEvent } from './events.js';
import { expireSession } from './overdue.js';

const given = givenFor<Agent, AgentEvent>(agentFold);
const [DESK, PHONE] = ['A-desktop', 'A-mobile'];
const online = [agentAdded('A'), signedIn('A'), switchedTo('A', 'online')];
const onTwoDevices = [...online, signedIn('A', 'mobile')];

describe('the lease of a session has run out (D9)', () => {
  const lapsed = { sessionId: DESK, lastSeenAt: at('12:00:30'), deadline: at('12:02:30') };
  const expired = {
    type: 'HeartbeatExpired',
    data: { agentId: 'A', sessionId: DESK, lastSeenAt: new Date(at('12:00:30')).toISOString() },
    effectiveAt: at('12:02:30'),
  } as AgentEvent;

  it('is true since the deadline that applied, and tells the last sign of life (case 6)', () => {
    given(online)
      .when((a) => expireSession(lapsed, a))
      .then([expired])
      .thenState((a) => expect([a.sessions, effectiveStatusOf(a), a.intent.status]).toEqual([[], 'offline', 'online']));
  });

  it('after a sign-out as well', () => {
    given([...online, signedOut('A')])
      .when((a) => expireSession(lapsed, a))
      .then([expired]);
  });

  it.each([
    ['expired', expired],
    ['ended at once', sessionEnded('A')],
  ])('a second time, of a session that has %s, makes no event (case 12)', (_how, end) => {
    given([...online, end])
      .when((a) => expireSession(lapsed, a))
      .thenNothing();
  });

  it('of one device leaves the other, and the agent online (case 9)', () => {
    given(onTwoDevices)
      .when((a) => expireSession(lapsed, a))
      .thenState((a) => expect([a.sessions.map((s) => s.sessionId), effectiveStatusOf(a)]).toEqual([[PHONE], 'online']));
  });

  it('changes neither intent nor version: it must not make a device stale', () => {
    given(online)
      .when((a) => expireSession(lapsed, a))
      .thenState((a) => expect(a.intent).toMatchObject({ status: 'online', version: 1 }));
  });
});

describe('an admin ends a session', () => {
  const ended = (sessionId: string): AgentEvent => ({ type: 'SessionEnded', data: { agentId: 'A', sessionId, cause: 'ended-by-admin' } });

  it('at once, and only that one', () => {
    given(onTwoDevices)
      .when((a) => endSession({ sessionId: DESK }, a))
      .then([ended(DESK)])
      .thenState((a) => expect([sessionStanding(a, DESK), sessionStanding(a, PHONE)]).toEqual(['ended', 'open']));
  });

  it('also one that is signed out and waits for its lease to run out', () => {
    given([...online, signedOut('A')])
      .when((a) => endSession({ sessionId: DESK }, a))
      .then([ended(DESK)])
      .thenState((a) => expect([effectiveStatusOf(a), a.intent.status]).toEqual(['offline', 'online']));
  });

  it('that is over or never was is not found, and neither is one of an unknown or removed agent', () => {
    given([...online, sessionEnded('A')])
      .when((a) => endSession({ sessionId: DESK }, a))
      .thenRefused('not-found');
    given(online)
      .when((a) => endSession({ sessionId: 'nobody' }, a))
      .thenRefused('not-found');
    given()
      .when((a) => endSession({ sessionId: DESK }, a))
      .thenRefused('not-found');
    given([...online, { type: 'AgentRemoved', data: { agentId: 'A' } }])
      .when((a) => endSession({ sessionId: DESK }, a))
      .thenRefused('not-found');
  });
});

describe('a phone that push messages reach (D26)', () => {
  const says = (reachableByPush: boolean, sessionId = PHONE) => (a: Agent) => setReachableByPush({ sessionId, reachableByPush }, a);
  const told = (reachableByPush: boolean): AgentEvent => ({
    type: 'PushReachabilityChanged',
    data: { agentId: 'A', sessionId: PHONE, reachableByPush },
  });
  const phone = (a: Agent) => a.sessions.find((s) => s.sessionId === PHONE);

  it('says so once', () => {
    given(onTwoDevices)
      .when(says(true))
      .then([told(true)])
      .thenState((a) => expect(phone(a)).toMatchObject({ reachableByPush: true }));
    given([...onTwoDevices, told(true)])
      .when(says(true))
      .thenNothing();
    given(onTwoDevices)
      .when(says(false))
      .thenNothing();
  });

  it('can take it back', () => {
    given([...onTwoDevices, told(true)])
      .when(says(false))
      .then([told(false)])
      .thenState((a) => expect(phone(a)).toMatchObject({ reachableByPush: false }));
  });

  it('is reached no more after it has signed out (case 23)', () => {
    given([...onTwoDevices, told(true)])
      .when((a) => signOut({ sessionId: PHONE, goOffline: false, cause: 'agent' }, a))
      .thenState((a) => expect(phone(a)).toMatchObject({ signedOut: true, reachableByPush: false }));
  });

  it('is no desktop', () => {
    given(onTwoDevices)
      .when(says(true, DESK))
      .thenRefused('not-a-mobile-session');
  });

  it.each([
    ['signed out', signedOut('A', PHONE), 'signed-out'],
    ['over', sessionEnded('A', PHONE), 'session-expired'],
  ])('cannot say anything when its session is %s', (_how, event, code) => {
    given([...onTwoDevices, event])
      .when(says(true))
      .thenRefused(code);
  });

  it('does not make anybody present: an ended session stays ended', () => {
    given([...onTwoDevices, told(true), sessionEnded('A', PHONE), sessionEnded('A', DESK)])
      .when(() => [told(true)])
      .thenState((a) => expect([a.sessions, effectiveStatusOf(a)]).toEqual([[], 'offline']));
  });
});
