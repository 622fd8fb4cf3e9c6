import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type StreamQuery, streamQuery } from '#contract';
import { EVENT_STORE, type EventStore } from '#event-store';
import { type AgentPrincipal, Allow, Answers, OpenStreams, SessionOf } from '#http-kit';
import { loadOwnAgent, NO_SESSION } from '../agent-stream.js';
import { OwnStatusStreams } from './own-status-streams.js';

@Controller('agent/v1/stream')
export class StreamOwnStatusController {
  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    private readonly open: OpenStreams,
    private readonly streams: OwnStatusStreams,
  ) {}

  /** The devices of an agent follow each other (rule 4, behaviour D13). Holding the stream open is not presence (D8). */
  @Get()
  @Allow('session')
  @Answers({
    status: 200,
    does: '`state` events of the own agent, first the present one; `ping` every 25 s; with `tell=boxes` also `boxes`, when it is worth asking for them again. Ends when the session does.',
    mediaType: 'text/event-stream',
    refuses: { ...NO_SESSION, 422: ['invalid-query'] },
  })
  async stream(
    @Query({ schema: streamQuery }) query: StreamQuery,
    @SessionOf() session: AgentPrincipal,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const head = await loadOwnAgent(this.store, session);
    const reader = this.open.open(request, reply);
    if (!reader.closed) this.streams.watch(session, head, reader, query.tell === 'boxes');
  }
}
