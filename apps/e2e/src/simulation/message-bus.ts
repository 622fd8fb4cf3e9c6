import type { Bus } from '#messaging';
import { type Life, latency, type World } from './process.js';

interface Subscription {
  readonly life: Life;
  readonly pattern: RegExp;
  readonly handler: (body: never, subject: string) => void;
  /** Number of the newest message delivered, to notice that one was overtaken. */
  newest: number;
}

/** Core NATS: fire and forget. Messages may be lost, come twice, and overtake each other (they travel over several servers). */
export class MessageBus {
  private readonly subscriptions = new Set<Subscription>();
  private sent = 0;

  constructor(private readonly world: World) {}

  publish(subject: string, body: object): void {
    const text = JSON.stringify(body);
    const number = (this.sent += 1);
    for (const subscription of this.subscriptions) {
      if (!subscription.pattern.test(subject)) continue;
      if (this.world.faults.strikes('message dropped', 2)) continue;
      this.deliver(subscription, subject, text, number);
      if (this.world.faults.strikes('message doubled')) this.deliver(subscription, subject, text, number);
    }
  }

  /** The bus as a process sees it; its subscriptions end with its life. */
  of(life: Life): Pick<Bus, 'subscribe' | 'onReconnect'> {
    return {
      subscribe: (subject, handler) => {
        const pattern = new RegExp(`^${subject.replaceAll('.', '\\.').replaceAll('*', '[^.]+')}$`);
        const subscription: Subscription = { life, pattern, handler: handler, newest: 0 };
        this.subscriptions.add(subscription);
        const undo = (): void => void this.subscriptions.delete(subscription);
        life.onEnd(undo);
        return undo;
      },
      onReconnect: (then) => {
        then();
        return () => undefined;
      },
    };
  }

  private deliver(subscription: Subscription, subject: string, text: string, number: number): void {
    const { scheduler, faults } = this.world;
    const { life } = subscription;
    scheduler.in(latency(this.world), `${life.name} gets ${subject}`, () =>
      life.resume(`reads ${subject}`, () => {
        if (number < subscription.newest) faults.saw('saw: message overtaken');
        subscription.newest = Math.max(subscription.newest, number);
        subscription.handler(JSON.parse(text) as never, subject);
      }),
    );
  }
}
