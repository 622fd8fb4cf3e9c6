import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { claimLanes, forgetOldDeliveries, type Lane } from '#webhooks';
import type { Logger } from '#observability';
import type { ServeEndpoint } from './serve-endpoint.js';

export interface SenderOptions {
  /** Endpoints sent to at once by this process; half of them may be such that fail. */
  readonly lanes: number;
  /** How often it is looked for what is due, ms. */
  readonly lookEveryMs: number;
  /** How long a stop waits for attempts under way, ms. */
  readonly stopMs: number;
}

export const SENDER_DEFAULTS: SenderOptions = { lanes: 64, lookEveryMs: 1_000, stopMs: 2_000 };

const FORGET_EVERY_LOOKS = 600;
const FORGET_AT_ONCE = 5_000;

/**
 * Looks for endpoints with something due and has each served on its own, so that one that is slow or fails keeps no other waiting. Any
 * number of processes may send; an endpoint is served by one at a time.
 */
export class WebhookSender {
  private readonly me = randomUUID();
  private readonly served = new Map<string, { failing: boolean; done: Promise<void> }>();
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | null = null;
  private lookAgain = false;
  private stopped = true;
  private looks = 0;
  private trouble = false;

  constructor(
    private readonly sql: Pool,
    private readonly endpoint: Pick<ServeEndpoint, 'serve' | 'cut'>,
    private readonly log: Logger,
    private readonly options: SenderOptions = SENDER_DEFAULTS,
  ) {}

  /** null, or why nothing is sent. */
  get fault(): string | null {
    return this.trouble ? 'the last look for due deliveries failed' : null;
  }

  start(): void {
    this.stopped = false;
    this.timer = setInterval(() => this.look(), this.options.lookEveryMs);
  }

  /** Begins nothing more, waits a moment for the attempts under way, cuts the others. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    await this.looking;
    const cut = setTimeout(() => this.endpoint.cut(), this.options.stopMs);
    await Promise.all([...this.served.values()].map(({ done }) => done));
    clearTimeout(cut);
  }

  /** Something may be due. */
  look(): void {
    if (this.stopped) return;
    if (this.looking !== null) {
      this.lookAgain = true;
      return;
    }
    this.lookAgain = false;
    this.looking = this.lookOnce().finally(() => {
      this.looking = null;
      if (this.lookAgain) this.look();
    });
  }

  private async lookOnce(): Promise<void> {
    try {
      const failing = [...this.served.values()].filter((lane) => lane.failing).length;
      await this.claim('failing', Math.min(this.options.lanes / 2 - failing, this.options.lanes - this.served.size));
      await this.claim('healthy', this.options.lanes - this.served.size);
      this.looks += 1;
      if (this.looks % FORGET_EVERY_LOOKS === 0) await forgetOldDeliveries(this.sql, FORGET_AT_ONCE);
      this.trouble = false;
    } catch (error) {
      if (!this.trouble) this.log.warn({ err: error }, 'webhooks have to wait');
      this.trouble = true;
    }
  }

  private async claim(which: 'healthy' | 'failing', places: number): Promise<void> {
    if (places < 1) return;
    for (const lane of await claimLanes(this.sql, this.me, which, Math.floor(places))) this.begin(lane);
  }

  private begin(lane: Lane): void {
    const key = `${lane.tenantId} ${lane.webhookId}`;
    const done = this.endpoint.serve(lane, this.me, () => this.stopped).finally(() => {
      this.served.delete(key);
      this.look(); // a place is free
    });
    this.served.set(key, { failing: lane.failingSince !== null, done });
  }
}
