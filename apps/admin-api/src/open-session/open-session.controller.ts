import { Body, Controller, Inject, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { PoolClient } from 'pg';
import { type Settings, SETTINGS } from '#config';
import { agentStateOf, type OpenedSession, openedSession, type OpenSessionBody, openSessionBody } from '#contract';
import { openSessionTokens } from '#directory';
import { logIn, statusView } from '#domain/agent-presence/index';
import { ACCESS_TOKEN_SECONDS, AccessTokens, Allow, Answers, Caller, type Principal } from '#http-kit';
import { heartbeatInterval, openLease } from '#leases';
import { endSessions } from '../end-sessions.js';
import { assertNotAbove } from '../ranks.js';
import { TenantCommands } from '../tenant-commands.js';
import { TenantScope } from '../tenant-scope.js';

/**
 * For platforms whose agents sign in elsewhere: their server opens the session and hands the tokens to the page of the agent. From then
 * on it is a session like any other (behaviour D8, D12); the log says who opened it.
 */
@ApiTags('admin: agents')
@Controller('admin/v1/tenants/:tenantId/agents/:agentId/sessions')
export class OpenSessionController {
  constructor(
    private readonly commands: TenantCommands,
    private readonly scope: TenantScope,
    private readonly tokens: AccessTokens,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** Nobody speaks through a session for somebody of a role above the own one. */
  @Post()
  @Allow('platform', 'owner', 'manager')
  @Answers({
    status: 201,
    does: "Signs an agent in, as the agent's own sign-in does: for platforms whose agents sign in elsewhere.",
    schema: openedSession,
    refuses: { 403: ['forbidden'], 404: ['not-found'], 409: ['agent-inactive', 'conflict'], 422: ['invalid-body'] },
  })
  async open(
    @Param('tenantId') tenantId: string,
    @Param('agentId') agentId: string,
    @Body({ schema: openSessionBody }) { device }: OpenSessionBody,
    @Caller() caller: Principal,
  ): Promise<OpenedSession> {
    const tenant = await this.scope.present(tenantId);
    const { partition, leaseSeconds } = tenant;
    const sessionId = this.commands.newId();
    const session = { tenantId, partition, agentId, sessionId, leaseSeconds };
    const { state } = await this.commands.runOnAgent(tenant, {
      agentId,
      caller,
      idempotency: undefined,
      decide: (agent) => {
        const events = logIn({ sessionId, device: device.kind, leaseSeconds }, agent);
        assertNotAbove(caller, agent.role);
        return events;
      },
      within: async (sql, { events, now }) => {
        await endSessions(sql, tenantId, events, now);
        await openRows(sql, { ...session, device, at: now });
      },
    });
    return {
      sessionId,
      accessToken: this.tokens.issue({ kind: 'agent', ...session, role: state.role }),
      refreshToken: this.tokens.issueRefresh({ tenantId, sessionId, generation: 1 }),
      expiresIn: ACCESS_TOKEN_SECONDS,
      leaseSeconds,
      heartbeatSeconds: heartbeatInterval(this.settings, leaseSeconds),
      state: agentStateOf(statusView(state)),
    };
  }
}

interface NewSession {
  readonly tenantId: string;
  readonly partition: number;
  readonly agentId: string;
  readonly sessionId: string;
  readonly leaseSeconds: number;
  readonly device: OpenSessionBody['device'];
  readonly at: number;
}

async function openRows(sql: PoolClient, { device, ...session }: NewSession): Promise<void> {
  await openLease(sql, { ...session, device: device.kind });
  await openSessionTokens(sql, { ...session, deviceName: device.name });
}
