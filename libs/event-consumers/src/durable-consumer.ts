import { AckPolicy, type ConsumerConfig, type ConsumerMessages, DeliverPolicy, JetStreamApiError, type JsMsg } from '@nats-io/jetstream';
import { type Bus, type BusConnection, growingDelay } from '#messaging';
import type { Logger } from '#observability';
import type { FailureRule } from './after-failure.js';

export interface ConsumeOptions extends FailureRule {
  readonly stream: string;
  /** Handlers at work at once, per durable and process. */
  readonly concurrency: number;
  /** A message that is neither acknowledged nor said to be worked on for so long is delivered again, ms. */
  readonly ackWaitMs: number;
  /** How long a stop waits for handlers that are at work, ms. */
  readonly stopMs: number;
}

/** 10 deliveries with these delays take about three minutes: a restart of whatever a handler needs fits in. */
export const CONSUME_DEFAULTS: Omit<ConsumeOptions, 'stream'> = {
  parkAfter: 10,
  firstDelayMs: 500,
  longestDelayMs: 60_000,
  concurrency: 64,
  ackWaitMs: 30_000,
  stopMs: 4_000,
};

/** Messages that wait for their next delivery count too; so many poisoned ones may wait before the others have to. */
const MOST_UNACKNOWLEDGED = 10_000;
/** A pull is renewed so often, ms. Two missed heartbeats of the server (half of it each) find a consumer that is gone. */
const PULL_MS = 10_000;
const NANOS = 1_000_000; // per millisecond
const FIRST_RETRY_MS = 100;
const SLOWEST_RETRY_MS = 2_000;

/** What to do with a message that was handled or not: acknowledge it, or have it delivered again after so many ms. */
export type Verdict = { readonly kind: 'ack' } | { readonly kind: 'again'; readonly delayMs: number };

/**
 * One durable consumer of the stream, pulled from by any number of processes.
 * States: waiting (NATS is away, or the stream is not there yet: tries for ever, with growing pauses) → consuming → waiting when the
 * connection, the stream or the consumer is gone; stopped after `stop()`, which lets handlers finish and gives the rest back.
 */
export class DurableConsumer {
  private stopping = false;
  private wake: () => void = () => undefined;
  private messages: ConsumerMessages | undefined;
  private readonly atWork = new Set<Promise<void>>();
  private slotFree: () => void = () => undefined;
  private running: Promise<void> = Promise.resolve();
  private forget: () => void = () => undefined;

  constructor(
    private readonly bus: Bus,
    private readonly log: Logger,
    private readonly durable: string,
    /** Subjects it gets. */
    private readonly filter: string,
    private readonly options: ConsumeOptions,
    private readonly handle: (message: JsMsg) => Promise<Verdict>,
  ) {}

  start(): void {
    this.forget = this.bus.onReconnect(() => this.wake());
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.stopping = true;
    this.forget();
    this.wake();
    this.messages?.stop();
    let tooLong: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => (tooLong = setTimeout(resolve, this.options.stopMs)));
    await Promise.race([this.running.then(() => Promise.all(this.atWork)), patience]);
    clearTimeout(tooLong);
  }

  private async run(): Promise<void> {
    let failures = 0;
    while (!this.stopping) {
      try {
        const messages = await this.open(this.bus.connection());
        failures = 0;
        this.log.info({ durable: this.durable }, 'consuming events');
        await this.consume(messages);
      } catch (error) {
        failures += 1;
        // On a first start the relay declares the stream a moment later.
        const undeclared = error instanceof Error && error.name === 'StreamNotFoundError';
        if (failures === 1 && !this.stopping) this.log[undeclared ? 'info' : 'warn']({ err: error, durable: this.durable }, 'events have to wait');
      }
      if (!this.stopping) await this.pause(growingDelay(failures + 1, FIRST_RETRY_MS, SLOWEST_RETRY_MS, Math.random));
    }
  }

  private async open({ manager, jetstream }: BusConnection): Promise<ConsumerMessages> {
    const { stream, concurrency } = this.options;
    try {
      await manager.consumers.add(stream, this.config());
    } catch (error) {
      // It exists with another filter or policy that this server does not change: it is used as it is, if it is there at all.
      if (!(error instanceof JetStreamApiError)) throw error;
      await manager.consumers.info(stream, this.durable);
      this.log.warn({ err: error, durable: this.durable }, 'the consumer is not as declared, using it as it is');
    }
    const consumer = await jetstream.consumers.get(stream, this.durable);
    return consumer.consume({ max_messages: concurrency, expires: PULL_MS, abort_on_missing_resource: true });
  }

  /** Only settings that nats-server 2.9 knows. Everything in the stream counts: what somebody has no use for, the handler knows. */
  private config(): Partial<ConsumerConfig> {
    return {
      durable_name: this.durable,
      filter_subject: this.filter,
      ack_policy: AckPolicy.Explicit,
      deliver_policy: DeliverPolicy.All,
      ack_wait: this.options.ackWaitMs * NANOS,
      max_deliver: -1, // parking is ours: the server would only stop delivering, without a word
      max_ack_pending: MOST_UNACKNOWLEDGED,
    };
  }

  private async consume(messages: ConsumerMessages): Promise<void> {
    this.messages = messages;
    try {
      if (this.stopping) messages.stop();
      for await (const message of messages) {
        if (this.stopping) {
          message.nak();
          continue;
        }
        const work = this.work(message).finally(() => {
          this.atWork.delete(work);
          this.slotFree();
        });
        this.atWork.add(work);
        if (this.atWork.size >= this.options.concurrency) await new Promise<void>((resolve) => (this.slotFree = resolve));
      }
    } finally {
      this.messages = undefined;
      messages.stop();
    }
  }

  private async work(message: JsMsg): Promise<void> {
    const stillAtIt = setInterval(() => sayWorking(message), this.options.ackWaitMs / 3);
    stillAtIt.unref(); // a handler that hangs must not keep a process that stops
    try {
      const verdict = await this.handle(message);
      if (verdict.kind === 'ack') message.ack();
      else message.nak(verdict.delayMs);
    } catch (error) {
      // The connection is gone, or a fault of ours: either way the server delivers it again.
      this.log.debug({ err: error, durable: this.durable }, 'a message could not be answered');
    } finally {
      clearInterval(stillAtIt);
    }
  }

  /** Waits `ms`, or until woken. */
  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** Not any more, if the connection it came on is gone: the server delivers it again. */
function sayWorking(message: JsMsg): void {
  try {
    message.working();
  } catch {
    // the handler goes on; its acknowledgement will fail in the same way, and that is answered for
  }
}
