import { Body, Controller, Delete, Get, Param, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { hoursBody, type HoursOnTheWire, type HoursView, hoursView } from '#contract';
import { Allow, Answers, Caller, IdempotencyKey, type IdempotencyOf, type Principal } from '#http-kit';
import { HoursCommands } from '../hours-commands.js';
import { TenantScope } from '../tenant-scope.js';

/** Opening hours of a site (behaviour rule 3, D4-D6). */
@ApiTags('admin: sites')
@Controller('admin/v1/tenants/:tenantId/sites/:siteId/hours')
export class SiteHoursController {
  constructor(
    private readonly hours: HoursCommands,
    private readonly scope: TenantScope,
  ) {}

  @Put()
  @Allow('platform', 'owner', 'manager')
  @Answers({
    status: 200,
    does: 'Sets the opening hours of a site. Boxes follow at once; agents keep their status.',
    schema: hoursView,
    refuses: { 403: ['plan-limit'], 404: ['not-found'], 422: ['invalid-body'] },
    idempotent: true,
  })
  async set(
    @Param('tenantId') tenantId: string,
    @Param('siteId') siteId: string,
    @Body({ schema: hoursBody }) body: HoursOnTheWire,
    @Caller() caller: Principal,
    @IdempotencyKey() idempotency: IdempotencyOf | undefined,
  ): Promise<HoursView> {
    const tenant = await this.scope.present(tenantId);
    await this.hours.ofSite(tenant, siteId, body, { caller, idempotency });
    return this.hours.show(tenantId, { kind: 'site', id: siteId });
  }

  @Get()
  @Allow('platform', 'owner', 'manager', 'auditor')
  @Answers({ status: 200, does: 'Shows the opening hours, with the holidays written out.', schema: hoursView, refuses: { 404: ['not-found'] } })
  async show(@Param('tenantId') tenantId: string, @Param('siteId') siteId: string): Promise<HoursView> {
    await this.scope.present(tenantId);
    return this.hours.show(tenantId, { kind: 'site', id: siteId });
  }

  @Delete()
  @Allow('platform', 'owner', 'manager')
  @Answers({
    status: 204,
    does: 'Removes the opening hours of a site: it is open around the clock.',
    refuses: { 404: ['not-found'] },
    idempotent: true,
  })
  async remove(
    @Param('tenantId') tenantId: string,
    @Param('siteId') siteId: string,
    @Caller() caller: Principal,
    @IdempotencyKey() idempotency: IdempotencyOf | undefined,
  ): Promise<void> {
    const tenant = await this.scope.present(tenantId);
    await this.hours.ofSite(tenant, siteId, null, { caller, idempotency });
  }
}
