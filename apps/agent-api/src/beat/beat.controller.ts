import type { IncomingMessage, ServerResponse } from 'node:http';
import { Controller, Post } from '@nestjs/common';
import { AccessTokens, type AgentPrincipal, Allow, Answers, FastLane, NotLimited, SessionOf } from '#http-kit';
import { closedSession } from '../agent-stream.js';
import { Beats } from '../beats.js';

const PATH = '/agent/v1/heartbeat';

@Controller('agent/v1/heartbeat')
export class BeatController {
  constructor(
    private readonly beats: Beats,
    private readonly tokens: AccessTokens,
    lane: FastLane,
  ) {
    lane.add(PATH, (request, response) => this.beatFast(request, response));
  }

  /** A sign of life (behaviour D8): answered from memory; only a session not lately seen here asks the database. A body is not needed. */
  @Post()
  @Allow('session')
  @NotLimited()
  @Answers({ status: 204, does: 'A heartbeat.', refuses: { 401: ['unauthenticated', 'signed-out'], 410: ['session-expired'] } })
  async beat(@SessionOf() session: AgentPrincipal): Promise<void> {
    const standing = await this.beats.beat(session);
    if (standing !== 'open') throw closedSession(standing);
  }

  /** The usual beat, before the framework (targets P6): no body, a token proven before, a session known to be open. */
  private beatFast(request: IncomingMessage, response: ServerResponse): boolean {
    if (request.method !== 'POST' || request.url !== PATH) return false;
    const { authorization, 'content-length': length, 'transfer-encoding': encoding } = request.headers;
    if (authorization?.startsWith('Bearer ') !== true || encoding !== undefined || (length !== undefined && length !== '0')) return false;
    const session = this.tokens.remembered(authorization.slice('Bearer '.length));
    if (!session || this.beats.beatFromMemory(session) !== 'open') return false;
    response.writeHead(204, NO_CONTENT).end();
    return true;
  }
}

const NO_CONTENT = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };
