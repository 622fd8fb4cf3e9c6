import { Controller, Get, Inject, Param, Query, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { PoolClient } from 'pg';
import { CLOCK, type Clock } from '#clock';
import {
  type SiteStatus,
  siteStatus,
  type SiteStatusQuery,
  siteStatusQuery,
  type TenantStatus,
  tenantStatus,
  type TenantStatusQuery,
  tenantStatusQuery,
} from '#contract';
import { readNames } from '#directory';
import { Allow, Answers, invalid, notFound, withEtag } from '#http-kit';
import { readBoxes, readTenantBoxes } from '#read-model';
import { TenantsPast } from '../tenants-past.js';
import { putIntoWords } from './put-into-words.js';
import { recallSite, recallWhole, type Recollection } from './recall-status.js';
import { assertForeseeable, simulateAll, simulateStatus, type Simulation } from './simulate-status.js';
import { type ExplainedStatus, siteStatusView } from './site-status-view.js';
import { tenantStatusView } from './tenant-status-view.js';

/** What the boxes show at present, showed or will show, and why (behaviour D25, case 57). */
@ApiTags('admin: status')
@Controller('admin/v1/tenants/:tenantId')
export class ShowStatusController {
  constructor(
    private readonly past: TenantsPast,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get('status')
  @Allow('platform', 'owner', 'manager', 'auditor')
  @Answers({
    status: 200,
    does: 'Shows the whole tenant: sites, groups, agents; at any time, with `at`.',
    schema: tenantStatus,
    refuses: { 403: ['plan-limit'], 404: ['not-found', 'not-yet'], 422: ['invalid-query'] },
  })
  async showTenant(
    @Param('tenantId') tenantId: string,
    @Query({ schema: tenantStatusQuery }) { at, as }: TenantStatusQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TenantStatus | undefined> {
    const knownAt = this.clock.now();
    const asked = pastOf(at, as, knownAt);
    const view = await this.past.read(tenantId, async (sql, tenant) => {
      if (asked) return recallWhole(sql, { past: this.past, tenant, knownAt, ...asked });
      const boxes = await readTenantBoxes(sql, tenantId);
      const ids = [...boxes.sites.keys(), ...boxes.groups.keys(), ...boxes.agents.keys()];
      const shown = at === undefined ? boxes : await simulateAll(sql, boxes, { tenantId, knownAt, at });
      return tenantStatusView(shown, await readNames(sql, tenantId, ids), knownAt);
    });
    return answer(request, reply, view);
  }

  @Get('sites/:siteId/status')
  @Allow('platform', 'owner', 'manager', 'auditor')
  @Answers({
    status: 200,
    does:
      'Shows what a site, or a group on it, shows, and the tree of reasons. With `at` in the past it answers from the history, with all that ' +
      'decided then. With `at` in the future it is a simulator: the schedule, timers and modes as they will be then, the agents as they are now.',
    schema: siteStatus,
    refuses: { 403: ['plan-limit'], 404: ['not-found', 'not-yet'], 422: ['invalid-query'] },
  })
  async showSite(
    @Param('tenantId') tenantId: string,
    @Param('siteId') siteId: string,
    @Query({ schema: siteStatusQuery }) { group: given, at, as }: SiteStatusQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SiteStatus | undefined> {
    const knownAt = this.clock.now();
    const group = given ?? null;
    const asked = pastOf(at, as, knownAt);
    const view = await this.past.read(tenantId, async (sql, tenant) => {
      const explained = asked
        ? await recallSite(sql, { past: this.past, tenant, knownAt, ...asked }, siteId, group)
        : await this.explain(sql, { tenantId, siteId, group, knownAt }, at);
      return explained && putIntoWords(sql, tenantId, explained, at ?? knownAt);
    });
    if (!view) throw notFound();
    return answer(request, reply, view);
  }

  /** The present, or with `at` what is to come. */
  private async explain(sql: PoolClient, asked: Omit<Simulation, 'at'>, at: number | undefined): Promise<ExplainedStatus | null> {
    const { tenantId, siteId, group, knownAt } = asked;
    const boxes = await readTenantBoxes(sql, tenantId);
    if (at !== undefined) return simulateStatus(sql, boxes, { ...asked, at });
    return siteStatusView(boxes, await readBoxes(sql, { tenantId, siteId }), siteId, group, knownAt);
  }
}

/** What is asked of the past; null: of the present or the future. Refuses `invalid-query` for what nobody can know. */
function pastOf(at: number | undefined, as: 'actual' | 'shown' = 'actual', now: number): Pick<Recollection, 'at' | 'as'> | null {
  if (at === undefined) return as === 'shown' ? { at: now, as } : null;
  if (at <= now) return { at, as };
  if (as === 'shown') throw invalid('invalid-query', [{ pointer: '?as', detail: 'must be `actual` for a time to come: nobody has seen it' }]);
  assertForeseeable(at, now);
  return null;
}

/** `knownAt` is another at every question, so the ETag does not count it. */
function answer<T extends { readonly knownAt: string }>(request: FastifyRequest, reply: FastifyReply, view: T): T | undefined {
  const { knownAt: _now, ...lasting } = view;
  return withEtag(request, reply, view, lasting);
}
