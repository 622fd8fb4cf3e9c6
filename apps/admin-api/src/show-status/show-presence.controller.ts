import { Controller, Get, Inject, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CLOCK, type Clock } from '#clock';
import { rfc3339, type TenantPresence, tenantPresence } from '#contract';
import { readDeviceNames } from '#directory';
import { statusView } from '#domain/agent-presence/index';
import { Allow, Answers } from '#http-kit';
import { readOpenLeases } from '#leases';
import { readEffectiveSince, readTenantBoxes } from '#read-model';
import { sessionView } from '../session-view.js';
import { TenantScope } from '../tenant-scope.js';

/** Who is there: everybody at once, for a page that shows a whole team and asks every few seconds. */
@ApiTags('admin: agents')
@Controller('admin/v1/tenants/:tenantId/presence')
export class ShowPresenceController {
  constructor(
    private readonly scope: TenantScope,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get()
  @Allow('platform', 'owner', 'manager', 'auditor')
  @Answers({
    status: 200,
    does: 'Shows who is there: all agents with status and open sessions (last seen at most 1 s ago). Their names are in the list of agents.',
    schema: tenantPresence,
    refuses: { 404: ['not-found'] },
  })
  async show(@Param('tenantId') tenantId: string): Promise<TenantPresence> {
    const knownAt = rfc3339(this.clock.now());
    return this.scope.read(tenantId, async (sql) => {
      const agents = [...(await readTenantBoxes(sql, tenantId)).agents.values()];
      const present = agents.filter(({ sessions }) => sessions.length > 0);
      const sessionIds = present.flatMap(({ sessions }) => sessions.map(({ sessionId }) => sessionId));
      const leases = await readOpenLeases(sql, { tenantId, agentIds: present.map(({ agentId }) => agentId) });
      const leaseOf = new Map(leases.map((lease) => [lease.sessionId, lease]));
      const names = await readDeviceNames(sql, tenantId, sessionIds);
      const sinceOf = await readEffectiveSince(sql, tenantId, agents.map(({ agentId }) => agentId));
      return {
        agents: agents.map((agent) => {
          const { status, effectiveStatus, since, until } = statusView(agent);
          return {
            ...{ id: agent.agentId, status, effectiveStatus, effectiveSince: rfc3339(sinceOf.get(agent.agentId) ?? since) },
            ...(until === undefined ? {} : { until: rfc3339(until) }),
            sessions: agent.sessions.map((one) => sessionView(one, leaseOf.get(one.sessionId), names.get(one.sessionId))),
          };
        }),
        knownAt,
      };
    });
  }
}
