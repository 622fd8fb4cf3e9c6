import { Inject, Injectable } from '@nestjs/common';
import { afterOverdue, type Agent, type AgentEvent, agentFold, logIn } from '#domain/agent-presence/index';
import { SETTINGS, type Settings } from '#config';
import type { OpenedSession, SignInBody } from '#contract';
import { POOLS, type Pools } from '#database';
import { type Credentials, findCredentials, findTenantBySlug, openSessionTokens, revokeSessionTokens, type TenantRow } from '#directory';
import { EVENT_STORE, type EventStore, handleCommand, type Handled } from '#event-store';
import { ACCESS_TOKEN_SECONDS, AccessTokens, type AgentPrincipal, Problem } from '#http-kit';
import { endLeases, heartbeatInterval, openLease } from '#leases';
import { agentStream, stateOf } from '../agent-stream.js';
import { Beats } from '../beats.js';
import { LapsedSessions } from './lapsed-sessions.js';
import { PasswordQueue } from './password-queue.js';

/** Refusals of the rules that must look like a wrong password: they would tell that the agent exists. */
const HIDDEN = new Set(['agent-inactive', 'not-found']);

/** Opens a session: credentials, then one transaction for the events, the lease and the refresh token (behaviour D12). */
@Injectable()
export class SignIn {
  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(POOLS) private readonly pools: Pools,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    private readonly tokens: AccessTokens,
    private readonly passwords: PasswordQueue,
    private readonly lapsed: LapsedSessions,
    private readonly beats: Beats,
  ) {}

  /** Refuses: `wrong-credentials`, for whatever reason, after the same work. */
  async open(body: SignInBody): Promise<OpenedSession> {
    const { tenant, credentials } = await this.prove(body);
    const sessionId = this.store.newId();
    const { agentId } = credentials;
    const { id: tenantId, partition, leaseSeconds } = tenant;
    await this.lapsed.end({ tenantId, partition, agentId });
    const begunAt = this.beats.now();
    const handled = await this.record({ tenantId, partition, agentId, sessionId, leaseSeconds, device: body.device }).catch(hideStanding);
    const session: AgentPrincipal = { kind: 'agent', agentId, sessionId, tenantId, partition, role: handled.state.role };
    if (!handled.repeated) this.beats.opened(session, leaseSeconds, begunAt);
    return {
      sessionId,
      accessToken: this.tokens.issue(session),
      refreshToken: this.tokens.issueRefresh({ tenantId, sessionId, generation: 1 }),
      expiresIn: ACCESS_TOKEN_SECONDS,
      leaseSeconds,
      heartbeatSeconds: heartbeatInterval(this.settings, leaseSeconds),
      state: stateOf(handled.state),
    };
  }

  /** The same two look-ups and one verification, whether tenant, address and password exist or not. */
  private async prove(body: SignInBody): Promise<{ tenant: TenantRow; credentials: Credentials }> {
    const tenant = await findTenantBySlug(this.pools.engine, body.tenant);
    const credentials = await findCredentials(this.pools.engine, tenant?.id ?? '', body.email);
    const right = await this.passwords.verify(credentials?.passwordHash ?? null, body.password);
    if (!right || !tenant || !credentials) throw wrongCredentials();
    return { tenant, credentials };
  }

  private record(session: {
    tenantId: string;
    partition: number;
    agentId: string;
    sessionId: string;
    leaseSeconds: number;
    device: SignInBody['device'];
  }): Promise<Handled<Agent>> {
    const { tenantId, partition, agentId, sessionId, leaseSeconds } = session;
    const { kind: device, name: deviceName } = session.device;
    return handleCommand<Agent, AgentEvent>(this.store, {
      stream: agentStream(session),
      fold: agentFold,
      decide: afterOverdue((agent) => logIn({ sessionId, device, leaseSeconds }, agent)),
      actor: { kind: 'agent', id: agentId },
      within: async (sql, { events, now: at }) => {
        const ended = events.flatMap(({ type, data }) => (type === 'SessionEnded' ? [data.sessionId] : []));
        await endLeases(sql, { tenantId, sessionIds: ended, at });
        await revokeSessionTokens(sql, tenantId, ended);
        await openLease(sql, { tenantId, partition, sessionId, agentId, device, leaseSeconds, at });
        await openSessionTokens(sql, { tenantId, sessionId, agentId, deviceName });
      },
    });
  }
}

function wrongCredentials(): Problem {
  return new Problem('wrong-credentials', 'Tenant, e-mail address or password is not right.');
}

function hideStanding(error: unknown): never {
  const { name, code } = error as { name?: string; code?: string };
  if (name === 'Refusal' && code !== undefined && HIDDEN.has(code)) throw wrongCredentials();
  throw error;
}
