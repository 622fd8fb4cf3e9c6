import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, headers } from '@nats-io/transport-node';
import type { Msg, NatsConnection, Subscription } from '@nats-io/transport-node';
import { BusUnavailable, RequestRefused } from './bus.js';
import type { Bell, Bus, BusConnection, BusLogger } from './bus.js';
import { growingDelay } from './delay.js';
import { natsServers } from './nats-servers.js';
import { bellSubject, publishedSubject, subscribedSubject } from './subjects.js';

export interface BusSettings {
  /** `nats://user:password@host:port`, several separated by commas. */
  readonly natsUrl?: string | undefined;
}

// A half-open connection is found after 2 s x 2 unanswered pings and one more interval: 6 s (architecture 4; the default takes minutes).
const PING_MS = 2_000;
const UNANSWERED_PINGS = 2;
const CONNECT_MS = 3_000;
// First attempt soon, for a server that is being restarted; never slower than every 2 s, so that lag is gone within 30 s of its return.
const FIRST_RETRY_MS = 50;
const SLOWEST_RETRY_MS = 2_000;
const FLUSH_ON_CLOSE_MS = 1_000;
/** Carries a refusal's words in the answer to a request. */
const ERROR_HEADER = 'Ampel-Error';
/** Processes that reply to one subject share its requests under this name. */
const REPLIERS = 'repliers';

/**
 * Opens the way to NATS and returns at once, connected or not. States: away (trying, with growing pauses, for ever), connected, closed.
 * The client library's own reconnection is switched off on purpose: it keeps what was published in between and sends it later, behind
 * the caller's back. Here a connection that is lost fails everything that was under way on it, and a new one starts empty.
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
  private live: BusConnection | null = null;
  private readonly listeners = new Set<Listener>();
  private readonly reconnectHandlers = new Set<() => void>();
  private closing = false;
  private endPause: () => void = () => undefined;
  private readonly ended: Promise<void>;

  constructor(
    private readonly servers: ReturnType<typeof natsServers>,
    private readonly logger: BusLogger,
  ) {
    this.ended = this.stayConnected();
  }

  get connected(): boolean {
    return this.live !== null;
  }

  ring(bells: readonly Bell[]): void {
    for (const bell of bells) this.publish(bellSubject(bell.partition), bell);
  }

  publish(subject: string, body: object): void {
    publishedSubject(subject);
    if (!this.live || this.live.nats.isClosed()) return;
    try {
      this.live.nats.publish(subject, JSON.stringify(body));
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
    if (!this.live) throw new BusUnavailable('NATS is away');
    return this.live;
  }

  async close(): Promise<void> {
    this.closing = true;
    this.endPause();
    const nats = this.live?.nats;
    if (nats) {
      await Promise.race([nats.flush().catch(() => undefined), this.pause(FLUSH_ON_CLOSE_MS)]);
      this.endPause();
      await nats.close();
    }
    await this.ended;
  }

  private listen(wanted: Omit<Listener, 'current'>): () => void {
    const listener: Listener = { ...wanted, current: undefined };
    this.listeners.add(listener);
    if (this.live) this.subscribeOn(this.live.nats, listener);
    return () => {
      this.listeners.delete(listener);
      listener.current?.unsubscribe();
    };
  }

  private subscribeOn(nats: NatsConnection, listener: Listener): void {
    const { subject, queue, receive } = listener;
    const callback = (error: Error | null, message: Msg): void => {
      try {
        if (error) throw error;
        receive(message);
      } catch (fault) {
        this.noteHandlerFault(fault, subject);
      }
    };
    listener.current = nats.subscribe(subject, queue === undefined ? { callback } : { callback, queue });
  }

  /** Runs from the first attempt until close(). Says each change of state once. */
  private async stayConnected(): Promise<void> {
    let failures = 0;
    let saidAway = false;
    while (!this.closing) {
      let fault: unknown;
      try {
        const nats = await this.open();
        this.logger.info({ server: nats.getServer() }, 'connected to NATS');
        failures = 0;
        saidAway = false;
        await this.use(nats);
      } catch (error) {
        failures += 1;
        fault = error;
      }
      if (this.closing) return;
      if (!saidAway) this.logger.warn({ err: fault }, 'NATS is away, trying to connect');
      saidAway = true;
      await this.pause(growingDelay(failures + 1, FIRST_RETRY_MS, SLOWEST_RETRY_MS, Math.random));
    }
  }

  private open(): Promise<NatsConnection> {
    return connect({
      ...this.servers,
      reconnect: false,
      timeout: CONNECT_MS,
      pingInterval: PING_MS,
      maxPingOut: UNANSWERED_PINGS,
      noAsyncTraces: true, // a stack per request costs more than the request
    });
  }

  /** Serves one connection until it ends. */
  private async use(nats: NatsConnection): Promise<void> {
    void closeWhenStale(nats);
    try {
      for (const listener of this.listeners) this.subscribeOn(nats, listener);
      await nats.flush(); // the server has seen the subscriptions
      const manager = await jetstreamManager(nats, { checkAPI: false });
      if (this.closing) return;
      this.live = { nats, jetstream: jetstream(nats), manager };
      this.tellReconnected();
      await nats.closed();
    } finally {
      this.live = null;
      await nats.close();
    }
  }

  private tellReconnected(): void {
    for (const then of this.reconnectHandlers) {
      try {
        then();
      } catch (error) {
        this.noteHandlerFault(error, 'reconnect');
      }
    }
  }

  private noteHandlerFault(error: unknown, subject: string): void {
    this.logger.error({ err: error, subject }, 'a handler of the bus failed');
  }

  /** Waits `ms`, or until endPause() is called. */
  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** The library flushes a stale connection before it lets go, which never ends if the peer is gone; closing does not wait. */
async function closeWhenStale(nats: NatsConnection): Promise<void> {
  for await (const status of nats.status()) if (status.type === 'staleConnection') void nats.close();
}

function jsonOf<T>(message: Msg): T | undefined {
  try {
    return message.json<T>();
  } catch {
    return undefined;
  }
}
