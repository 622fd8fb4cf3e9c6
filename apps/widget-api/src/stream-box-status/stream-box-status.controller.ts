import { Controller, Get, Headers, Inject, Options, Param, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CLOCK, type Clock } from '#clock';
import { siteKeyParam, type WidgetStreamQuery, widgetStreamQuery } from '#contract';
import { Allow, Answers, frame, LimitedByAddress, notFound, OpenStreams, Problem } from '#http-kit';
import { METRICS, type Metrics } from '#observability';
import { answerFor } from '../box-copy/answers.js';
import type { CachedSite } from '../box-copy/box-copy.js';
import { CopyKeeper } from '../box-copy/keep-copy.js';
import { VisitorHolds } from '../box-copy/visitor-holds.js';
import { answerPreflight, crossOriginHeaders } from '../cross-origin.js';
import { siteOrProblem } from '../site-or-problem.js';
import { Broadcast } from './broadcast.js';
import { VisitorNotices } from './visitor-notices.js';

/** Streams one process serves; at 12 KB each (targets P5) that is 600 MB. Beyond it a reader is asked to come back, to another process. */
const MOST_STREAMS = 50_000;
/** A reader may know more than this process for a moment, from another one; asking Postgres more often would only help a prankster. ms */
const CATCH_UP_EVERY_MS = 1_000;
/** When a reader comes back after a break, spread so that a fallen process is not met by all at once. Milliseconds. */
const RETRIES = Array.from({ length: 16 }, (_, i) => frame({ retry: 1_000 + i * 200 }));

/** GET stream: what the box shows, and every change of it, as server-sent events. */
@ApiTags('widget')
@Controller('widget/v1/sites/:siteKey/stream')
export class StreamBoxStatusController {
  private readonly caughtUpAt = new Map<number, number>();
  private opened = 0;

  constructor(
    @Inject(CopyKeeper) private readonly keeper: CopyKeeper,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(Broadcast) private readonly broadcast: Broadcast,
    @Inject(VisitorHolds) private readonly holds: VisitorHolds,
    @Inject(VisitorNotices) private readonly notices: VisitorNotices,
    @Inject(OpenStreams) private readonly streams: OpenStreams,
    @Inject(METRICS) metrics: Metrics,
  ) {
    metrics.observed('ampel_widget_streams', 'Open streams of widgets', [], () => [{ value: broadcast.readers }]);
    const frames = 'Status frames given to streams of widgets, snapshots included';
    metrics.counted('ampel_widget_frames_total', frames, () => broadcast.frames);
    const help = 'From the commit of a change of status to its frames being handed to the open streams of this process';
    const seconds = metrics.histogram('ampel_click_to_visible_seconds', help);
    keeper.onShown((ms) => seconds.observe(ms / 1000));
  }

  @Get()
  @Allow('public')
  @LimitedByAddress('widgetReads')
  @Answers({
    status: 200,
    does:
      'Server-sent events: `event: status` with the version as `id` and the body of the status query as data; first a snapshot, then ' +
      'a frame whenever any field changes. A reader drops a lower version and applies an equal one. With `visitor` also `event: notice` with ' +
      '`{kind, text, lang}`, once each time this visitor waits for an answer.',
    mediaType: 'text/event-stream',
    refuses: { 404: ['not-found'], 429: ['too-many-requests'], 503: ['store-unavailable', 'shutting-down'] },
  })
  async stream(
    @Param({ schema: siteKeyParam }) { siteKey }: { siteKey: string },
    @Query({ schema: widgetStreamQuery }) { group, visitor, lang, ping }: WidgetStreamQuery,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (this.broadcast.readers >= MOST_STREAMS) throw new Problem('too-many-requests', 'Too many streams are open. Come back in a moment.');
    const site = await siteOrProblem(this.keeper, siteKey);
    const asked = group || null;
    const answer = answerFor(site, asked, this.clock.now(), this.keeper.rightUntil(site.partition));
    if (!answer) throw notFound();
    if (knows(lastEventId) > answer.version) await this.catchUp(site);
    if (visitor) await this.holds.prepare(site, asked, visitor, answer, this.clock.now());
    const reader = this.streams.open(request, reply, crossOriginHeaders(site, request.headers.origin), site.siteId);
    reader.nudge(RETRIES[this.opened++ % RETRIES.length] as Buffer);
    this.broadcast.add(site, asked, reader, visitor || null, ping === 'event');
    if (visitor) this.notices.add(site.siteId, visitor, lang, reader);
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

  /** The reader has seen a higher version than this process: what it gets first must not be older, if Postgres can help it. */
  private async catchUp({ partition }: CachedSite): Promise<void> {
    const now = this.clock.now();
    if (now - (this.caughtUpAt.get(partition) ?? 0) < CATCH_UP_EVERY_MS) return;
    this.caughtUpAt.set(partition, now);
    await this.keeper.catchUp(partition);
  }
}

/** The version a returning reader saw last; 0 if it does not say. */
function knows(lastEventId: string | undefined): number {
  return lastEventId !== undefined && /^[0-9]{1,15}$/.test(lastEventId) ? Number(lastEventId) : 0;
}
