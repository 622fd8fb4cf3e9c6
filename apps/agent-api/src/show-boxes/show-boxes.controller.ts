import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CLOCK, type Clock } from '#clock';
import { type OwnBoxes, ownBoxes, rfc3339 } from '#contract';
import { POOLS, type Pools, withTenant } from '#database';
import { readNames } from '#directory';
import { EVENT_STORE, type EventStore } from '#event-store';
import { type AgentPrincipal, Allow, Answers, SessionOf, withEtag } from '#http-kit';
import { readTenantBoxes } from '#read-model';
import { loadOwnAgent, NO_SESSION } from '../agent-stream.js';
import { boxesAsSeenBy } from './boxes-as-seen-by.js';

@Controller('agent/v1/boxes')
export class ShowBoxesController {
  constructor(
    @Inject(POOLS) private readonly pools: Pools,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** What visitors see now, and the sentence why: read from the projector's rows, as the visitors' own answers are. */
  @Get()
  @Allow('session')
  @Answers({
    status: 200,
    does: 'What visitors see now, at each site and for each group, and which rule decided it. Names no colleague.',
    schema: ownBoxes,
    refuses: NO_SESSION,
  })
  async show(
    @SessionOf() session: AgentPrincipal,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OwnBoxes | undefined> {
    await loadOwnAgent(this.store, session); // a session that has ended learns nothing more
    const shown = await withTenant(this.pools, session.tenantId, async (sql) => {
      const boxes = await readTenantBoxes(sql, session.tenantId);
      const names = await readNames(sql, session.tenantId, [...boxes.sites.keys(), ...boxes.groups.keys()]);
      return { boxes: boxesAsSeenBy(session.agentId, boxes, names) };
    });
    return withEtag(request, reply, { ...shown, knownAt: rfc3339(this.clock.now()) }, shown);
  }
}
