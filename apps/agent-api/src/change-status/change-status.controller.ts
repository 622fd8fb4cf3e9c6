import { Body, Controller, Inject, Put } from '@nestjs/common';
import { type Agent, type AgentEvent, agentFold, changeStatus, type StatusView } from '#domain/agent-presence/index';
import { CLOCK, type Clock } from '#clock';
import { type AgentState, agentState, type ChangeStatusBody, changeStatusBody } from '#contract';
import { EVENT_STORE, type EventStore, handleCommand } from '#event-store';
import { actorOf, type AgentPrincipal, Allow, Answers, IdempotencyKey, type IdempotencyOf, Problem, SessionOf } from '#http-kit';
import { agentStateOf, agentStream, loadOwnAgent, toState } from '../agent-stream.js';
import { Beats } from '../beats.js';

@Controller('agent/v1/status')
export class ChangeStatusController {
  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly beats: Beats,
  ) {}

  /** Rule 1 of the page; a beat as well, also to the same status (behaviour D8). */
  @Put()
  @Allow('session')
  @Answers({
    status: 200,
    does: 'Turns the switch. A device that has seen another version is refused and told the present state.',
    schema: agentState,
    idempotent: true,
    refuses: {
      401: ['unauthenticated', 'signed-out'],
      409: ['version-conflict', 'conflict'],
      410: ['session-expired'],
      422: ['invalid-body', 'idempotency-key-reused'],
    },
  })
  async change(
    @Body({ schema: changeStatusBody }) body: ChangeStatusBody,
    @SessionOf() session: AgentPrincipal,
    @IdempotencyKey() idempotency?: IdempotencyOf,
  ): Promise<AgentState> {
    const receivedAt = this.clock.now();
    const { sessionId } = session;
    const { status, expectedVersion } = body;
    const handled = await handleCommand<Agent, AgentEvent>(this.store, {
      stream: agentStream(session),
      fold: agentFold,
      decide: (agent) => changeStatus({ sessionId, status, ...(expectedVersion === undefined ? {} : { expectedVersion }) }, agent),
      actor: actorOf(session),
      ...(idempotency ? { idempotency } : {}),
    }).catch(withReadableState);
    // the first answer is given again only to a session that may still speak
    if (handled.repeated) await loadOwnAgent(this.store, session);
    this.beats.note(session, receivedAt);
    return agentStateOf(handled.state);
  }
}

/** The refusal of a stale device carries the present state; outside the domain its times are RFC 3339. */
function withReadableState(error: unknown): never {
  const { code, detail, extra } = error as { code?: string; detail?: string; extra?: { state?: StatusView } };
  if (code === 'version-conflict' && extra?.state) throw new Problem(code, detail ?? '', { state: toState(extra.state) });
  throw error;
}
