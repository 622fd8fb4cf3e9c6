import { Controller, Get, Headers, Inject, Param, Query, Res } from '@nestjs/common';
import { ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { PoolClient } from 'pg';
import { CLOCK, type Clock } from '#clock';
import { type Availability, availability, type AvailabilityQuery, availabilityQuery } from '#contract';
import { findAgent, findGroup, findSite, listSites, readNames, type TenantRow } from '#directory';
import { periodsOf } from '#domain/past/index';
import { entitlementsOf } from '#domain/tenant-settings/index';
import { Allow, Answers, invalid, notFound } from '#http-kit';
import { isSettled } from '#memory';
import { readSites } from '#read-model';
import { TenantsPast } from '../tenants-past.js';
import { reportAsCsv } from './report-as-csv.js';
import { reportView } from './report-view.js';

const DAY_MS = 86_400_000;

/** How long a site, its groups and the agents were available (behaviour D24). */
@ApiTags('admin: reports')
@Controller('admin/v1/tenants/:tenantId/reports/availability')
export class ReportAvailabilityController {
  constructor(
    private readonly past: TenantsPast,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get()
  @Allow('platform', 'owner', 'manager', 'auditor')
  @ApiProduces('application/json', 'text/csv')
  @Answers({
    status: 200,
    does:
      'How long a site was online, busy and offline, and why, by day in its zone; the same of its groups and of the agents as totals. ' +
      'By when things were true. `Accept: text/csv` or `format=csv` gives one row for each line.',
    schema: availability,
    refuses: { 404: ['not-found'], 422: ['invalid-query'] },
  })
  async report(
    @Param('tenantId') tenantId: string,
    @Query({ schema: availabilityQuery }) query: AvailabilityQuery,
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Availability | string> {
    const knownAt = this.clock.now();
    if (query.from >= knownAt) throw invalid('invalid-query', [{ pointer: '?from', detail: 'must lie in the past' }]);
    const report = await this.past.read(tenantId, (sql, tenant) => this.make(sql, tenant, query, knownAt));
    void reply.header('vary', 'Accept').header('cache-control', 'private, no-cache');
    if (query.format !== 'csv' && (query.format === 'json' || !/^text\/csv\b/i.test(accept ?? ''))) return report;
    void reply.type('text/csv; charset=utf-8; header=present').header('content-disposition', 'attachment; filename="availability.csv"');
    return reportAsCsv(report);
  }

  private async make(sql: PoolClient, tenant: TenantRow, query: AvailabilityQuery, knownAt: number): Promise<Availability> {
    const { id: tenantId, leaseSeconds } = tenant;
    const siteId = await siteOf(sql, tenantId, query);
    const timeZone = (await readSites(sql, tenantId, [siteId])).get(siteId)?.timeZone;
    if (timeZone === undefined) throw notFound(); // a moment old, and not in the read model yet
    const { historyDays } = entitlementsOf(tenant);
    const from = Math.max(query.from, historyDays === null ? 0 : knownAt - historyDays * DAY_MS);
    const to = Math.max(from, Math.min(query.to, knownAt));
    const periods = periodsOf(query.by === 'hour' ? 'hour' : 'day', timeZone, from, to);
    const counted = await this.past.memory.report(this.past.logOf(tenant, sql), siteId, periods, query);
    const names = await readNames(sql, tenantId, [...counted.groups.keys(), ...counted.agents.keys()]);
    const frame = { siteId, timeZone, from, to, knownAt, settled: isSettled(to, knownAt, leaseSeconds) };
    return reportView(counted, periods, query.by, frame, names);
  }
}

/** The site that is asked for, removed or not; else the oldest one. Refuses: `not-found`, also for a group or agent that is unknown. */
async function siteOf(sql: PoolClient, tenantId: string, { siteId, groupId, agentId }: AvailabilityQuery): Promise<string> {
  const site = siteId === undefined ? (await listSites(sql, tenantId, { after: null, limit: 1 }))[0] : await findSite(sql, tenantId, siteId);
  if (!site) throw notFound();
  if (groupId !== undefined && !(await findGroup(sql, tenantId, groupId))) throw notFound();
  if (agentId !== undefined && !(await findAgent(sql, tenantId, agentId))) throw notFound();
  return site.id;
}
