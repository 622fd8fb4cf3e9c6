import { Inject, Module, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { CLOCK, type Clock } from '#clock';
import { POOLS, type Pools } from '#database';
import { AnswerHeaders, RateLimits, Readiness } from '#http-kit';
import { BUS, type Bus } from '#messaging';
import { LOGGER, type Logger } from '#observability';
import { allowOrigins } from './allow-origin.js';
import { CopyKeeper } from './box-copy/keep-copy.js';
import { postgresRows } from './box-copy/row-source.js';
import { VisitorHolds } from './box-copy/visitor-holds.js';
import { ReadBoxStatusController } from './read-box-status/read-box-status.controller.js';
import { SendMessageController } from './send-message/send-message.controller.js';
import { Broadcast } from './stream-box-status/broadcast.js';
import { VisitorNotices } from './stream-box-status/visitor-notices.js';
import { StreamBoxStatusController } from './stream-box-status/stream-box-status.controller.js';

/** The public door: what a chat box shows, asked (read-box-status) or listened to (stream-box-status), from one local copy of the rows. */
@Module({
  controllers: [ReadBoxStatusController, StreamBoxStatusController, SendMessageController],
  providers: [
    {
      provide: CopyKeeper,
      inject: [POOLS, CLOCK, LOGGER],
      useFactory: (pools: Pools, clock: Clock, log: Logger) => new CopyKeeper(postgresRows(pools.engine), clock, log),
    },
    {
      provide: VisitorNotices,
      inject: [POOLS, CLOCK, LOGGER],
      useFactory: (pools: Pools, clock: Clock, log: Logger) => new VisitorNotices(pools.engine, clock, log),
    },
    { provide: VisitorHolds, inject: [POOLS, LOGGER], useFactory: (pools: Pools, log: Logger) => new VisitorHolds(pools.engine, log) },
    {
      provide: Broadcast,
      inject: [CopyKeeper, CLOCK, VisitorHolds],
      useFactory: (keeper: CopyKeeper, clock: Clock, holds: VisitorHolds) => new Broadcast(keeper, clock, holds),
    },
  ],
})
export class WidgetApiModule implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    @Inject(CopyKeeper) private readonly keeper: CopyKeeper,
    @Inject(Broadcast) private readonly broadcast: Broadcast,
    @Inject(VisitorHolds) private readonly holds: VisitorHolds,
    @Inject(VisitorNotices) private readonly notices: VisitorNotices,
    @Inject(BUS) private readonly bus: Bus,
    @Inject(Readiness) readiness: Readiness,
    @Inject(AnswerHeaders) answers: AnswerHeaders,
    @Inject(RateLimits) limits: RateLimits,
  ) {
    allowOrigins(answers, keeper, limits);
    readiness.add('widget-api', 'statuses', () => keeper.trouble());
  }

  onApplicationBootstrap(): void {
    this.broadcast.start();
    this.keeper.start(this.bus);
    this.notices.start(this.bus);
    this.holds.start(this.bus);
  }

  onApplicationShutdown(): void {
    this.holds.stop();
    this.notices.stop();
    this.keeper.stop();
    this.broadcast.stop();
  }
}
