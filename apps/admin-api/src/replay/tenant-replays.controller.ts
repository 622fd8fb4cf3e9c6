import { Body, Controller, Get, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { PoolClient } from 'pg';
import { listQuery, type ListQuery, replayPage, type ReplayView, replayView, type TenantReplayBody, tenantReplayBody } from '#contract';
import { EVENT_STORE, type EventStore } from '#event-store';
import { Allow, Answers, Caller, IdempotencyKey, type IdempotencyOf, notFound, type Principal, Problem } from '#http-kit';
import { cancelRun, findRun, isUnderWay, listRuns, type ReplayMode, type ReplayRun, resumeRun } from '#replays';
import { audit, auditEntry } from '../audit-trail.js';
import { pageAnswer, pageAsked } from '../pages.js';
import { TenantScope } from '../tenant-scope.js';
import { askForRun } from './ask-for-run.js';
import { replayViewOf, summaryOf } from './replay-view.js';

/**
 * A tenant's own replays: the console has them verified and healed. One of a tenant at a time, so that nobody keeps the others waiting. Who
 * only looks may verify, which writes nothing.
 */
@ApiTags('admin: replays')
@Controller('admin/v1/tenants/:tenantId/replays')
export class TenantReplaysController {
  constructor(
    private readonly scope: TenantScope,
    @Inject(EVENT_STORE) private readonly store: EventStore,
  ) {}

  @Post()
  @Allow('platform', 'owner', 'manager', 'auditor')
  @Answers({
    status: 202,
    does:
      'Has what this tenant shows verified against its log, or rebuilt where it differs (not by auditors), while traffic goes on. ' +
      'One replay of a tenant at a time.',
    schema: replayView,
    refuses: { 404: ['not-found'], 409: ['replay-under-way'], 422: ['idempotency-key-reused'] },
    idempotent: true,
  })
  async request(
    @Param('tenantId') tenantId: string,
    @Body({ schema: tenantReplayBody }) { mode }: TenantReplayBody,
    @Caller() caller: Principal,
    @IdempotencyKey() idempotency: IdempotencyOf | undefined,
  ): Promise<ReplayView> {
    assertMay(caller, mode);
    return this.scope.read(tenantId, async (sql, tenant) => {
      const asked = await askForRun(sql, { id: this.store.newId(), mode, tenant, idempotency: idempotency ?? null, alone: true });
      if (!asked) throw underWay();
      if (asked.added) await this.note(sql, tenantId, caller, null, asked.run);
      return replayViewOf(sql, asked.run);
    });
  }

  @Get()
  @Allow('platform', 'owner', 'manager', 'auditor')
  @Answers({ status: 200, does: "Lists this tenant's replays, the newest first.", schema: replayPage, refuses: { 404: ['not-found'] } })
  async list(@Param('tenantId') tenantId: string, @Query({ schema: listQuery }) query: ListQuery) {
    const rows = await this.scope.read(tenantId, (sql) => listRuns(sql, pageAsked('replays', query), tenantId));
    return pageAnswer('replays', rows, query.limit, summaryOf);
  }

  @Get(':replayId')
  @Allow('platform', 'owner', 'manager', 'auditor')
  @Answers({ status: 200, does: 'Shows how far a replay of this tenant has come, and what it found.', schema: replayView, refuses: { 404: ['not-found'] } })
  async show(@Param('tenantId') tenantId: string, @Param('replayId') replayId: string): Promise<ReplayView> {
    return this.scope.read(tenantId, async (sql) => replayViewOf(sql, await ownRun(sql, tenantId, replayId)));
  }

  @Post(':replayId/cancel')
  @Allow('platform', 'owner', 'manager', 'auditor')
  @Answers({
    status: 200,
    does: 'Ends a replay of this tenant that is queued or under way; one that has ended stays as it is. What a rebuild has written stays: it is right.',
    schema: replayView,
    refuses: { 404: ['not-found'] },
    idempotent: true,
  })
  async cancel(
    @Param('tenantId') tenantId: string,
    @Param('replayId') replayId: string,
    @Caller() caller: Principal,
    @IdempotencyKey() _harmless: IdempotencyOf | undefined,
  ): Promise<ReplayView> {
    return this.change(tenantId, replayId, caller, cancelRun);
  }

  @Post(':replayId/resume')
  @Allow('platform', 'owner', 'manager', 'auditor')
  @Answers({
    status: 200,
    does: 'Has a replay of this tenant that was cancelled or failed go on; any other stays as it is.',
    schema: replayView,
    refuses: { 404: ['not-found'], 409: ['replay-under-way'] },
    idempotent: true,
  })
  async resume(
    @Param('tenantId') tenantId: string,
    @Param('replayId') replayId: string,
    @Caller() caller: Principal,
    @IdempotencyKey() _harmless: IdempotencyOf | undefined,
  ): Promise<ReplayView> {
    return this.change(tenantId, replayId, caller, async (sql, id) => {
      const { state } = await ownRun(sql, tenantId, id);
      if ((state === 'cancelled' || state === 'failed') && (await isUnderWay(sql, tenantId))) throw underWay();
      return resumeRun(sql, id);
    });
  }

  private change(
    tenantId: string,
    replayId: string,
    caller: Principal,
    act: (sql: PoolClient, id: string) => Promise<ReplayRun | null>,
  ): Promise<ReplayView> {
    return this.scope.read(tenantId, async (sql) => {
      const before = await ownRun(sql, tenantId, replayId);
      assertMay(caller, before.mode);
      const after = await act(sql, replayId);
      if (after) await this.note(sql, tenantId, caller, before, after);
      return replayViewOf(sql, after);
    });
  }

  /** Into the record of what admins do, in the same transaction. */
  private async note(sql: PoolClient, tenantId: string, caller: Principal, before: ReplayRun | null, { id, mode, state }: ReplayRun): Promise<void> {
    const was = before === null ? {} : { state: before.state };
    await audit(sql, tenantId, auditEntry(this.store.newId(), caller, { kind: 'replay', id }, was, before === null ? { mode, state } : { state }));
  }
}

/** A rebuild writes: it is not for those who only look. */
function assertMay(caller: Principal, mode: ReplayMode): void {
  if (mode === 'verify' || caller.kind === 'platform' || caller.role !== 'auditor') return;
  throw new Problem('forbidden', 'An auditor may have everything verified; a rebuild is for owners and managers.');
}

async function ownRun(sql: PoolClient, tenantId: string, replayId: string): Promise<ReplayRun> {
  const run = await findRun(sql, replayId);
  if (run?.tenantId !== tenantId) throw notFound();
  return run;
}

function underWay(): Problem {
  return new Problem('replay-under-way', 'A replay of this tenant is queued or under way: wait for its end, or cancel it.');
}
