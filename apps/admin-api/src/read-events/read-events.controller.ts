import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type EventPage, eventPage, type EventsQuery, eventsQuery, rfc3339 } from '#contract';
import { findAgent } from '#directory';
import { EVENT_STORE, type EventStore, type StoredEvent } from '#event-store';
import { Allow, Answers, notFound } from '#http-kit';
import { TenantScope } from '../tenant-scope.js';

/**
 * The log in order, as stored. `nextCursor` is where the page ended, also on the last page, and null only for an empty one: whoever
 * follows it until it is null has read everything, and whoever keeps the last one and asks again later misses nothing, because
 * positions are dense and become visible in order (architecture 3).
 */
@ApiTags('admin: events')
@Controller('admin/v1/tenants/:tenantId/events')
export class ReadEventsController {
  constructor(
    private readonly scope: TenantScope,
    @Inject(EVENT_STORE) private readonly store: EventStore,
  ) {}

  @Get()
  @Allow('platform', 'owner', 'manager', 'auditor', 'self')
  @Answers({ status: 200, does: 'Reads the log in order, as stored.', schema: eventPage, refuses: { 404: ['not-found'] } })
  async read(@Param('tenantId') tenantId: string, @Query({ schema: eventsQuery }) query: EventsQuery): Promise<EventPage> {
    const { agentId, type, limit } = query;
    const tenant = await this.scope.read(tenantId, async (sql, row) => {
      if (agentId !== undefined && !(await findAgent(sql, tenantId, agentId))) throw notFound();
      return row;
    });
    const events = await this.store.readTenant(tenant.partition, tenantId, {
      after: Number(query.after ?? 0),
      limit,
      ...(type === undefined ? {} : { types: [type] }),
      ...(agentId === undefined ? {} : { streamId: `agent-${agentId}` }),
    });
    const last = events.at(-1);
    return { events: events.map(view), nextCursor: last ? String(last.position) : null };
  }
}

function view(event: StoredEvent): EventPage['events'][number] {
  const { eventId, type, position, streamId, version, actor, effectiveAt, recordedAt, data } = event;
  return {
    id: eventId,
    type,
    position,
    streamId,
    version,
    actor,
    effectiveAt: rfc3339(effectiveAt),
    recordedAt: rfc3339(recordedAt),
    data: data as Record<string, unknown>,
  };
}
