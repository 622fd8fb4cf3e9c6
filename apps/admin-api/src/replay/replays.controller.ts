import { Body, Controller, Get, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { listQuery, type ListQuery, type ReplayBody, replayBody, replayPage, type ReplayView, replayView } from '#contract';
import { type Pools, POOLS } from '#database';
import { EVENT_STORE, type EventStore } from '#event-store';
import { Allow, Answers, IdempotencyKey, type IdempotencyOf } from '#http-kit';
import { cancelRun, findRun, listRuns, resumeRun } from '#replays';
import { pageAnswer, pageAsked } from '../pages.js';
import { TenantScope } from '../tenant-scope.js';
import { askForRun } from './ask-for-run.js';
import { replayViewOf, summaryOf } from './replay-view.js';

/**
 * Replays (architecture 8): the projector carries them out, here they are asked for and looked at. The platform's alone: what differs is told
 * row by row, of every tenant.
 */
@ApiTags('admin: replays')
@Controller('admin/v1/replays')
export class ReplaysController {
  constructor(
    private readonly scope: TenantScope,
    @Inject(POOLS) private readonly pools: Pools,
    @Inject(EVENT_STORE) private readonly store: EventStore,
  ) {}

  @Post()
  @Allow('platform')
  @Answers({
    status: 202,
    does: 'Has the read model verified against the log, or rebuilt where it differs, while traffic goes on. One replay is carried out at a time.',
    schema: replayView,
    refuses: { 404: ['not-found'], 422: ['idempotency-key-reused'] },
    idempotent: true,
  })
  async request(
    @Body({ schema: replayBody }) { mode, tenantId }: ReplayBody,
    @IdempotencyKey() idempotency: IdempotencyOf | undefined,
  ): Promise<ReplayView> {
    // A removed tenant has its log and its rows as well.
    const tenant = tenantId === undefined ? null : await this.scope.readAlsoRemoved(tenantId, (_sql, found) => Promise.resolve(found));
    const asked = await askForRun(this.pools.engine, { id: this.store.newId(), mode, tenant, idempotency: idempotency ?? null });
    if (!asked) throw new Error('the replay was not stored');
    return replayViewOf(this.pools.engine, asked.run);
  }

  @Get()
  @Allow('platform')
  @Answers({ status: 200, does: 'Lists replays, the newest first.', schema: replayPage })
  async list(@Query({ schema: listQuery }) query: ListQuery) {
    return pageAnswer('replays', await listRuns(this.pools.engine, pageAsked('replays', query)), query.limit, summaryOf);
  }

  @Get(':replayId')
  @Allow('platform')
  @Answers({ status: 200, does: 'Shows how far a replay has come, and what it found.', schema: replayView, refuses: { 404: ['not-found'] } })
  async show(@Param('replayId') replayId: string): Promise<ReplayView> {
    return replayViewOf(this.pools.engine, await findRun(this.pools.engine, replayId));
  }

  @Post(':replayId/cancel')
  @Allow('platform')
  @Answers({
    status: 200,
    does: 'Ends a replay that is queued or under way; one that has ended stays as it is. What a rebuild has written stays: it is right.',
    schema: replayView,
    refuses: { 404: ['not-found'] },
    idempotent: true,
  })
  async cancel(@Param('replayId') replayId: string, @IdempotencyKey() _harmless: IdempotencyOf | undefined): Promise<ReplayView> {
    return replayViewOf(this.pools.engine, await cancelRun(this.pools.engine, replayId));
  }

  @Post(':replayId/resume')
  @Allow('platform')
  @Answers({
    status: 200,
    does: 'Has a replay that was cancelled or failed go on, behind the last partition it had finished; any other stays as it is.',
    schema: replayView,
    refuses: { 404: ['not-found'] },
    idempotent: true,
  })
  async resume(@Param('replayId') replayId: string, @IdempotencyKey() _harmless: IdempotencyOf | undefined): Promise<ReplayView> {
    return replayViewOf(this.pools.engine, await resumeRun(this.pools.engine, replayId));
  }
}
