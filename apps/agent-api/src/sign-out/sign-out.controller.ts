import { Controller, Delete, Inject, Query } from '@nestjs/common';
import { afterOverdue, type Agent, type AgentEvent, agentFold, signOut } from '#domain/agent-presence/index';
import { type SignOutQuery, signOutQuery } from '#contract';
import { revokeSessionTokens } from '#directory';
import { EVENT_STORE, type EventStore, handleCommand } from '#event-store';
import { actorOf, type AgentPrincipal, Allow, Answers, IdempotencyKey, type IdempotencyOf, SessionOf } from '#http-kit';
import { signOutLease } from '#leases';
import { agentStream, NO_SESSION } from '../agent-stream.js';
import { Beats } from '../beats.js';

@Controller('agent/v1/session')
export class SignOutController {
  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    private readonly beats: Beats,
  ) {}

  /** Rule 2 of the page: the lease runs out by itself, unless the agent goes offline with it (behaviour D11). */
  @Delete()
  @Allow('session')
  @Answers({
    status: 204,
    does: 'Signs out and keeps the intent; with status=offline the agent goes offline at once.',
    idempotent: true,
    refuses: { ...NO_SESSION, 422: ['invalid-query'] },
  })
  async signOut(
    @Query({ schema: signOutQuery }) query: SignOutQuery,
    @SessionOf() session: AgentPrincipal,
    @IdempotencyKey() idempotency?: IdempotencyOf,
  ): Promise<void> {
    const { tenantId, sessionId } = session;
    await handleCommand<Agent, AgentEvent>(this.store, {
      stream: agentStream(session),
      fold: agentFold,
      decide: afterOverdue((agent) => signOut({ sessionId, goOffline: query.status === 'offline', cause: 'agent' }, agent)),
      actor: actorOf(session),
      ...(idempotency ? { idempotency } : {}),
      within: async (sql, { now: at }) => {
        await signOutLease(sql, { tenantId, sessionId, at });
        await revokeSessionTokens(sql, tenantId, [sessionId]);
      },
    });
    this.beats.signedOut(session);
  }
}
