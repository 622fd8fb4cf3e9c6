import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Limits } from '#config';
import type { Metrics } from '#observability';
import type { ClientAddresses } from './client-address.js';
import { Problem } from './problem.js';
import { Rate } from './rate.js';

/** What is limited for each address. */
export type AddressLimit = 'signIns' | 'tokens' | 'widgetReads' | 'messages';

/** When somebody with too many streams may try again: one of them has to end first. Milliseconds. */
const STREAMS_RETRY_MS = 10_000;

/** For who brings settings of its own that speak of no limits: a spec. */
export const NOBODY_LIMITED: Limits = {
  signIns: Infinity, tokens: Infinity, widgetReads: Infinity, messages: Infinity, apiKey: Infinity, tenant: Infinity,
  streamsPerAddress: Infinity, streamsPerSite: Infinity,
};

const WHOSE = {
  signIns: 'sign-ins from this address',
  tokens: 'token refreshes from this address',
  widgetReads: 'questions from this address',
  messages: 'messages from this address',
  apiKey: 'requests with this API key',
  tenant: 'requests of this tenant',
  streamsPerAddress: 'open streams of this address',
  streamsPerSite: 'open streams of this site',
} as const;

/**
 * How much one caller may ask of this process, so that it is not taken away from all others (targets 4, API4). Each process counts for itself.
 * Refuses: `too-many-requests`, with the seconds after which there is room again.
 */
export class RateLimits {
  readonly #rates: Readonly<Record<AddressLimit | 'apiKey' | 'tenant', Rate>>;
  readonly #streams = { streamsPerAddress: new Map<string, number>(), streamsPerSite: new Map<string, number>() };
  readonly #refused: ReturnType<Metrics['counter']>;

  constructor(
    private readonly limits: Limits,
    private readonly addresses: ClientAddresses,
    metrics: Metrics,
    now?: () => number,
  ) {
    const rate = (perSecond: number): Rate => new Rate(perSecond, now);
    const { signIns, tokens, widgetReads, messages, apiKey, tenant } = limits;
    const byAddress = { signIns: rate(signIns), tokens: rate(tokens), widgetReads: rate(widgetReads), messages: rate(messages) };
    this.#rates = { ...byAddress, apiKey: rate(apiKey), tenant: rate(tenant) };
    this.#refused = metrics.counter('ampel_limited_total', 'Requests refused because somebody asked for too much, by the limit', ['limit']);
  }

  /** Counts a request of the address, or refuses it. */
  ofAddress(limit: AddressLimit, request: IncomingMessage): void {
    this.#take(limit, this.addresses.of(request));
  }

  /** The same for who can do without a reason: false if it is too much. */
  mayRead(request: IncomingMessage): boolean {
    return this.#rates.widgetReads.take(this.addresses.of(request)) === 0;
  }

  /** Counts a request with an API key, before anybody looks the key up: whoever floods does not reach Postgres. Made-up keys count for themselves. */
  ofApiKey(authorization: string | undefined): void {
    const [, key] = /^bearer (ak_.{1,400})$/i.exec(authorization ?? '') ?? [];
    if (key !== undefined) this.#take('apiKey', createHash('sha256').update(key).digest('base64'));
  }

  /** Counts a request of a tenant's keys and people. */
  ofTenant(tenantId: string): void {
    this.#take('tenant', tenantId);
  }

  /** Counts an open stream until the function given back is called. `site`: whose it is, for streams of widgets. */
  ofStream(request: IncomingMessage, site?: string): () => void {
    const address = this.addresses.of(request);
    const leave = this.#enter('streamsPerAddress', address);
    if (site === undefined) return leave;
    try {
      const leaveSite = this.#enter('streamsPerSite', site);
      return () => {
        leave();
        leaveSite();
      };
    } catch (error) {
      leave();
      throw error;
    }
  }

  #take(limit: AddressLimit | 'apiKey' | 'tenant', key: string): void {
    const wait = this.#rates[limit].take(key);
    if (wait > 0) throw this.#tooMany(limit, wait);
  }

  #enter(limit: 'streamsPerAddress' | 'streamsPerSite', key: string): () => void {
    const open = this.#streams[limit];
    const count = open.get(key) ?? 0;
    if (count >= this.limits[limit]) throw this.#tooMany(limit, STREAMS_RETRY_MS);
    open.set(key, count + 1);
    return () => {
      const left = (open.get(key) ?? 1) - 1;
      if (left > 0) open.set(key, left);
      else open.delete(key);
    };
  }

  #tooMany(limit: keyof typeof WHOSE, waitMs: number): Problem {
    this.#refused.inc({ limit });
    const seconds = Math.max(1, Math.ceil(waitMs / 1000));
    return new Problem('too-many-requests', `Too many ${WHOSE[limit]}. Try again in ${seconds} s.`, {}, { retryAfter: seconds });
  }
}
