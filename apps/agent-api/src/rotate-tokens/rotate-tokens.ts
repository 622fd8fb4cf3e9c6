import { Inject, Injectable } from '@nestjs/common';
import { afterOverdue, type Agent, type AgentEvent, agentFold, sessionStanding, signOut } from '#domain/agent-presence/index';
import type { RotatedTokens } from '#contract';
import { POOLS, type Pools } from '#database';
import { findSessionTokens, revokeSessionTokens, rotateSessionToken, type TokenFamily } from '#directory';
import { EVENT_STORE, type EventStore, handleCommand } from '#event-store';
import { ACCESS_TOKEN_SECONDS, AccessTokens, type AgentPrincipal, Problem, type RefreshClaims } from '#http-kit';
import { signOutLease } from '#leases';
import { agentStream, assertOpen, loadOwnAgent } from '../agent-stream.js';
import { Beats } from '../beats.js';

/**
 * A refresh token is good once (targets 4). Shown again, somebody has a copy of it: the session is signed out, so neither the thief
 * nor the owner goes on with it. Refreshing is not a beat (behaviour D8).
 */
@Injectable()
export class RotateTokens {
  constructor(
    @Inject(POOLS) private readonly pools: Pools,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    private readonly tokens: AccessTokens,
    private readonly beats: Beats,
  ) {}

  /** Refuses: `unauthenticated` (not ours, too old), `signed-out` (also: used before), `session-expired`. */
  async rotate(refreshToken: string): Promise<RotatedTokens> {
    const claims = this.tokens.readRefresh(refreshToken);
    if (!claims) throw notGood();
    const found = await findSessionTokens(this.pools.engine, claims.tenantId, claims.sessionId);
    if (!found || found.revoked || found.generation !== claims.generation) return this.refuse(claims);
    const session = principalOf(claims, found);
    const { state } = await loadOwnAgent(this.store, session);
    const accessToken = await this.tokens.issue({ ...session, role: state.role });
    // Last of all: had anything failed after it, the client would come again with a token that counts as used.
    const family = await rotateSessionToken(this.pools.engine, claims);
    if (!family) return this.refuse(claims);
    return {
      accessToken,
      refreshToken: this.tokens.issueRefresh({ ...claims, generation: family.generation }),
      expiresIn: ACCESS_TOKEN_SECONDS,
    };
  }

  /** Why it is not good; one that was used before ends the session. */
  private async refuse(claims: RefreshClaims): Promise<never> {
    const family = await findSessionTokens(this.pools.engine, claims.tenantId, claims.sessionId);
    if (!family) throw notGood();
    const session = principalOf(claims, family);
    if (!family.revoked && family.generation > claims.generation) await this.signOutForReuse(session);
    const { state } = await this.store.load(agentStream(session), agentFold);
    assertOpen(state, session.sessionId);
    throw notGood();
  }

  private async signOutForReuse(session: AgentPrincipal): Promise<never> {
    const { tenantId, sessionId } = session;
    await handleCommand<Agent, AgentEvent>(this.store, {
      stream: agentStream(session),
      fold: agentFold,
      decide: afterOverdue((agent) => {
        if (sessionStanding(agent, sessionId) !== 'open') return []; // it needs no event, but its family is revoked all the same
        return signOut({ sessionId, goOffline: false, cause: 'refresh-token-reused' }, agent);
      }),
      actor: { kind: 'system', id: 'rotate-tokens' },
      within: async (sql, { events, now: at }) => {
        if (events.some(({ type }) => type === 'AgentLoggedOut')) await signOutLease(sql, { tenantId, sessionId, at });
        await revokeSessionTokens(sql, tenantId, [sessionId]);
      },
    });
    this.beats.signedOut(session);
    throw new Problem('signed-out', 'This refresh token was used before, so the session was signed out to be safe: sign in again.');
  }
}

/** The role is not known before the agent is read; nothing asks for it until then. */
function principalOf({ tenantId, sessionId }: RefreshClaims, { agentId, partition }: TokenFamily): AgentPrincipal {
  return { kind: 'agent', agentId, sessionId, tenantId, partition, role: 'agent' };
}

function notGood(): Problem {
  return new Problem('unauthenticated', 'This refresh token is not valid (any more): sign in again.');
}
