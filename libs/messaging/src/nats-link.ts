import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, PermissionViolationError } from '@nats-io/transport-node';
import type { NatsConnection } from '@nats-io/transport-node';
import type { BusConnection, BusLogger } from './bus.js';
import { growingDelay } from './delay.js';
import type { natsServers } from './nats-servers.js';

// A half-open connection is found after 2 s x 2 unanswered pings and one more interval: 6 s (architecture 4; the default takes minutes).
const PING_MS = 2_000;
const UNANSWERED_PINGS = 2;
const CONNECT_MS = 3_000;
// First attempt soon, for a server that is being restarted; never slower than every 2 s, so that lag is gone within 30 s of its return.
const FIRST_RETRY_MS = 50;
const SLOWEST_RETRY_MS = 2_000;
const FLUSH_ON_CLOSE_MS = 1_000;
const MOST_REFUSALS_TOLD = 100;

interface LinkUser {
  /** Subscribes on a new connection, before anybody else uses it. */
  prepare(nats: NatsConnection): void;
  /** The connection is ready, and the server has seen the subscriptions. */
  connected(): void;
}

/**
 * One connection after the other. States: away (trying, with growing pauses, for ever), connected, closed.
 * The client library's own reconnection is switched off on purpose: it keeps what was published in between and sends it later, behind
 * the caller's back. Here a connection that is lost fails everything that was under way on it, and a new one starts empty.
 */
export class NatsLink {
  /** null while away. */
  live: BusConnection | null = null;
  private closing = false;
  private readonly refused = new Set<string>();
  private endPause: () => void = () => undefined;
  private readonly ended: Promise<void>;

  constructor(
    private readonly servers: ReturnType<typeof natsServers>,
    private readonly logger: BusLogger,
    private readonly user: LinkUser,
  ) {
    this.ended = this.stayConnected();
  }

  /** Sends what is waiting (at most a second) and ends the connection for good. */
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
    void this.watch(nats);
    try {
      this.user.prepare(nats);
      await nats.flush();
      const manager = await jetstreamManager(nats, { checkAPI: false });
      if (this.closing) return;
      this.live = { nats, jetstream: jetstream(nats), manager };
      this.user.connected();
      await nats.closed();
    } finally {
      this.live = null;
      await nats.close();
    }
  }

  /**
   * The library flushes a stale connection before it lets go, which never ends if the peer is gone; closing does not wait.
   * What this user of the bus may not do is said once for each subject: it is a fault of the server's configuration, or of ours.
   */
  private async watch(nats: NatsConnection): Promise<void> {
    for await (const status of nats.status()) {
      if (status.type === 'staleConnection') void nats.close();
      if (status.type !== 'error' || !(status.error instanceof PermissionViolationError)) continue;
      const { operation, subject } = status.error;
      if (this.refused.size >= MOST_REFUSALS_TOLD || this.refused.has(`${operation} ${subject}`)) continue;
      this.refused.add(`${operation} ${subject}`);
      this.logger.error({ operation, subject }, 'the bus refuses this to our user: its rights are written in deploy/nats/users.conf');
    }
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
