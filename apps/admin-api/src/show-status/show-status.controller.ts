import { Controller, Get, Inject, Param, Query, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CLOCK, type Clock } from '#clock';
import {
  type SiteStatus,
  siteStatus,
  type SiteStatusQuery,
  siteStatusQuery,
  type TenantStatus,
  tenantStatus,
  tenantStatusQuery,
} from '#contract';
import { readNames } from '#directory';
import { Allow, Answers, notFound, withEtag } from '#http-kit';
import { readBoxes, readTenantBoxes } from '#read-model';
import { TenantScope } from '../tenant-scope.js';
import { assertToCome, simulateStatus } from './simulate-status.js';
import { siteStatusView } from './site-status-view.js';
import { tenantStatusView } from './tenant-status-view.js';

/** What the boxes show at present, and why (case 57); what a site's will show, by what is known now. */
@ApiTags('admin: status')
@Controller('admin/v1/tenants/:tenantId')
export class ShowStatusController {
  constructor(
    private readonly scope: TenantScope,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get('status')
  @Allow('platform', 'owner', 'manager', 'auditor')
  @Answers({ status: 200, does: 'Shows the whole tenant: sites, groups, agents.', schema: tenantStatus, refuses: { 404: ['not-found'] } })
  async showTenant(
    @Param('tenantId') tenantId: string,
    @Query({ schema: tenantStatusQuery }) _query: object,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TenantStatus | undefined> {
    const knownAt = this.clock.now();
    const view = await this.scope.read(tenantId, async (sql) => {
      const boxes = await readTenantBoxes(sql, tenantId);
      const ids = [...boxes.sites.keys(), ...boxes.groups.keys(), ...boxes.agents.keys()];
      return tenantStatusView(boxes, await readNames(sql, tenantId, ids), knownAt);
    });
    return answer(request, reply, view);
  }

  @Get('sites/:siteId/status')
  @Allow('platform', 'owner', 'manager', 'auditor')
  @Answers({
    status: 200,
    does:
      'Shows what a site, or a group on it, shows, and the tree of reasons. With `at` in the future it is a simulator: the schedule, timers and ' +
      'modes as they will be then, the agents as they are now.',
    schema: siteStatus,
    refuses: { 404: ['not-found'], 422: ['invalid-query'] },
  })
  async showSite(
    @Param('tenantId') tenantId: string,
    @Param('siteId') siteId: string,
    @Query({ schema: siteStatusQuery }) { group: given, at }: SiteStatusQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SiteStatus | undefined> {
    const knownAt = this.clock.now();
    const group = given ?? null;
    if (at !== undefined) assertToCome(at, knownAt);
    const view = await this.scope.read(tenantId, async (sql) => {
      const boxes = await readTenantBoxes(sql, tenantId);
      if (at !== undefined) return simulateStatus(sql, boxes, { tenantId, siteId, group, knownAt, at });
      return siteStatusView(boxes, await readBoxes(sql, { tenantId, siteId }), siteId, group, knownAt);
    });
    if (!view) throw notFound();
    return answer(request, reply, view);
  }
}

/** `knownAt` is another at every question, so the ETag does not count it. */
function answer<T extends { readonly knownAt: string }>(request: FastifyRequest, reply: FastifyReply, view: T): T | undefined {
  const { knownAt: _now, ...lasting } = view;
  return withEtag(request, reply, view, lasting);
}
