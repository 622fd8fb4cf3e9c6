import { Controller, Inject } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import type { CloudEvent } from '#contract';
import { type Pools, POOLS } from '#database';
import { EventContext, JETSTREAM } from '#event-consumers';
import { queueDeliveries, type ToldEvent } from '#webhooks';
import { Gathered } from './gathered.js';
import { WebhookSender } from './webhook-sender.js';

/** The house's own outside consumer: every event becomes a row for each endpoint that wants it. Sending is another matter. */
@Controller()
export class QueueDeliveriesController {
  private readonly queue: Gathered<ToldEvent>;

  constructor(@Inject(POOLS) pools: Pools, sender: WebhookSender) {
    this.queue = new Gathered(async (events) => {
      if ((await queueDeliveries(pools.engine, events)) > 0) sender.look();
    });
  }

  @EventPattern<string>('*.*', JETSTREAM, { durable: 'webhooks' })
  async take(@Payload() { id: eventId, partition, position }: CloudEvent, @Ctx() { kind }: EventContext): Promise<void> {
    await this.queue.add({ kind: kind === 'box' ? 'box' : 'event', partition, position, eventId });
  }
}
