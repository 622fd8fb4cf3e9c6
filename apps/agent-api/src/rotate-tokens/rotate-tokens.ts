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

  /**
   * Refuses: `unauthenticated` (not ours, too old), `signed-out` (also: used before), `session-expired`.
   * @param hasHungUp whether the client has gone meanwhile. A service that stood still finds the requests of ten minutes in its queue, of
   *   clients that gave each of them up and asked again: to carry one out would use the token up for nobody, and to take the next for a
   *   thief's would sign out whoever was only waiting for us (behaviour D10).
   */
  async rotate(refreshToken: string, hasHungUp: () => boolean): Promise<RotatedTokens> {
    const claims = this.tokens.readRefresh(refreshToken);
    if (!claims) throw notGood();
    const found = await findSessionTokens(this.pools.engine, claims.tenantId, claims.sessionId);
    if (!found || found.revoked || found.generation !== claims.generation) return this.refuse(claims, hasHungUp);
    const session = principalOf(claims, found);
    const { state } = await loadOwnAgent(this.store, session);
    const accessToken = this.tokens.issue({ ...session, role: state.role });
    if (hasHungUp()) throw hungUp();
    // Last of all: had anything failed after it, the client would come again with a token that counts as used.
    const family = await rotateSessionToken(this.pools.engine, claims);
    if (!family) return this.refuse(claims, hasHungUp);
    return {
      accessToken,
      refreshToken: this.tokens.issueRefresh({ ...claims, generation: family.generation }),
      expiresIn: ACCESS_TOKEN_SECONDS,
    };
  }

  /** Why it is not good; one that was used before ends the session. */
  private async refuse(claims: RefreshClaims, hasHungUp: () => boolean): Promise<never> {
    const family = await findSessionTokens(this.pools.engine, claims.tenantId, claims.sessionId);
    if (!family) throw notGood();
    const session = principalOf(claims, family);
    if (hasHungUp()) throw hungUp();
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

/** Read by nobody. */
function hungUp(): Problem {
  return new Problem('request-timeout', 'The client did not wait for the answer; nothing was done.');
}

function notGood(): Problem {
  return new Problem('unauthenticated', 'This refresh token is not valid (any more): sign in again.');
}
