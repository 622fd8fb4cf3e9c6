import type { Agent } from '#domain/agent-presence/index';
import { agentFold, sessionStanding, statusView } from '#domain/agent-presence/index';
import { type AgentState, agentStateOf } from '#contract';
import type { EventStore, StreamAddress, StreamHead } from '#event-store';
import { type AgentPrincipal, Problem } from '#http-kit';

/** For the documents: what every route of a session refuses whose session may not speak (any more). */
export const NO_SESSION = { 401: ['unauthenticated', 'signed-out'], 410: ['session-expired'] } as const;

/** An agent's stream: intent, sessions, membership. */
export function agentStream(agent: { tenantId: string; partition: number; agentId: string }): StreamAddress {
  return { tenantId: agent.tenantId, partition: agent.partition, streamId: `agent-${agent.agentId}` };
}

/** The agent of an open session. Throws `session-expired` (410), `signed-out` (401): contract, "every other call of that session too". */
export async function loadOwnAgent(store: EventStore, principal: AgentPrincipal): Promise<StreamHead<Agent>> {
  const head = await store.load(agentStream(principal), agentFold);
  assertOpen(head.state, principal.sessionId);
  return head;
}

/** Throws unless the session may still speak for the agent. */
export function assertOpen(agent: Agent, sessionId: string): void {
  const standing = sessionStanding(agent, sessionId);
  if (standing !== 'open') throw closedSession(standing, agent.lastEnd?.sessionId === sessionId && agent.lastEnd.cause === 'ended-by-admin');
}

/** What a call of a session that is not open is told. `byAdmin`: somebody ended it on purpose, so the device must not sign in by itself. */
export function closedSession(standing: 'signed-out' | 'ended', byAdmin = false): Problem {
  if (byAdmin) return new Problem('session-expired', 'Somebody who looks after your account has ended this session: sign in again.', { endedBy: 'admin' });
  return standing === 'ended'
    ? new Problem('session-expired', 'This session has ended: sign in again.')
    : new Problem('signed-out', 'This session is signed out: sign in again.');
}

/** `state` of the contract. */
export function stateOf(agent: Agent): AgentState {
  return agentStateOf(statusView(agent));
}
