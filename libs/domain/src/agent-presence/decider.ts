import { Refusal } from '../refusal.js';
import { type Agent, effectiveStatusOf, sessionStanding } from './agent.js';
import type { AgentEvent, DeviceKind, Role, SessionEndCause, SignOutCause, StatusChangedData, StatusOnLogin } from './events.js';
import type { Instant, Status } from './status.js';

/** Open sessions an agent may have; the next sign-in ends the oldest one (architecture 3: the state stays small). */
export const MAX_OPEN_SESSIONS = 20;

/** How long a status for a while may last (behaviour D15): 30 days, in milliseconds. */
export const LONGEST_TIMER_MS = 30 * 24 * 3_600_000;

/** What clients are told of an agent's status (contract, `state`). */
export interface StatusView {
  readonly status: Status;
  readonly effectiveStatus: Status;
  readonly version: number;
  readonly since: Instant;
  /** When a status for a while ends (behaviour D15). */
  readonly until?: Instant;
}

/** `state` of the contract: the intent, its version and since when, and what the agent effectively is. */
export function statusView(agent: Agent): StatusView {
  const { status, version, since, timer } = agent.intent;
  return { status, effectiveStatus: effectiveStatusOf(agent), version, since, ...(timer ? { until: timer.until } : {}) };
}

/** A new agent is active and offline (behaviour D12). */
export function addAgent(command: { agentId: string; groupIds: readonly string[]; role: Role }, agent: Agent): AgentEvent[] {
  if (agent.standing !== 'unknown') return [];
  const { agentId, role } = command;
  return [{ type: 'AgentAdded', data: { agentId, groupIds: sorted(command.groupIds), role } }];
}

/**
 * Signing in opens a session and brings the last intent back, or, on the first device, the one the agent chose for sign-ins (D12).
 * Refuses: `agent-inactive`. Beyond 20 open sessions the oldest ends, signed-out ones first.
 */
export function logIn(command: { sessionId: string; device: DeviceKind; leaseSeconds: number }, agent: Agent): AgentEvent[] {
  assertActive(agent);
  const { agentId, sessions, statusOnLogin, intent } = agent;
  const events: AgentEvent[] = [];
  const bySacrifice = [...sessions].sort((a, b) => Number(b.signedOut) - Number(a.signedOut));
  for (const session of bySacrifice.slice(0, Math.max(0, sessions.length + 1 - MAX_OPEN_SESSIONS))) {
    events.push({ type: 'SessionEnded', data: { agentId, sessionId: session.sessionId, cause: 'too-many-sessions' } });
  }
  // A second device changes nothing (D13). The intent goes first, so that no box passes through the old one.
  const firstDevice = sessions.every((session) => session.signedOut);
  if (firstDevice && statusOnLogin !== 'last' && (statusOnLogin !== intent.status || intent.timer)) {
    events.push(statusChanged(agent, statusOnLogin, { cause: 'sign-in' }));
  }
  events.push({ type: 'AgentLoggedIn', data: { agentId, ...command } });
  return events;
}

/**
 * The agent turns the switch (rule 1, behaviour D13). Nothing happens if the wish is already true (case 4).
 * With `until` the status lasts that long and gives the earlier intent back then (D15); a change by hand cancels it.
 * Refuses: `session-expired`, `signed-out`, `agent-inactive`, `until-out-of-range`, and `version-conflict` with the present state if the
 * device had seen another version.
 */
export function changeStatus(command: ChangeStatus, agent: Agent, now: Instant): AgentEvent[] {
  assertOpenSession(agent, command.sessionId);
  assertActive(agent);
  const { intent } = agent;
  const { status, until, expectedVersion } = command;
  if (until !== undefined && (until <= now || until > now + LONGEST_TIMER_MS)) {
    throw new Refusal('until-out-of-range', 'A status for a while ends in the future and within 30 days.');
  }
  if (expectedVersion !== undefined && expectedVersion !== intent.version) {
    throw new Refusal('version-conflict', 'The status was changed meanwhile: show the present state and let the person choose again.', {
      state: statusView(agent),
    });
  }
  if (status === intent.status && until === intent.timer?.until) return [];
  // A second timer on top of a first gives back what the first would have.
  const timer = until === undefined ? {} : { until: new Date(until).toISOString(), restores: intent.timer?.restores ?? intent.status };
  return [statusChanged(agent, status, { cause: 'agent', ...timer })];
}

export interface ChangeStatus {
  readonly sessionId: string;
  readonly status: Status;
  readonly until?: Instant;
  readonly expectedVersion?: number;
}

/** An admin forces an agent offline and says why (case 19). Also works on an agent who is signed out or inactive. */
export function forceOffline(command: { reason: string }, agent: Agent): AgentEvent[] {
  assertExists(agent);
  if (agent.intent.status === 'offline' && !agent.intent.timer) return [];
  return [statusChanged(agent, 'offline', { cause: 'admin', reason: command.reason })];
}

/**
 * Signing out keeps the intent; the session stays present until its lease runs out (rule 2, behaviour D11).
 * With `goOffline` the intent goes offline at once. Refuses: `session-expired`, `signed-out`.
 */
