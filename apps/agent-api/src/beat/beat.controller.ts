import type { IncomingMessage, ServerResponse } from 'node:http';
import { Controller, Inject, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { EVENT_STORE, type EventStore } from '#event-store';
import { AccessTokens, type AgentPrincipal, Allow, Answers, FastLane, NotLimited, SessionOf } from '#http-kit';
import type { Standing } from '#leases';
import { closedSession, loadOwnAgent, NO_SESSION } from '../agent-stream.js';
import { Beats } from '../beats.js';

const PATH = '/agent/v1/heartbeat';

@Controller('agent/v1/heartbeat')
export class BeatController {
  /** What was asked of the rows on the fast lane, for those who are not answered there. */
  readonly #asked = new WeakMap<IncomingMessage, Promise<Standing>>();

  constructor(
    private readonly beats: Beats,
    private readonly tokens: AccessTokens,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    lane: FastLane,
  ) {
    lane.add(PATH, (request, response, pass) => this.beatFast(request, response, pass));
  }

  /** A sign of life (behaviour D8): answered from memory; only a session not lately seen here asks the database. A body is not needed. */
  @Post()
  @Allow('session')
  @NotLimited()
  @Answers({ status: 204, does: 'A heartbeat.', refuses: NO_SESSION })
  async beat(@SessionOf() session: AgentPrincipal, @Req() { raw }: FastifyRequest): Promise<void> {
    const standing = await (this.#asked.get(raw) ?? this.beats.beat(session));
    if (standing === 'open') return;
    await loadOwnAgent(this.store, session); // refuses, and knows who ended it
    throw closedSession(standing);
  }

  /**
   * The usual beat, before the framework (targets P6): no body, a good token, a session that is open. One not seen here yet waits for its
   * row, many of them together: after a restart that is everybody.
   */
  private beatFast(request: IncomingMessage, response: ServerResponse, pass: () => void): boolean {
    if (request.method !== 'POST' || request.url !== PATH) return false;
    const { authorization, 'content-length': length, 'transfer-encoding': encoding } = request.headers;
    if (authorization?.startsWith('Bearer ey') !== true || encoding !== undefined || (length !== undefined && length !== '0')) return false;
    const session = this.tokens.verify(authorization.slice('Bearer '.length));
    if (!session) return false;
    const standing = this.beats.beat(session);
    if (typeof standing === 'string') {
      if (standing !== 'open') return false;
      answer(response);
      return true;
    }
    this.#asked.set(request, standing);
    standing.then((decided) => (decided === 'open' ? answer(response) : pass()), pass);
    return true;
  }
}

function answer(response: ServerResponse): void {
  response.writeHead(204, NO_CONTENT).end();
}

const NO_CONTENT = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };
