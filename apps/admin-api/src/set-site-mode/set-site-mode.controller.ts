import { Body, Controller, Param, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type SetSiteModeBody, setSiteModeBody, type SiteView, siteView } from '#contract';
import { findSite } from '#directory';
import { changeSiteMode, MODE_TIMER, type Site, type SiteEvent, siteFold } from '#domain/tenant-settings/index';
import { Allow, Answers, Caller, IdempotencyKey, type IdempotencyOf, notFound, type Principal, Problem } from '#http-kit';
import { setAlarm } from '#leases';
import { siteViewOf } from '../site-view.js';
import { TenantCommands } from '../tenant-commands.js';
import { TenantScope } from '../tenant-scope.js';

/** What decides a site's boxes, also for a while ("closed until 14:00"; behaviour D7). */
@ApiTags('admin: sites')
@Controller('admin/v1/tenants/:tenantId/sites/:siteId/mode')
export class SetSiteModeController {
  constructor(
    private readonly commands: TenantCommands,
    private readonly scope: TenantScope,
  ) {}

  @Put()
  @Allow('platform', 'owner', 'manager')
  @Answers({
    status: 200,
    does: 'Sets what decides the boxes of a site. With `until` the earlier mode comes back by itself. Agents keep their status.',
    schema: siteView,
    refuses: { 404: ['not-found'], 422: ['until-out-of-range'] },
    idempotent: true,
  })
  async set(
    @Param('tenantId') tenantId: string,
    @Param('siteId') siteId: string,
    @Body({ schema: setSiteModeBody }) { mode, until: told, reason }: SetSiteModeBody,
    @Caller() caller: Principal,
    @IdempotencyKey() idempotency: IdempotencyOf | undefined,
  ): Promise<SiteView> {
    const tenant = await this.scope.present(tenantId);
    const until = told === undefined ? undefined : Date.parse(told);
    const { partition } = tenant;
    const { state } = await this.commands
      .run<Site, SiteEvent>(tenant, {
        streamId: `site-${siteId}`,
        fold: siteFold,
        caller,
        idempotency,
        decide: (site, now) => changeSiteMode({ mode, until, reason }, site, now),
        within: async (sql) => {
          if (until !== undefined) await setAlarm(sql, { tenantId, partition, kind: MODE_TIMER, subjectId: siteId, dueAt: until });
        },
      })
      .catch(withPointer);
    const row = await this.scope.read(tenantId, (sql) => findSite(sql, tenantId, siteId));
    if (!row) throw notFound();
    return siteViewOf(row, state);
  }
}

function withPointer(error: unknown): never {
  const { code, detail = '' } = error as { code?: string; detail?: string };
  if (code === 'until-out-of-range') throw new Problem(code, detail, { errors: [{ pointer: '/until', detail }] });
  throw error;
}
