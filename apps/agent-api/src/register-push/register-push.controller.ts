import { Body, Controller, Inject, Put } from '@nestjs/common';
import { type AgentState, agentState, type ReachableByPushBody, reachableByPushBody } from '#contract';
import { holdMobileHours } from '#directory';
import { afterOverdue, type Agent, type AgentEvent, agentFold, setReachableByPush } from '#domain/agent-presence/index';
import { EVENT_STORE, type EventStore, handleCommand } from '#event-store';
import { actorOf, type AgentPrincipal, Allow, Answers, IdempotencyKey, type IdempotencyOf, SessionOf } from '#http-kit';
import { changePushLease } from '#leases';
import { agentStream, loadOwnAgent, stateOf } from '../agent-stream.js';

@Controller('agent/v1/push')
export class RegisterPushController {
  constructor(@Inject(EVENT_STORE) private readonly store: EventStore) {}

  /** A phone in the pocket is suspended: while push messages reach it, its session stays present for hours (behaviour D26). */
  @Put()
  @Allow('session')
  @Answers({
    status: 200,
    does: 'Says whether push messages reach this phone. While they do, the session stays present for hours after its last beat.',
    schema: agentState,
    idempotent: true,
    refuses: {
      401: ['unauthenticated', 'signed-out'],
      409: ['not-a-mobile-session', 'conflict'],
      410: ['session-expired'],
      422: ['invalid-body', 'idempotency-key-reused'],
    },
  })
  async register(
    @Body({ schema: reachableByPushBody }) { reachableByPush }: ReachableByPushBody,
    @SessionOf() session: AgentPrincipal,
    @IdempotencyKey() idempotency?: IdempotencyOf,
  ): Promise<AgentState> {
    const { tenantId, sessionId } = session;
    const handled = await handleCommand<Agent, AgentEvent>(this.store, {
      stream: agentStream(session),
      fold: agentFold,
      decide: afterOverdue((agent) => setReachableByPush({ sessionId, reachableByPush }, agent)),
      actor: actorOf(session),
      ...(idempotency ? { idempotency } : {}),
      within: async (sql, { events }) => {
        if (!events.some(({ type }) => type === 'PushReachabilityChanged')) return;
        const pushSeconds = reachableByPush ? (await holdMobileHours(sql, tenantId)) * 3_600 : null;
        await changePushLease(sql, { tenantId, sessionId, pushSeconds });
      },
    });
    // the first answer is given again only to a session that may still speak
    if (handled.repeated) await loadOwnAgent(this.store, session);
    return stateOf(handled.state);
  }
}
