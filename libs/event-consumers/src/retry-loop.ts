import type { Logger, Metrics } from '#observability';
import type { ParkedEvents, ParkedMessage } from './parked-events.js';

/** How soon a retry that somebody asked for begins, ms. */
const LOOK_EVERY_MS = 1_000;
const AT_ONCE = 10;
const COUNT_EVERY_LOOKS = 10;
const FORGET_EVERY_LOOKS = 3_600;

/**
 * Looks for parked events that a person wants handled once more, and counts the others. One look at a time; a fault is said once and
 * tried again.
 */
export class RetryLoop {
  private timer: NodeJS.Timeout | undefined;
  private underWay: Promise<void> | null = null;
  private looks = 0;
  private saidTrouble = false;
  private readonly waiting: ReturnType<Metrics['gauge']>;

  /** @param handle resolves when the event was handled; rejects with the reason why not */
  constructor(
    private readonly parked: ParkedEvents,
    private readonly consumers: readonly string[],
    private readonly handle: (message: ParkedMessage) => Promise<void>,
    private readonly reasonOf: (error: unknown) => string,
    private readonly log: Logger,
    metrics: Metrics,
  ) {
    this.waiting = metrics.gauge('ampel_parked_events', 'Events that a consumer could not handle and that wait for a person', ['consumer']);
  }

  start(): void {
    this.timer = setInterval(() => {
      this.underWay ??= this.look().finally(() => (this.underWay = null));
    }, LOOK_EVERY_MS);
  }

  /** Finishes the look under way. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.underWay;
  }

  private async look(): Promise<void> {
    try {
      const messages = await this.parked.claimRetries(this.consumers, AT_ONCE);
      await Promise.all(messages.map((message) => this.retry(message)));
      if (this.looks % COUNT_EVERY_LOOKS === 0) await this.count();
      if (this.looks % FORGET_EVERY_LOOKS === 0) await this.parked.forgetOld();
      this.looks += 1;
      this.saidTrouble = false;
    } catch (error) {
      if (!this.saidTrouble) this.log.warn({ err: error }, 'parked events have to wait');
      this.saidTrouble = true;
    }
  }

  private async retry(message: ParkedMessage): Promise<void> {
    let reason: string | null = null;
    try {
      await this.handle(message);
    } catch (error) {
      reason = this.reasonOf(error);
    }
    await this.parked.endRetry(message, reason);
    this.log.info({ durable: message.consumer, eventId: message.eventId, tenantId: message.tenantId, handled: reason === null }, 'a parked event was tried again');
  }

  private async count(): Promise<void> {
    const counts = await this.parked.counts();
    for (const consumer of this.consumers) this.waiting.set({ consumer }, counts.get(consumer) ?? 0);
  }
}
