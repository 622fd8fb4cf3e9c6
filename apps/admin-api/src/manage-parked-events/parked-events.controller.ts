import { Controller, Delete, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { PoolClient } from 'pg';
import { parkedEventPage, type ParkedEventsQuery, parkedEventsQuery, type ParkedEventView, parkedEventView, rfc3339 } from '#contract';
import { tellOfParkedEvent, type Tenant, type TenantEvent, tenantFold } from '#domain/tenant-settings/index';
import { discardParked, findParked, listParked, type ParkedEvent, retryParked } from '#event-consumers';
import { Allow, Answers, Caller, IdempotencyKey, type IdempotencyOf, notFound, type Principal } from '#http-kit';
import { pageAnswer, pageAsked } from '../pages.js';
import { TenantCommands } from '../tenant-commands.js';
import { TenantScope } from '../tenant-scope.js';

/** Events that a consumer could not handle, with the reason; they wait for a person and stop no other. */
@ApiTags('admin: parked events')
@Controller('admin/v1/tenants/:tenantId/parked-events')
export class ParkedEventsController {
  constructor(
    private readonly commands: TenantCommands,
    private readonly scope: TenantScope,
  ) {}

  @Get()
  @Allow('platform', 'owner', 'manager', 'auditor')
  @Answers({ status: 200, does: 'Lists parked events.', schema: parkedEventPage, refuses: { 404: ['not-found'] } })
  async list(@Param('tenantId') tenantId: string, @Query({ schema: parkedEventsQuery }) query: ParkedEventsQuery) {
    const page = { ...pageAsked('parkedEvents', query), state: query.state };
    const rows = await this.scope.read(tenantId, (sql) => listParked(sql, tenantId, page));
    return pageAnswer('parkedEvents', rows, query.limit, view);
  }

  @Get(':parkedId')
  @Allow('platform', 'owner', 'manager', 'auditor')
  @Answers({ status: 200, does: 'Shows a parked event, also one that was handled in the end.', schema: parkedEventView, refuses: { 404: ['not-found'] } })
  async show(@Param('tenantId') tenantId: string, @Param('parkedId') parkedId: string): Promise<ParkedEventView> {
    return view(await this.scope.read(tenantId, (sql) => present(sql, tenantId, parkedId)));
  }

  @Post(':parkedId/retry')
  @Allow('platform', 'owner', 'manager')
  @Answers({
    status: 202,
    does: 'Has a parked event handled once more: then it is `handled`, or `parked` again.',
    schema: parkedEventView,
    refuses: { 404: ['not-found'] },
    idempotent: true,
  })
  async retry(
    @Param('tenantId') tenantId: string,
    @Param('parkedId') parkedId: string,
    @Caller() caller: Principal,
    @IdempotencyKey() idempotency: IdempotencyOf | undefined,
  ): Promise<ParkedEventView> {
    await this.act('ParkedEventRetried', retryParked, tenantId, parkedId, caller, idempotency);
    return view(await this.scope.read(tenantId, (sql) => present(sql, tenantId, parkedId)));
  }

  @Delete(':parkedId')
  @Allow('platform', 'owner', 'manager')
  @Answers({ status: 204, does: 'Gives a parked event up.', refuses: { 404: ['not-found'] }, idempotent: true })
  async discard(
    @Param('tenantId') tenantId: string,
    @Param('parkedId') parkedId: string,
    @Caller() caller: Principal,
    @IdempotencyKey() idempotency: IdempotencyOf | undefined,
  ): Promise<void> {
    await this.act('ParkedEventDiscarded', discardParked, tenantId, parkedId, caller, idempotency);
  }

  /** What is being retried, or was handled, stays as it is: there is nothing more to do about it. */
  private async act(
    type: 'ParkedEventRetried' | 'ParkedEventDiscarded',
    change: (sql: PoolClient, tenantId: string, id: string) => Promise<boolean>,
    tenantId: string,
    parkedId: string,
    caller: Principal,
    idempotency: IdempotencyOf | undefined,
  ): Promise<void> {
    const tenant = await this.scope.present(tenantId);
    const parked = await this.scope.read(tenantId, (sql) => findParked(sql, tenantId, parkedId));
    await this.commands.run<Tenant, TenantEvent>(tenant, {
      streamId: `tenant-${tenantId}`,
      fold: tenantFold,
      caller,
      idempotency,
      target: { kind: 'parked-event', id: parkedId },
      decide: (state) => {
        if (parked === null) throw notFound(); // here, so that a repeated command that discarded it is answered before
        return parked.state === 'parked' ? tellOfParkedEvent(type, parked, state) : [];
      },
      within: async (sql, { events }) => {
        if (events.length > 0 && !(await change(sql, tenantId, parkedId))) throw notFound();
      },
    });
  }
}

async function present(sql: PoolClient, tenantId: string, parkedId: string): Promise<ParkedEvent> {
  const parked = await findParked(sql, tenantId, parkedId);
  if (!parked) throw notFound();
  return parked;
}

function view({ id, consumer, eventId, type, state, reason, deliveries, parkedAt }: ParkedEvent): ParkedEventView {
  return { id, consumer, eventId, eventType: type, state, reason, deliveries, parkedAt: rfc3339(parkedAt) };
}
