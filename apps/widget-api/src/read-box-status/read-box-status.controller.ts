import { Controller, Get, Inject, Options, Param, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CLOCK, type Clock } from '#clock';
import { siteKeyParam, type WidgetQuery, widgetQuery, widgetStatus } from '#contract';
import { Allow, Answers, FastLane, LimitedByAddress, notFound, RateLimits } from '#http-kit';
import { METRICS, type Metrics } from '#observability';
import { type Answer, answerFor } from '../box-copy/answers.js';
import type { CachedSite } from '../box-copy/box-copy.js';
import { CopyKeeper } from '../box-copy/keep-copy.js';
import { BEING_READ, VisitorHolds } from '../box-copy/visitor-holds.js';
import { answerPreflight } from '../cross-origin.js';
import { siteOrProblem } from '../site-or-problem.js';
import { fastStatus, SITES_PATH } from './fast-status.js';
import { sendStatus } from './send-status.js';

/** GET status: what the box shows now. Most requests never come here, see fast-status.ts; the answer is the same. */
@ApiTags('widget')
@Controller(`${SITES_PATH}:siteKey/status`)
export class ReadBoxStatusController {
  constructor(
    @Inject(CopyKeeper) private readonly keeper: CopyKeeper,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(VisitorHolds) private readonly holds: VisitorHolds,
    @Inject(FastLane) lane: FastLane,
    @Inject(RateLimits) limits: RateLimits,
    @Inject(METRICS) metrics: Metrics,
  ) {
    const answered = metrics.counter('ampel_widget_fast_answers_total', 'Statuses answered before the framework saw the request');
    lane.add(
      SITES_PATH,
      fastStatus(keeper, clock, (request) => limits.mayRead(request), () => answered.inc()),
    );
  }

  @Get()
  @Allow('public')
  @LimitedByAddress('widgetReads')
  @Answers({
    status: 200,
    does: 'What the chat box of a site, or of a group of its agents, shows now. Answers 304 to an `If-None-Match` that names the `ETag`.',
    schema: widgetStatus,
    refuses: { 404: ['not-found'], 503: ['store-unavailable'] },
  })
  async read(
    @Param({ schema: siteKeyParam }) { siteKey }: { siteKey: string },
    @Query({ schema: widgetQuery }) { group, visitor }: WidgetQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const site = await siteOrProblem(this.keeper, siteKey);
    const answer = answerFor(site, group || null, this.clock.now(), this.keeper.rightUntil(site.partition));
    if (!answer) throw notFound();
    const own = visitor ? await this.ownAnswer(site, group || null, visitor, answer) : null;
    reply.hijack();
    sendStatus(request.raw, reply.raw, site, own ?? answer, own !== null);
  }

  /** What a visitor in a conversation sees, where it differs (behaviour D17). */
  private async ownAnswer(site: CachedSite, group: string | null, visitor: string, all: Answer): Promise<Answer | null> {
    await this.holds.prepare(site, group, visitor, all, this.clock.now());
    const own = this.holds.answer(site, group, visitor, all, this.clock.now(), this.keeper.rightUntil(site.partition));
    return own === BEING_READ ? null : own;
  }

  @Options()
  @Allow('public')
  @LimitedByAddress('widgetReads')
  @ApiExcludeEndpoint()
  async preflight(
    @Param({ schema: siteKeyParam }) { siteKey }: { siteKey: string },
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const site = await siteOrProblem(this.keeper, siteKey);
    reply.hijack();
    answerPreflight(reply.raw, site, request.headers.origin);
  }
}
