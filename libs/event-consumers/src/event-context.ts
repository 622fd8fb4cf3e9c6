import { BaseRpcContext } from '@nestjs/microservices';

/** What a handler may know about the message beside the event (`@Ctx()`). Neither a time nor a sequence of NATS: rules go by the event's own. */
export class EventContext extends BaseRpcContext<[{ durable: string; subject: string; kind: string; deliveries: number }]> {
  /** Name of the durable consumer. */
  get durable(): string {
    return this.args[0].durable;
  }

  get subject(): string {
    return this.args[0].subject;
  }

  /** `event`: a fact of the log. `box`: what a box shows has changed. */
  get kind(): string {
    return this.args[0].kind;
  }

  /** How often the message was delivered, this time included. */
  get deliveries(): number {
    return this.args[0].deliveries;
  }
}
