import { Body, Controller, Inject, Post } from '@nestjs/common';
import { previewStatus, recount } from '#domain/box-status/index';
import { type PreviewStatusBody, previewStatusBody, type StatusPreview, statusPreview } from '#contract';
import { POOLS, type Pools, withTenant } from '#database';
import { readNames } from '#directory';
import { EVENT_STORE, type EventStore } from '#event-store';
import { type AgentPrincipal, Allow, Answers, SessionOf } from '#http-kit';
import { readTenantBoxes } from '#read-model';
import { loadOwnAgent, NO_SESSION } from '../agent-stream.js';

@Controller('agent/v1/status/preview')
export class PreviewStatusController {
  constructor(
    @Inject(POOLS) private readonly pools: Pools,
    @Inject(EVENT_STORE) private readonly store: EventStore,
  ) {}

  /** "You are the last one in DE": said before the click (behaviour 4). */
  @Post()
  @Allow('session')
  @Answers({
    status: 200,
    does: 'Says which boxes a change of the own status would change. Changes nothing.',
    schema: statusPreview,
    refuses: { ...NO_SESSION, 422: ['invalid-body'] },
  })
  async preview(
    @Body({ schema: previewStatusBody }) body: PreviewStatusBody,
    @SessionOf() session: AgentPrincipal,
  ): Promise<StatusPreview> {
    const { state } = await loadOwnAgent(this.store, session);
    return withTenant(this.pools, session.tenantId, async (sql) => {
      const boxes = await readTenantBoxes(sql, session.tenantId);
      // The own last click may be on its way to the rows still; its agent has seen the answer already.
      boxes.agents.set(session.agentId, state);
      recount(boxes);
      const changes = previewStatus(boxes, session.agentId, body.status);
      const names = await readNames(sql, session.tenantId, changes.map(({ id }) => id));
      return { changes: changes.map(({ scope, id, from, to }) => ({ scope, id, name: names.get(id) ?? id, from, to })) };
    });
  }
}
