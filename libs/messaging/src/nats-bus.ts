import { headers } from '@nats-io/transport-node';
import type { Msg, NatsConnection, Subscription } from '@nats-io/transport-node';
import { BusUnavailable, RequestRefused } from './bus.js';
import type { Bell, Bus, BusConnection, BusLogger } from './bus.js';
import { NatsLink } from './nats-link.js';
import { natsServers } from './nats-servers.js';
import { bellSubject, publishedSubject, subscribedSubject } from './subjects.js';

export interface BusSettings {
  /** `nats://user:password@host:port`, several separated by commas. */
  readonly natsUrl?: string | undefined;
}

/** Carries a refusal's words in the answer to a request. */
const ERROR_HEADER = 'Ampel-Error';
/** Processes that reply to one subject share its requests under this name. */
const REPLIERS = 'repliers';

/**
 * Opens the way to NATS and returns at once, connected or not; it stays connected until `close()` (see NatsLink).
 * Throws if the URL is missing or is none.
 */
export function connectBus(settings: BusSettings, logger: BusLogger): Bus {
  if (!settings.natsUrl) throw new Error('There is no URL of a NATS server: set NATS_URL.');
  return new NatsBus(natsServers(settings.natsUrl), logger);
}

interface Listener {
  readonly subject: string;
  readonly queue?: string;
  readonly receive: (message: Msg) => void;
  current: Subscription | undefined;
}

class NatsBus implements Bus {
  private readonly link: NatsLink;
  private readonly listeners = new Set<Listener>();
  private readonly reconnectHandlers = new Set<() => void>();

  constructor(
    servers: ReturnType<typeof natsServers>,
    private readonly logger: BusLogger,
  ) {
    this.link = new NatsLink(servers, logger, {
      prepare: (nats) => {
        for (const listener of this.listeners) this.subscribeOn(nats, listener);
      },
      connected: () => {
        for (const then of this.reconnectHandlers) this.guard('reconnect', then);
      },
    });
  }

  get connected(): boolean {
    return this.link.live !== null;
  }

  ring(bells: readonly Bell[]): void {
    for (const bell of bells) this.publish(bellSubject(bell.partition), bell);
  }

  publish(subject: string, body: object): void {
    publishedSubject(subject);
    const nats = this.link.live?.nats;
    if (!nats || nats.isClosed()) return;
    try {
      nats.publish(subject, JSON.stringify(body));
    } catch (error) {
      // Larger than the server takes: the receivers' fallbacks cover a message that never came.
      this.logger.warn({ err: error, subject }, 'a message was not published');
    }
  }

  subscribe<T>(subject: string, handler: (body: T, subject: string) => void): () => void {
    return this.listen({
      subject: subscribedSubject(subject),
      receive: (message) => {
        const body = jsonOf<T>(message);
        if (body !== undefined) handler(body, message.subject);
      },
    });
  }

  onReconnect(then: () => void): () => void {
    this.reconnectHandlers.add(then);
    return () => void this.reconnectHandlers.delete(then);
  }

  async request<T>(subject: string, body: object, timeoutMs: number): Promise<T> {
    publishedSubject(subject);
    const { nats } = this.connection();
    const answer = await nats.request(subject, JSON.stringify(body), { timeout: timeoutMs }).catch((error: unknown) => {
      throw new BusUnavailable(`no answer to ${subject}`, { cause: error });
    });
    const refusal = answer.headers?.get(ERROR_HEADER);
    if (refusal) throw new RequestRefused(decodeURIComponent(refusal));
    return answer.json<T>();
  }

  reply<T, R extends object>(subject: string, handler: (body: T) => Promise<R>): () => void {
    const answer = async (message: Msg): Promise<void> => {
      const body = jsonOf<T>(message);
      if (body === undefined) return;
      try {
        message.respond(JSON.stringify(await handler(body)));
      } catch (error) {
        const refusal = headers();
        refusal.set(ERROR_HEADER, encodeURIComponent(error instanceof Error ? error.message : String(error)));
        message.respond('', { headers: refusal });
      }
    };
    const receive = (message: Msg): void => void answer(message).catch((error: unknown) => this.noteHandlerFault(error, subject));
    return this.listen({ subject: subscribedSubject(subject), queue: REPLIERS, receive });
  }

  connection(): BusConnection {
    if (!this.link.live) throw new BusUnavailable('NATS is away');
    return this.link.live;
  }

  close(): Promise<void> {
    return this.link.close();
  }

  private listen(wanted: Omit<Listener, 'current'>): () => void {
    const listener: Listener = { ...wanted, current: undefined };
    this.listeners.add(listener);
    if (this.link.live) this.subscribeOn(this.link.live.nats, listener);
    return () => {
      this.listeners.delete(listener);
      listener.current?.unsubscribe();
    };
  }

  private subscribeOn(nats: NatsConnection, listener: Listener): void {
    const { subject, queue, receive } = listener;
    const callback = (error: Error | null, message: Msg): void =>
      this.guard(subject, () => {
        if (error) throw error;
        receive(message);
      });
    listener.current = nats.subscribe(subject, queue === undefined ? { callback } : { callback, queue });
  }

  /** A handler that throws must not end its subscription, nor reach the others. */
  private guard(subject: string, handle: () => void): void {
    try {
      handle();
    } catch (error) {
      this.noteHandlerFault(error, subject);
    }
  }

  private noteHandlerFault(error: unknown, subject: string): void {
    this.logger.error({ err: error, subject }, 'a handler of the bus failed');
  }
}

function jsonOf<T>(message: Msg): T | undefined {
  try {
    return message.json<T>();
  } catch {
    return undefined;
  }
}
