import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { PoolClient } from 'pg';
import { CLOCK, type Clock } from '#clock';
import { type HistoryPage, historyPage, type HistoryQuery, historyQuery, rfc3339 } from '#contract';
import { findAgent, findGroup, findSite, listSites } from '#directory';
import { entitlementsOf } from '#domain/tenant-settings/index';
import { Allow, Answers, type CursorValue, decodeCursor, encodeCursor, notFound } from '#http-kit';
import { readHistory, type StatusInterval } from '#read-model';
import { TenantScope } from '../tenant-scope.js';

/** The last instant that a Date can hold, ms. */
const LAST_INSTANT = 8_640_000_000_000_000;
const DAY_MS = 86_400_000;

interface Place extends CursorValue {
  readonly of: 'history';
  readonly after: number;
}

/** What was so, and because of what: of a site and of a group what visitors were shown, of an agent the effective status. */
@ApiTags('admin: status')
@Controller('admin/v1/tenants/:tenantId/history')
export class ReadHistoryController {
  constructor(
    private readonly scope: TenantScope,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get()
  @Allow('platform', 'owner', 'manager', 'auditor', 'self')
  @Answers({
    status: 200,
    does:
      'Intervals of a site, of a group (on a site, else on the oldest one) or of an agent, oldest first; so far back as the plan includes ' +
      '(`historyDays`): what is older is kept, and shown again after an upgrade.',
    schema: historyPage,
    refuses: { 404: ['not-found'] },
  })
  async read(@Param('tenantId') tenantId: string, @Query({ schema: historyQuery }) query: HistoryQuery): Promise<HistoryPage> {
    const after = query.cursor === undefined ? undefined : decodeCursor(query.cursor, isPlace).after;
    const page = await this.scope.read(tenantId, async (sql, tenant) => {
      const of = await scopeOf(sql, tenantId, query);
      if (!of) return { intervals: [], last: null };
      const { historyDays } = entitlementsOf(tenant);
      const shownFrom = historyDays === null ? 0 : this.clock.now() - historyDays * DAY_MS;
      const { to = LAST_INSTANT, limit } = query;
      const from = Math.max(query.from ?? 0, shownFrom);
      return readHistory(sql, { tenantId, of, from, to, limit, ...(after === undefined ? {} : { after }) });
    });
    const nextCursor = page.last === null ? null : encodeCursor({ of: 'history', after: page.last } satisfies Place);
    return { intervals: page.intervals.map(view), nextCursor };
  }
}

function isPlace(value: CursorValue): value is Place {
  return value['of'] === 'history' && Number.isSafeInteger(value['after']) && Number(value['after']) >= 0;
}

/** What the history is of; the removed keep theirs. Null: a group of a tenant without a site was never shown. Refuses: `not-found`. */
async function scopeOf(sql: PoolClient, tenantId: string, { siteId, groupId, agentId }: HistoryQuery) {
  if (agentId !== undefined) {
    if (!(await findAgent(sql, tenantId, agentId))) throw notFound();
    return { agentId };
  }
  if (groupId !== undefined && !(await findGroup(sql, tenantId, groupId))) throw notFound();
  if (siteId !== undefined) {
    if (!(await findSite(sql, tenantId, siteId))) throw notFound();
    return { siteId, groupId: groupId ?? null };
  }
  const [oldest] = await listSites(sql, tenantId, { after: null, limit: 1 });
  return oldest && groupId !== undefined ? { siteId: oldest.id, groupId } : null;
}

function view({ status, from, to, cause }: StatusInterval): HistoryPage['intervals'][number] {
  return { status, from: rfc3339(from), to: to === null ? null : rfc3339(to), cause };
}
