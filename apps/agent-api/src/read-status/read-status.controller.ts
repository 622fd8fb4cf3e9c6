import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type AgentState, agentState } from '#contract';
import { EVENT_STORE, type EventStore } from '#event-store';
import { type AgentPrincipal, Allow, Answers, SessionOf, withEtag } from '#http-kit';
import { loadOwnAgent, NO_SESSION, stateOf } from '../agent-stream.js';

@Controller('agent/v1/status')
export class ReadStatusController {
  constructor(@Inject(EVENT_STORE) private readonly store: EventStore) {}

  /** Read from the agent's own stream: right at once, whatever the projector does. */
  @Get()
  @Allow('session')
  @Answers({
    status: 200,
    does: 'The own status: intent, effective status, version, since.',
    schema: agentState,
    refuses: NO_SESSION,
  })
  async read(
    @SessionOf() session: AgentPrincipal,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AgentState | undefined> {
    const { state } = await loadOwnAgent(this.store, session);
    return withEtag(request, reply, stateOf(state));
  }
}
