import { Inject, Injectable } from '@nestjs/common';
import { sessionStanding } from '#domain/agent-presence/index';
import { EVENT_STORE, type EventStore } from '#event-store';
import { type AgentPrincipal, Authentication, Problem } from '#http-kit';
import { loadAgent } from '../agent-stream.js';

/**
 * A person may use this API while the session of the token is open and the agent active, in the role of this moment, whatever the token
 * says: read from the agent's stream at every request, so a change counts from its commit on, in every process.
 */
@Injectable()
export class SessionCheck {
  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    authentication: Authentication,
  ) {
    authentication.registerSessionCheck((principal) => this.today(principal));
  }

  private async today(principal: AgentPrincipal): Promise<AgentPrincipal> {
    const { tenantId, partition, agentId, sessionId } = principal;
    const agent = await loadAgent(this.store, { id: tenantId, partition }, agentId);
    switch (sessionStanding(agent, sessionId)) {
      case 'ended':
        throw new Problem('session-expired', 'This session has ended: sign in again.');
      case 'signed-out':
        throw new Problem('signed-out', 'This session is signed out: sign in again.');
      case 'open':
        if (agent.standing !== 'active') throw new Problem('unauthenticated', 'This agent is deactivated.');
        return { ...principal, role: agent.role };
    }
  }
}
