import { Body, Controller, Param, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { PoolClient } from 'pg';
import { type AgentView, agentView, type AssignGroupsBody, assignGroupsBody } from '#contract';
import { addMemberships, lockAgent, readGroupsOfAgent, removeMembershipsExcept } from '#directory';
import { assignGroups } from '#domain/agent-presence/index';
import { Allow, Answers, Caller, IdempotencyKey, type IdempotencyOf, notFound, type Principal } from '#http-kit';
import { agentAfter } from '../agent-after.js';
import { assertConfirmedByName } from '../confirmation.js';
import { lockGroupsOrRefuse } from '../existing-groups.js';
import { TenantCommands } from '../tenant-commands.js';
import { TenantScope } from '../tenant-scope.js';

/** Which groups an agent works for; it counts at once (behaviour D18). */
@ApiTags('admin: agents')
@Controller('admin/v1/tenants/:tenantId/agents/:agentId/groups')
export class AssignGroupsController {
  constructor(
    private readonly commands: TenantCommands,
    private readonly scope: TenantScope,
  ) {}

  @Put()
  @Allow('platform', 'owner', 'manager')
  @Answers({
    status: 200,
    does:
      'Puts an agent into exactly these groups; taking one out of the last group needs a confirmation (behaviour D18). ' +
      "A repeated command answers as the first time, but for the name: that is today's.",
    schema: agentView,
    refuses: { 404: ['not-found'], 409: ['confirmation-required'] },
    idempotent: true,
  })
  async assign(
    @Param('tenantId') tenantId: string,
    @Param('agentId') agentId: string,
    @Body({ schema: assignGroupsBody }) body: AssignGroupsBody,
    @Caller() caller: Principal,
    @IdempotencyKey() idempotency: IdempotencyOf | undefined,
  ): Promise<AgentView> {
    const tenant = await this.scope.present(tenantId);
    const handled = await this.commands.runOnAgent(tenant, {
      agentId,
      caller,
      idempotency,
      decide: (agent) => assignGroups({ groupIds: body.groupIds }, agent),
      within: (sql) => replaceMemberships(sql, tenantId, agentId, body),
    });
    return agentAfter(this.scope, tenantId, agentId, handled, {});
  }
}

/** Groups are locked before the agent, as everywhere (#directory), so that two commands never wait for each other. */
async function replaceMemberships(sql: PoolClient, tenantId: string, agentId: string, wish: AssignGroupsBody): Promise<void> {
  const { groupIds, confirm } = wish;
  await lockGroupsOrRefuse(sql, tenantId, groupIds);
  if (!(await lockAgent(sql, tenantId, agentId))) throw notFound();
  const leavesTheLast = groupIds.length === 0 && (await readGroupsOfAgent(sql, tenantId, agentId)).length > 0;
  await assertConfirmedByName(sql, tenantId, leavesTheLast ? [agentId] : [], confirm);
  await removeMembershipsExcept(sql, tenantId, agentId, groupIds);
  await addMemberships(sql, tenantId, agentId, groupIds);
}
