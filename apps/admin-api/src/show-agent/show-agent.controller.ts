import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type AgentWithPresence, agentWithPresence, agentStateOf } from '#contract';
import { findAgent, readDeviceNames } from '#directory';
import { statusView } from '#domain/agent-presence/index';
import { EVENT_STORE, type EventStore } from '#event-store';
import { Allow, Answers, notFound, withEtag } from '#http-kit';
import { readOpenLeases } from '#leases';
import { loadAgent } from '../agent-stream.js';
import { agentView } from '../agent-view.js';
import { sessionView } from '../session-view.js';
import { TenantScope } from '../tenant-scope.js';

/** An agent with intent, presence and open sessions: from the stream's head, so it is never behind a command. */
@ApiTags('admin: agents')
@Controller('admin/v1/tenants/:tenantId/agents/:agentId')
export class ShowAgentController {
  constructor(
    private readonly scope: TenantScope,
    @Inject(EVENT_STORE) private readonly store: EventStore,
  ) {}

  @Get()
  @Allow('platform', 'owner', 'manager', 'auditor', 'self')
  @Answers({
    status: 200,
    does: 'Shows an agent with status and open sessions (last seen at most 1 s ago).',
    schema: agentWithPresence,
    refuses: { 404: ['not-found'] },
  })
  async show(
    @Param('tenantId') tenantId: string,
    @Param('agentId') agentId: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AgentWithPresence | undefined> {
    const view = await this.scope.read(tenantId, async (sql, tenant) => {
      const row = await findAgent(sql, tenantId, agentId);
      if (!row || row.removed) throw notFound();
      const agent = await loadAgent(this.store, tenant, agentId);
      const leases = await readOpenLeases(sql, { tenantId, agentIds: [agentId] });
      const names = await readDeviceNames(sql, tenantId, agent.sessions.map((session) => session.sessionId));
      const leaseOf = new Map(leases.map((lease) => [lease.sessionId, lease]));
      const sessions = agent.sessions.map((session) => sessionView(session, leaseOf.get(session.sessionId), names.get(session.sessionId)));
      return { ...agentView(row), ...agentStateOf(statusView(agent)), sessions };
    });
    return withEtag(request, reply, view);
  }
}
