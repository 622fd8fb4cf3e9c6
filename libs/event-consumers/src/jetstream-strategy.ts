import type { JsMsg } from '@nats-io/jetstream';
import { type CustomTransportStrategy, type MessageHandler, Server } from '@nestjs/microservices';
import { isObservable, lastValueFrom } from 'rxjs';
import type { CloudEvent } from '#contract';
import { isUnavailable } from '#database';
import { type Bus, factsOfType, readFactSubject, STREAM } from '#messaging';
import { type Logger, type Metrics, spanned, traceIdIn, type Tracing } from '#observability';
import { afterFailure, reasonOf } from './after-failure.js';
import { CONSUME_DEFAULTS, type ConsumeOptions, DurableConsumer, type Verdict } from './durable-consumer.js';
import { EventContext } from './event-context.js';
import type { ParkedEvents } from './parked-events.js';
import { readEvent, received, type ReceivedMessage } from './received-event.js';
import { RetryLoop } from './retry-loop.js';

/** Marks the handlers of this transport: `@EventPattern('event.StatusChanged', JETSTREAM, { durable: 'my-consumer' })`. */
export const JETSTREAM = Symbol('JETSTREAM');

export interface StrategyPorts {
  readonly bus: Bus;
  readonly parked: ParkedEvents;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly tracing?: Tracing | null;
}

type EventHandler = MessageHandler<CloudEvent, EventContext>;

const DURABLE = /^[a-z][a-z0-9-]{0,30}$/;

/**
 * Nest's transport over JetStream, for events only. A pattern is `<kind>.<type>`, either of them `*`; each handler names its durable
 * consumer, which keeps its place while no process runs. The handler gets the CloudEvent as payload and an EventContext.
 */
export class JetStreamStrategy extends Server implements CustomTransportStrategy {
  override readonly transportId = JETSTREAM;
  /** What a handler throws is answered for here: Nest need not log it. */
  override readonly propagatesEventHandlerErrors = true;
  private readonly options: ConsumeOptions;
  private readonly consumed: ReturnType<Metrics['counter']>;
  private readonly filters = new Map<string, string>();
  private consumers: DurableConsumer[] = [];
  private retries: RetryLoop | undefined;

  constructor(
    private readonly ports: StrategyPorts,
    options: Partial<ConsumeOptions> = {},
  ) {
    super();
    this.consumed = ports.metrics.counter('ampel_consumed_events_total', 'Events by what became of them', ['consumer', 'outcome']);
    this.options = { stream: STREAM, ...CONSUME_DEFAULTS, ...options };
  }

  /** Throws for a handler that answers requests, or names no durable consumer, or one that another handler has. */
  override addHandler(pattern: unknown, handler: EventHandler, isEventHandler = false, extras: Record<string, unknown> = {}): void {
    const { durable } = extras;
    if (!isEventHandler) throw new Error(`${String(pattern)}: JetStream carries events; requests go over core NATS`);
    if (typeof durable !== 'string' || !DURABLE.test(durable)) {
      throw new Error(`${String(pattern)}: name the durable consumer in lower case, e.g. { durable: 'webhooks' }`);
    }
    if (this.filters.has(durable)) throw new Error(`two handlers want to be the durable consumer ${durable}`);
    const [kind = '', type = '', ...rest] = String(pattern).split('.');
    if (rest.length > 0) throw new Error(`${String(pattern)}: a pattern is <kind>.<type>`);
    this.filters.set(durable, factsOfType(kind, type));
    this.messageHandlers.set(durable, handler);
  }

  listen(done: () => void): void {
    const { bus, log, parked, metrics } = this.ports;
    this.consumers = [...this.filters].map(
      ([durable, filter]) => new DurableConsumer(bus, log, durable, filter, this.options, (message) => this.take(durable, message)),
    );
    for (const consumer of this.consumers) consumer.start();
    this.retries = new RetryLoop(parked, [...this.filters.keys()], (message) => this.call(message.consumer, message), reasonOf, log, metrics);
    this.retries.start();
    done();
  }

  /** Takes no more, lets handlers finish, gives back what was not begun. */
  async close(): Promise<void> {
    await Promise.all([this.retries?.stop(), ...this.consumers.map((consumer) => consumer.stop())]);
  }

  /** This transport has no events of its own. */
  override on(): void {}

  /** The way to the server. */
  override unwrap<T>(): T {
    return this.ports.bus as T;
  }

  private async take(durable: string, raw: JsMsg): Promise<Verdict> {
    const message = received(raw);
    const about = whose(durable, message);
    try {
      await this.call(durable, message);
      return this.outcome(durable, 'handled', { kind: 'ack' });
    } catch (error) {
      const away = isUnavailable(error);
      const next = afterFailure({ error, deliveries: message.deliveries, away }, this.options, Math.random);
      if (next.kind === 'again') {
        this.ports.log.warn({ err: error, ...about, again: next.delayMs }, 'an event was not handled and comes again');
        return this.outcome(durable, 'again', next);
      }
      return this.park(durable, message, error);
    }
  }

  /** Parked first, acknowledged then. If it cannot even be parked, the server keeps it and delivers it again. */
  private async park(durable: string, message: ReceivedMessage, error: unknown): Promise<Verdict> {
    const about = whose(durable, message);
    try {
      await this.ports.parked.park({ ...message, consumer: durable }, reasonOf(error));
    } catch (fault) {
      this.ports.log.warn({ err: fault, ...about }, 'an event could not be parked and comes again');
      return this.outcome(durable, 'again', { kind: 'again', delayMs: this.options.longestDelayMs });
    }
    this.ports.log.error({ err: error, ...about }, 'an event was parked: list and retry it in the admin API');
    return this.outcome(durable, 'parked', { kind: 'ack' });
  }

  /** Calls the handler and waits until it is done. Rejects with what it threw, or Unreadable. */
  private async call(durable: string, message: Pick<ReceivedMessage, 'subject' | 'data' | 'deliveries' | 'traceParent'>): Promise<void> {
    const handler = this.messageHandlers.get(durable) as EventHandler;
    const event = readEvent(message);
    const { subject, deliveries } = message;
    const kind = readFactSubject(subject)?.kind ?? '';
    const context = new EventContext([{ durable, subject, kind, deliveries }]);
    const { tracing } = this.ports;
    if (!tracing || !message.traceParent) return answered(handler, event, context);
    const attributes = {
      'messaging.system': 'nats',
      'messaging.operation.type': 'process',
      'messaging.destination.name': subject,
      'messaging.consumer.group.name': durable,
      'messaging.message.id': event.id,
      'ampel.tenant.id': event.tenantid,
    };
    return spanned(tracing, `process ${kind}.${event.type}`, { kind: 'consumer', parent: message.traceParent, attributes }, (span) =>
      tracing.within(span, () => answered(handler, event, context)),
    );
  }

  private outcome(consumer: string, outcome: string, verdict: Verdict): Verdict {
    this.consumed.inc({ consumer, outcome });
    return verdict;
  }
}

/** What a log line about a message carries. */
function whose(durable: string, { eventId, tenantId, deliveries, traceParent }: ReceivedMessage): object {
  return { durable, eventId, tenantId, deliveries, traceId: traceIdIn(traceParent) };
}

async function answered(handler: EventHandler, event: CloudEvent, context: EventContext): Promise<void> {
  const answer: unknown = await handler(event, context);
  if (isObservable(answer)) await lastValueFrom(answer, { defaultValue: undefined });
}
