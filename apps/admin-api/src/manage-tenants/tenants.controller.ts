import { Body, Controller, Delete, Get, Inject, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { SETTINGS, type Settings } from '#config';
import {
  addTenantBody,
  changeTenantBody,
  listQuery,
  type AddTenantBody,
  type ChangeTenantBody,
  type ListQuery,
  tenantPage,
  type TenantView,
  tenantView,
} from '#contract';
import { type Pools, POOLS } from '#database';
import { addTenant as addRow, changeTenant as changeRow, listTenants, type TenantRow } from '#directory';
import { addTenant, changeTenant, entitlementsOf, entitlementsOfPlan, type Tenant, tenantFold } from '#domain/tenant-settings/index';
import { Allow, Answers, Caller, IdempotencyKey, type IdempotencyOf, type Principal, Problem } from '#http-kit';
import { changePushLeases } from '#leases';
import { pageAnswer, pageAsked } from '../pages.js';
import { TenantCommands } from '../tenant-commands.js';
import { TenantScope } from '../tenant-scope.js';
import { RemoveTenant } from './remove-tenant.js';
import { partitionOf, tenantIdOf } from './tenant-id.js';

/** Tenants: added, listed and removed by the platform; seen and changed by their owners too. */
@ApiTags('admin: tenants')
@Controller('admin/v1/tenants')
export class TenantsController {
  constructor(
    private readonly commands: TenantCommands,
    private readonly scope: TenantScope,
    private readonly removal: RemoveTenant,
    @Inject(POOLS) private readonly pools: Pools,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  @Post()
  @Allow('platform')
  @Answers({ status: 201, does: 'Adds a tenant.', schema: tenantView, refuses: { 409: ['already-exists'] }, idempotent: true })
  async add(
    @Body({ schema: addTenantBody }) body: AddTenantBody,
    @Caller() caller: Principal,
    @IdempotencyKey() idempotency: IdempotencyOf | undefined,
  ): Promise<TenantView> {
    const tenantId = idempotency ? tenantIdOf(idempotency.commandId) : this.commands.newId();
    const partition = partitionOf(tenantId);
    const { leaseSeconds, plans } = this.settings;
    const entitlements = entitlementsOfPlan(body.plan, plans);
    const { state } = await this.commands.runOnAny(
      { id: tenantId, partition },
      {
        streamId: `tenant-${tenantId}`,
        fold: tenantFold,
        caller,
        idempotency,
        decide: (tenant) => addTenant({ tenantId, plan: body.plan, leaseSeconds, entitlements }, tenant),
        within: async (sql) => {
          if (await addRow(sql, { id: tenantId, partition, leaseSeconds, entitlements, ...body })) return;
          throw new Problem('already-exists', 'Another tenant has this slug: choose another one.', {
            errors: [{ pointer: '/slug', detail: 'is taken' }],
          });
        },
      },
    );
    return this.answer(tenantId, body, state);
  }

  @Get()
  @Allow('platform')
  @Answers({ status: 200, does: 'Lists the tenants.', schema: tenantPage })
  async list(@Query({ schema: listQuery }) query: ListQuery) {
    const rows = await listTenants(this.pools.engine, pageAsked('tenants', query));
    return pageAnswer('tenants', rows, query.limit, view);
  }

  @Get(':tenantId')
  @Allow('platform', 'owner', 'manager', 'auditor')
  @Answers({ status: 200, does: 'Shows a tenant.', schema: tenantView, refuses: { 404: ['not-found'] } })
  async show(@Param('tenantId') tenantId: string): Promise<TenantView> {
    return view(await this.scope.present(tenantId));
  }

  @Patch(':tenantId')
  @Allow('platform', 'owner')
  @Answers({
    status: 200,
    does:
      'Changes name, plan, lease, mobile hours, hold of conversations or retention of messages. Groups and hours that the new plan has not ' +
      'stay stored, inactive, and work again after an upgrade; boxes follow at once. The plan that it has already grants anew what the plan includes by now.',
    schema: tenantView,
    refuses: { 404: ['not-found'] },
    idempotent: true,
  })
  async change(
    @Param('tenantId') tenantId: string,
    @Body({ schema: changeTenantBody }) body: ChangeTenantBody,
    @Caller() caller: Principal,
    @IdempotencyKey() idempotency: IdempotencyOf | undefined,
  ): Promise<TenantView> {
    const row = await this.scope.present(tenantId);
    const granted = body.plan === undefined ? {} : { entitlements: entitlementsOfPlan(body.plan, this.settings.plans) };
    const { state } = await this.commands.run(row, {
      streamId: `tenant-${tenantId}`,
      fold: tenantFold,
      caller,
      idempotency,
      decide: (tenant) => changeTenant({ ...body, ...granted }, tenant),
      within: async (sql, { events }) => {
        await changeRow(sql, tenantId, { ...body, ...granted });
        const hours = events.find((event) => event.type === 'MobileHoursChanged')?.data.to;
        if (hours !== undefined) await changePushLeases(sql, { tenantId, pushSeconds: hours * 3_600 });
      },
    });
    return this.answer(tenantId, body, state);
  }

  @Delete(':tenantId')
  @Allow('platform')
  @Answers({
    status: 204,
    does: 'Removes a tenant with its sites and agents; its keys and sessions end.',
    refuses: { 404: ['not-found'] },
    idempotent: true,
  })
  async remove(
    @Param('tenantId') tenantId: string,
    @Caller() caller: Principal,
    @IdempotencyKey() idempotency: IdempotencyOf | undefined,
  ): Promise<void> {
    await this.removal.remove(tenantId, { caller, idempotency });
  }

  /** The tenant as the command left it: a repeated one gives its first answer, whatever happened since. */
  private async answer(tenantId: string, { name }: ChangeTenantBody, state: Tenant): Promise<TenantView> {
    const { plan, entitlements, leaseSeconds, mobileHours, conversationHoldMinutes, messageRetentionDays } = state;
    const row = await this.scope.readAlsoRemoved(tenantId, (_sql, tenant) => Promise.resolve(tenant));
    const settings = { leaseSeconds, mobileHours, conversationHoldMinutes, messageRetentionDays };
    return view({ ...row, name: name ?? row.name, plan, entitlements: entitlements ?? null, ...settings });
  }
}

function view(tenant: TenantRow): TenantView {
  const { id, slug, name, plan, leaseSeconds, mobileHours, conversationHoldMinutes, messageRetentionDays } = tenant;
  // In one order: Postgres sorts the keys of jsonb its own way, and a repeated command answers letter by letter as the first.
  const { agents, groups, hours, historyDays, support } = entitlementsOf(tenant);
  return {
    ...{ id, slug, name, plan, leaseSeconds, mobileHours, conversationHoldMinutes, messageRetentionDays },
    entitlements: { agents, groups, hours, historyDays, support },
  };
}
