import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { PoolClient } from 'pg';
import { CLOCK, type Clock } from '#clock';
import { type HistoryPage, historyPage, type HistoryQuery, historyQuery, rfc3339 } from '#contract';
import { findAgent, findGroup, findSite, listSites } from '#directory';
import type { AgentSubject, BoxSubject, PastInterval } from '#domain/past/index';
import { entitlementsOf } from '#domain/tenant-settings/index';
import { Allow, Answers, type CursorValue, decodeCursor, encodeCursor, notFound } from '#http-kit';
import { readShownHistory, type StatusInterval } from '#read-model';
import { TenantsPast } from '../tenants-past.js';

/** The last instant that a Date can hold, ms. */
const LAST_INSTANT = 8_640_000_000_000_000;
const DAY_MS = 86_400_000;

/** Where a page ended: at the beginning of its last interval; `seq` is of the record of what was shown. */
interface Place extends CursorValue {
  readonly of: 'history';
  readonly as: 'actual' | 'shown';
  readonly at: number;
  readonly seq: number;
}

interface Page {
  readonly intervals: readonly (PastInterval | StatusInterval)[];
  readonly last: Pick<Place, 'at' | 'seq'> | null;
}

/** What was so, or was shown, and because of what: of sites, groups and agents (behaviour D25). */
@ApiTags('admin: status')
@Controller('admin/v1/tenants/:tenantId/history')
export class ReadHistoryController {
  constructor(
    private readonly past: TenantsPast,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get()
  @Allow('platform', 'owner', 'manager', 'auditor', 'self')
  @Answers({
    status: 200,
    does:
      'Intervals of a site, of a group (on a site, else on the oldest one) or of an agent, oldest first; so far back as the plan includes ' +
      '(`historyDays`): what is older is kept, and shown again after an upgrade. `as=actual` goes by when facts became true, `as=shown` by what ' +
      'visitors saw, of an agent by when it became known.',
    schema: historyPage,
    refuses: { 404: ['not-found'] },
  })
  async read(@Param('tenantId') tenantId: string, @Query({ schema: historyQuery }) query: HistoryQuery): Promise<HistoryPage> {
    const { as = 'actual', to = LAST_INSTANT, limit } = query;
    const after = query.cursor === undefined ? null : decodeCursor(query.cursor, isPlaceAs(as));
    const page = await this.past.read(tenantId, async (sql, tenant): Promise<Page> => {
      const of = await scopeOf(sql, tenantId, query);
      if (!of) return { intervals: [], last: null };
      const { historyDays } = entitlementsOf(tenant);
      const shownFrom = historyDays === null ? 0 : this.clock.now() - historyDays * DAY_MS;
      const range = { from: Math.max(query.from ?? 0, shownFrom), to, limit };
      if (as === 'shown' && 'siteId' in of) return readShownHistory(sql, { tenantId, of, ...range, after });
      const { intervals, more } = await this.past.memory.history(this.past.logOf(tenant, sql), { of, ...range, after: after?.at ?? null }, as);
      const end = intervals.at(-1);
      return { intervals, last: more && end ? { at: end.from, seq: 0 } : null };
    });
    const nextCursor = page.last === null ? null : encodeCursor({ of: 'history', as, ...page.last } satisfies Place);
    return { intervals: page.intervals.map(view), nextCursor };
  }
}

/** A cursor goes on in the reading that it is of. */
function isPlaceAs(as: Place['as']) {
  const isWhole = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;
  return (value: CursorValue): value is Place => value['of'] === 'history' && value['as'] === as && isWhole(value['at']) && isWhole(value['seq']);
}

/** What the history is of; the removed keep theirs. Null: a group of a tenant without a site was never shown. Refuses: `not-found`. */
async function scopeOf(sql: PoolClient, tenantId: string, { siteId, groupId, agentId }: HistoryQuery): Promise<BoxSubject | AgentSubject | null> {
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

function view({ status, from, to, cause }: Page['intervals'][number]): HistoryPage['intervals'][number] {
  return { status, from: rfc3339(from), to: to === null ? null : rfc3339(to), cause };
}
