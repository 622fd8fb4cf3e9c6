import { Body, Controller, Param, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type AgentState, agentState, agentStateOf, type ForceOfflineBody, forceOfflineBody } from '#contract';
import { forceOffline, statusView } from '#domain/agent-presence/index';
import { Allow, Answers, Caller, IdempotencyKey, type IdempotencyOf, type Principal } from '#http-kit';
import { TenantCommands } from '../tenant-commands.js';
import { TenantScope } from '../tenant-scope.js';

/** Case 19: an agent is stuck online, and an admin ends it. */
@ApiTags('admin: agents')
@Controller('admin/v1/tenants/:tenantId/agents/:agentId/status')
export class ForceOfflineController {
  constructor(
    private readonly commands: TenantCommands,
    private readonly scope: TenantScope,
  ) {}

  @Put()
  @Allow('platform', 'owner', 'manager')
  @Answers({
    status: 200,
    does: "Forces an agent offline at once; the reason stands in the history, and the agent's devices are told.",
    schema: agentState,
    refuses: { 404: ['not-found'] },
    idempotent: true,
  })
  async force(
    @Param('tenantId') tenantId: string,
    @Param('agentId') agentId: string,
    @Body({ schema: forceOfflineBody }) body: ForceOfflineBody,
    @Caller() caller: Principal,
    @IdempotencyKey() idempotency: IdempotencyOf | undefined,
  ): Promise<AgentState> {
    const tenant = await this.scope.present(tenantId);
    const { state } = await this.commands.runOnAgent(tenant, {
      agentId,
      caller,
      idempotency,
      decide: (agent) => forceOffline({ reason: body.reason }, agent),
      noted: { reason: body.reason },
    });
    return agentStateOf(statusView(state));
  }
}