export function signOut(command: { sessionId: string; goOffline: boolean; cause: SignOutCause }, agent: Agent): AgentEvent[] {
  assertOpenSession(agent, command.sessionId);
  const { agentId, intent } = agent;
  const events: AgentEvent[] = [];
  if (command.goOffline && (intent.status !== 'offline' || intent.timer)) events.push(statusChanged(agent, 'offline', { cause: 'agent' }));
  events.push({ type: 'AgentLoggedOut', data: { agentId, sessionId: command.sessionId, cause: command.cause } });
  return events;
}

/** An admin ends a session at once. Refuses: `not-found`. */
export function endSession(command: { sessionId: string }, agent: Agent): AgentEvent[] {
  assertExists(agent);
  if (sessionStanding(agent, command.sessionId) === 'ended') throw new Refusal('not-found', 'There is no such session.');
  return [{ type: 'SessionEnded', data: { agentId: agent.agentId, sessionId: command.sessionId, cause: 'ended-by-admin' } }];
}

/** A phone tells whether push messages reach it (behaviour D26). Refuses: `session-expired`, `signed-out`, `not-a-mobile-session`. */
export function setReachableByPush(command: { sessionId: string; reachableByPush: boolean }, agent: Agent): AgentEvent[] {
  assertOpenSession(agent, command.sessionId);
  const session = agent.sessions.find((s) => s.sessionId === command.sessionId);
  if (session?.device !== 'mobile') throw new Refusal('not-a-mobile-session', 'Only the mobile app can register for push messages.');
  if (session.reachableByPush === command.reachableByPush) return [];
  return [{ type: 'PushReachabilityChanged', data: { agentId: agent.agentId, ...command } }];
}

/** Puts the agent into exactly these groups. The confirmation of D18 is asked for before, where the groups are known. */
export function assignGroups(command: { groupIds: readonly string[] }, agent: Agent): AgentEvent[] {
  assertExists(agent);
  const from = sorted(agent.groupIds);
  const to = sorted(command.groupIds);
  if (from.length === to.length && from.every((id, i) => id === to[i])) return [];
  return [{ type: 'AgentGroupsChanged', data: { agentId: agent.agentId, from, to } }];
}

/** Deactivation ends all sessions and keeps the intent (contract, PATCH agent); reactivation lets the agent sign in again. */
export function setActive(command: { active: boolean }, agent: Agent): AgentEvent[] {
  assertExists(agent);
  if (command.active === (agent.standing === 'active')) return [];
  if (command.active) return [{ type: 'AgentReactivated', data: { agentId: agent.agentId } }];
  return [...endSessions(agent, 'agent-deactivated'), { type: 'AgentDeactivated', data: { agentId: agent.agentId } }];
}

/** behaviour D12, "per agent choice". */
export function chooseStatusOnLogin(command: { statusOnLogin: StatusOnLogin }, agent: Agent): AgentEvent[] {
  assertExists(agent);
  const { agentId, statusOnLogin: from } = agent;
  return from === command.statusOnLogin ? [] : [{ type: 'StatusOnLoginChanged', data: { agentId, from, to: command.statusOnLogin } }];
}

/** What the agent may do from now on, in open sessions too. Who may give which role is decided where the caller is known. */
export function changeRole(command: { role: Role }, agent: Agent): AgentEvent[] {
  assertExists(agent);
  const { agentId, role: from } = agent;
  return from === command.role ? [] : [{ type: 'AgentRoleChanged', data: { agentId, from, to: command.role } }];
}

/** Removing an agent ends all sessions; the history stays. */
export function removeAgent(agent: Agent): AgentEvent[] {
  if (agent.standing === 'unknown' || agent.standing === 'removed') return [];
  return [...endSessions(agent, 'agent-removed'), { type: 'AgentRemoved', data: { agentId: agent.agentId } }];
}

function statusChanged(agent: Agent, to: Status, why: Pick<StatusChangedData, 'cause' | 'reason' | 'until' | 'restores'>): AgentEvent {
  const { agentId, intent } = agent;
  return { type: 'StatusChanged', data: { agentId, from: intent.status, to, statusVersion: intent.version + 1, ...why } };
}

function endSessions(agent: Agent, cause: SessionEndCause): AgentEvent[] {
  return agent.sessions.map(({ sessionId }) => ({ type: 'SessionEnded', data: { agentId: agent.agentId, sessionId, cause } }));
}

function assertExists(agent: Agent): void {
  if (agent.standing === 'unknown' || agent.standing === 'removed') throw new Refusal('not-found', 'There is no such agent.');
}

function assertActive(agent: Agent): void {
  assertExists(agent);
  if (agent.standing !== 'active') throw new Refusal('agent-inactive', 'This agent is deactivated: an admin has to activate it first.');
}

function assertOpenSession(agent: Agent, sessionId: string): void {
  switch (sessionStanding(agent, sessionId)) {
    case 'ended':
      throw new Refusal('session-expired', 'This session has ended: sign in again.');
    case 'signed-out':
      throw new Refusal('signed-out', 'This session is signed out: sign in again.');
    case 'open':
  }
}

function sorted(ids: readonly string[]): string[] {
  return [...new Set(ids)].sort();
}
