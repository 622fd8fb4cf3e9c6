import { Controller, Delete, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { endSession } from '#domain/agent-presence/index';
import { Allow, Answers, Caller, IdempotencyKey, type IdempotencyOf, type Principal } from '#http-kit';
import { endSessions } from '../end-sessions.js';
import { TenantCommands } from '../tenant-commands.js';
import { TenantScope } from '../tenant-scope.js';

/** A lost phone, a forgotten browser: an admin ends one session of an agent at once. */
@ApiTags('admin: agents')
@Controller('admin/v1/tenants/:tenantId/agents/:agentId/sessions')
export class EndSessionController {
  constructor(
    private readonly commands: TenantCommands,
    private readonly scope: TenantScope,
  ) {}

  @Delete(':sessionId')
  @Allow('platform', 'owner', 'manager')
  @Answers({
    status: 204,
    does: 'Ends a session at once: it is present no more, and all its calls answer 410.',
    refuses: { 404: ['not-found'] },
    idempotent: true,
  })
  async end(
    @Param('tenantId') tenantId: string,
    @Param('agentId') agentId: string,
    @Param('sessionId') sessionId: string,
    @Caller() caller: Principal,
    @IdempotencyKey() idempotency: IdempotencyOf | undefined,
  ): Promise<void> {
    const tenant = await this.scope.present(tenantId);
    await this.commands.runOnAgent(tenant, {
      agentId,
      caller,
      idempotency,
      decide: (agent) => endSession({ sessionId }, agent),
      within: (sql, { events, now }) => endSessions(sql, tenantId, events, now),
    });
  }
}
