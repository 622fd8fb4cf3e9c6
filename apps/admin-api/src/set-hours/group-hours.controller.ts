import { Body, Controller, Delete, Get, Param, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { hoursBody, type HoursOnTheWire, type HoursView, hoursView } from '#contract';
import { Allow, Answers, Caller, IdempotencyKey, type IdempotencyOf, type Principal } from '#http-kit';
import { HoursCommands } from '../hours-commands.js';
import { TenantScope } from '../tenant-scope.js';

/** Opening hours of a group (behaviour D6): for its boxes only. */
@ApiTags('admin: groups')
@Controller('admin/v1/tenants/:tenantId/groups/:groupId/hours')
export class GroupHoursController {
  constructor(
    private readonly hours: HoursCommands,
    private readonly scope: TenantScope,
  ) {}

  @Put()
  @Allow('platform', 'owner', 'manager')
  @Answers({
    status: 200,
    does: "Sets the opening hours of a group: they replace the sites' weekly hours for it, and only for it.",
    schema: hoursView,
    refuses: { 403: ['plan-limit'], 404: ['not-found'], 422: ['invalid-body'] },
    idempotent: true,
  })
  async set(
    @Param('tenantId') tenantId: string,
    @Param('groupId') groupId: string,
    @Body({ schema: hoursBody }) body: HoursOnTheWire,
    @Caller() caller: Principal,
    @IdempotencyKey() idempotency: IdempotencyOf | undefined,
  ): Promise<HoursView> {
    const tenant = await this.scope.present(tenantId);
    await this.hours.ofGroup(tenant, groupId, body, { caller, idempotency });
    return this.hours.show(tenantId, { kind: 'group', id: groupId });
  }

  @Get()
  @Allow('platform', 'owner', 'manager', 'auditor')
  @Answers({ status: 200, does: 'Shows the opening hours, with the holidays written out.', schema: hoursView, refuses: { 404: ['not-found'] } })
  async show(@Param('tenantId') tenantId: string, @Param('groupId') groupId: string): Promise<HoursView> {
    await this.scope.present(tenantId);
    return this.hours.show(tenantId, { kind: 'group', id: groupId });
  }

  @Delete()
  @Allow('platform', 'owner', 'manager')
  @Answers({
    status: 204,
    does: 'Removes the opening hours of a group: it follows its sites.',
    refuses: { 404: ['not-found'] },
    idempotent: true,
  })
  async remove(
    @Param('tenantId') tenantId: string,
    @Param('groupId') groupId: string,
    @Caller() caller: Principal,
    @IdempotencyKey() idempotency: IdempotencyOf | undefined,
  ): Promise<void> {
    const tenant = await this.scope.present(tenantId);
    await this.hours.ofGroup(tenant, groupId, null, { caller, idempotency });
  }
}
