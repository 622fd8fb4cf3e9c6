import { Body, Controller, Headers, HttpCode, Inject, Param, Post, Query, Res } from '@nestjs/common';
import { ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { PoolClient } from 'pg';
import { CLOCK, type Clock } from '#clock';
import { type WhatIfAnswer, whatIfAnswer, type WhatIfBody, whatIfBody, type WhatIfQuery, whatIfQuery } from '#contract';
import type { TenantRow } from '#directory';
import { periodsOf, WhatIf } from '#domain/past/index';
import { entitlementsOf } from '#domain/tenant-settings/index';
import { Allow, Answers, invalid, notFound } from '#http-kit';
import { isSettled, MOST_COMPARED, SLICE, TooLong } from '#memory';
import { readSites } from '#read-model';
import { TenantsPast } from '../tenants-past.js';
import { comparisonAsCsv } from './comparison-as-csv.js';
import { comparisonView } from './comparison-view.js';
import { assertKnown, inactiveOf, readAsked, suppositionOf, type WhatIfAsked } from './suppose.js';

const DAY_MS = 86_400_000;
/** More than anybody looks at; what lies behind them is counted all the same. */
const MAX_INTERVALS = 5_000;

/** What a box would have shown with other hours or groups (behaviour 4). It reads, and stores nothing. */
@ApiTags('admin: reports')
@Controller('admin/v1/tenants/:tenantId/what-if')
export class WhatIfController {
  constructor(
    private readonly past: TenantsPast,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Post()
  @HttpCode(200)
  @Allow('platform', 'owner', 'manager', 'auditor')
  @ApiProduces('application/json', 'text/csv')
  @Answers({
    status: 200,
    does:
      'The history of a box beside the same history with other opening hours, mode or groups, by when things were true: how long each was online, ' +
      'busy and offline, and every interval in which they differ. People are taken to have done what they did. Nothing is stored. ' +
      '`Accept: text/csv` or `format=csv` gives one row for each period. ' +
      'A range of any length is answered in slices: ask with `slice`, and again from `next` until it is null.',
    schema: whatIfAnswer,
    refuses: { 404: ['not-found'] },
  })
  async ask(
    @Param('tenantId') tenantId: string,
    @Query({ schema: whatIfQuery }) { format }: WhatIfQuery,
    @Body({ schema: whatIfBody }) body: WhatIfBody,
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<WhatIfAnswer | string> {
    const knownAt = this.clock.now();
    if (body.from >= knownAt) throw invalid('invalid-body', [{ pointer: '/from', detail: 'must lie in the past' }]);
    const asked = await readAsked(body);
    const answer = await this.past.read(tenantId, (sql, tenant) => this.compare(sql, tenant, asked, knownAt));
    void reply.header('vary', 'Accept').header('cache-control', 'private, no-cache');
    if (format !== 'csv' && (format === 'json' || !/^text\/csv\b/i.test(accept ?? ''))) return answer;
    void reply.type('text/csv; charset=utf-8; header=present').header('content-disposition', 'attachment; filename="what-if.csv"');
    return comparisonAsCsv(answer);
  }

  private async compare(sql: PoolClient, tenant: TenantRow, asked: WhatIfAsked, knownAt: number): Promise<WhatIfAnswer> {
    const { id: tenantId, leaseSeconds } = tenant;
    const { siteId, groupId = null, by, slice } = asked.body;
    await assertKnown(sql, tenantId, asked.body);
    const timeZone = (await readSites(sql, tenantId, [siteId])).get(siteId)?.timeZone;
    if (timeZone === undefined) throw notFound(); // a moment old, and not in the read model yet
    const plan = entitlementsOf(tenant);
    const from = Math.max(asked.body.from, plan.historyDays === null ? 0 : knownAt - plan.historyDays * DAY_MS);
    const to = Math.max(from, Math.min(asked.body.to, knownAt));
    const periods = periodsOf(by, timeZone, from, to);
    const supposition = await suppositionOf(sql, tenantId, asked, timeZone, from);
    const of = { siteId, groupId };
    const ask = () => this.past.memory.whatIf(this.past.logOf(tenant, sql), of, supposition, periods, MAX_INTERVALS, slice ? SLICE : Infinity);
    const { comparison, until } = periods.length === 0 ? { comparison: new WhatIf(of, {}, []).end(to), until: to } : await ask().catch(refuseTooLong);
    const [reached, next] = until < to ? [until, until] : [to, null];
    const frame = { siteId, groupId, timeZone, from, to: reached, next, knownAt, settled: isSettled(reached, knownAt, leaseSeconds) };
    return { ...comparisonView(comparison, periods, by, frame), inactive: inactiveOf(asked.body, plan) };
  }
}

function refuseTooLong(error: unknown): never {
  if (!(error instanceof TooLong)) throw error;
  const detail = `lies too far back: more than ${MOST_COMPARED} events happened in this range, ask for a shorter one, or in slices ("slice": true)`;
  throw invalid('invalid-body', [{ pointer: '/from', detail }]);
}
