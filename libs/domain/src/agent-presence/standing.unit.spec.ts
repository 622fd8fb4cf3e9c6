import { describe, expect, it } from '@jest/globals';
import { agentAdded, at, givenFor, movedToGroups, signedIn, signedOut, switchedTo } from '#testing';
import { type Agent, agentFold, effectiveStatusOf, evolve, sessionStanding } from './agent.js';
import { assignGroups, changeRole, changeStatus, chooseStatusOnLogin, logIn, removeAgent, setActive, statusView } from './decider.js';
import type { AgentEvent } from './events.js';
import { effectiveStatus, STATUSES } from './status.js';

const given = givenFor<Agent, AgentEvent>(agentFold);
const online = [agentAdded('A', ['DE']), signedIn('A'), switchedTo('A', 'online')];
const deactivated: AgentEvent[] = [
  { type: 'SessionEnded', data: { agentId: 'A', sessionId: 'A-desktop', cause: 'agent-deactivated' } },
  { type: 'AgentDeactivated', data: { agentId: 'A' } },
];
const removed: AgentEvent[] = [
  { type: 'SessionEnded', data: { agentId: 'A', sessionId: 'A-desktop', cause: 'agent-removed' } },
  { type: 'AgentRemoved', data: { agentId: 'A' } },
];

describe('an agent is effectively offline if deactivated, if the intent is offline or if no session is live; else the intent (D2)', () => {
  it.each(STATUSES)('an active agent with a live session is what the intent says: %s', (intent) => {
    expect(effectiveStatus({ active: true, intent, liveSessions: 1 })).toBe(intent);
  });

  it.each(STATUSES)('without a live session nobody is anything but offline (intent %s)', (intent) => {
    expect(effectiveStatus({ active: true, intent, liveSessions: 0 })).toBe('offline');
  });

  it.each(STATUSES)('a deactivated agent is offline whatever else is so (intent %s)', (intent) => {
    expect(effectiveStatus({ active: false, intent, liveSessions: 2 })).toBe('offline');
  });

  it('an agent with two devices stays present while one of them is there (case 9)', () => {
    given([...online, signedIn('A', 'mobile')])
      .when(() => [{ type: 'SessionEnded', data: { agentId: 'A', sessionId: 'A-desktop', cause: 'too-many-sessions' } }])
      .thenState((a) => expect(effectiveStatusOf(a)).toBe('online'));
  });
});

describe('an agent is deactivated and activated again (D12)', () => {
  it('deactivation ends all sessions and keeps the intent', () => {
    given(online)
      .when((a) => setActive({ active: false }, a))
      .then(deactivated)
      .thenState((a) => expect(statusView(a)).toMatchObject({ status: 'online', effectiveStatus: 'offline', version: 1 }));
  });

  it('a deactivated agent can neither sign in nor switch', () => {
    const past = [...online, ...deactivated];
    given(past)
      .when((a) => logIn({ sessionId: 's2', device: 'mobile', leaseSeconds: 120 }, a))
      .thenRefused('agent-inactive');
    given(past)
      .when((a) => changeStatus({ sessionId: 'A-desktop', status: 'busy' }, a, at('12:30:00')))
      .thenRefused('session-expired');
  });

  it('after reactivation a new sign-in brings the intent back', () => {
    given([...online, ...deactivated, { type: 'AgentReactivated', data: { agentId: 'A' } }])
      .when((a) => logIn({ sessionId: 's2', device: 'desktop', leaseSeconds: 120 }, a))
      .thenState((a) => expect(effectiveStatusOf(a)).toBe('online'));
  });

  it('reactivation alone turns nobody online', () => {
    given([...online, ...deactivated])
      .when((a) => setActive({ active: true }, a))
      .then([{ type: 'AgentReactivated', data: { agentId: 'A' } }])
      .thenState((a) => expect(effectiveStatusOf(a)).toBe('offline'));
  });

  it.each([true, false])('saying active: %s twice makes one event', (active) => {
    given(active ? online : [...online, ...deactivated])
      .when((a) => setActive({ active }, a))
      .thenNothing();
  });
});

describe('an agent is removed', () => {
  it('all sessions end and the agent is offline', () => {
    given(online)
      .when(removeAgent)
      .then(removed)
      .thenState((a) => expect(effectiveStatusOf(a)).toBe('offline'));
  });

  it('afterwards the agent is unknown to every command', () => {
    const past = [...online, ...removed];
    given(past).when(removeAgent).thenNothing();
    given(past)
      .when((a) => setActive({ active: true }, a))
      .thenRefused('not-found');
    given(past)
      .when((a) => logIn({ sessionId: 's2', device: 'desktop', leaseSeconds: 120 }, a))
      .thenRefused('not-found');
    given(past)
      .when((a) => assignGroups({ groupIds: [] }, a))
      .thenRefused('not-found');
  });
});

describe('membership and choices of an agent (D12, D18)', () => {
  it('puts the agent into exactly these groups, each once and in one order', () => {
    given(online)
      .when((a) => assignGroups({ groupIds: ['FR', 'EN', 'FR'] }, a))
      .then([movedToGroups('A', ['EN', 'FR'], ['DE'])]);
  });

  it('the same groups in another order are no change', () => {
    given([...online, movedToGroups('A', ['DE', 'EN'], ['DE'])])
      .when((a) => assignGroups({ groupIds: ['EN', 'DE'] }, a))
      .thenNothing();
  });

  it('keeps the choice for sign-ins, once', () => {
    const chosen: AgentEvent = { type: 'StatusOnLoginChanged', data: { agentId: 'A', from: 'last', to: 'offline' } };
    given(online)
      .when((a) => chooseStatusOnLogin({ statusOnLogin: 'offline' }, a))
      .then([chosen]);
    given([...online, chosen])
      .when((a) => chooseStatusOnLogin({ statusOnLogin: 'offline' }, a))
      .thenNothing();
  });
});

describe('the role of an agent', () => {
  const promoted: AgentEvent = { type: 'AgentRoleChanged', data: { agentId: 'A', from: 'agent', to: 'manager' } };

  it('changes by an event that tells both, and open sessions stay', () => {
    given(online)
      .when((a) => changeRole({ role: 'manager' }, a))
      .then([promoted])
      .thenState((a) => expect([a.role, a.sessions.length]).toEqual(['manager', 1]));
  });

  it('the same role again is no change; a removed agent has none', () => {
    given([...online, promoted])
      .when((a) => changeRole({ role: 'manager' }, a))
      .thenNothing();
    given([...online, ...removed])
      .when((a) => changeRole({ role: 'owner' }, a))
      .thenRefused('not-found');
  });
});

describe("the fold of an agent's stream", () => {
  it('tells an open session from a signed-out and an ended one', () => {
    given([...online, signedIn('A', 'mobile'), signedOut('A', 'A-mobile')])
      .when(() => [])
      .thenState((a) => {
        expect(['A-desktop', 'A-mobile', 'A-tablet'].map((id) => sessionStanding(a, id))).toEqual(['open', 'signed-out', 'ended']);
      });
  });

  it('takes an event of a newer release without a word: nothing changes', () => {
    const before = evolve(agentFold.initial, { ...agentAdded('A'), effectiveAt: 0 });
    expect(evolve(before, { type: 'AgentLevitated', data: { agentId: 'A' }, effectiveAt: 1 } as never)).toBe(before);
  });
});
