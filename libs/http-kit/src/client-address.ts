import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

/** Answers about peers remembered; there are a few proxies, so more than this is somebody's play. */
const REMEMBERED = 1_000;

/**
 * Where a request comes from. Behind proxies that are trusted (`AMPEL_TRUSTED_PROXIES`) it is the last address of `X-Forwarded-For` that is no
 * such proxy; everybody else's header is only a claim and not read.
 */
export class ClientAddresses {
  readonly #proxies = new BlockList();
  readonly #known = new Map<string, boolean>();
  /** Whether there are any. */
  readonly behindProxies: boolean;

  /** @param proxies addresses and networks, e.g. `10.0.0.0/8`; checked by the settings */
  constructor(proxies: readonly string[] = []) {
    this.behindProxies = proxies.length > 0;
    for (const proxy of proxies) {
      const [address = '', bits] = proxy.split('/');
      const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
      if (bits === undefined) this.#proxies.addAddress(address, family);
      else this.#proxies.addSubnet(address, Number(bits), family);
    }
  }

  /** For Fastify, so that both agree. */
  readonly isTrusted = (address: string): boolean => {
    const known = this.#known.get(address);
    if (known !== undefined) return known;
    const plain = withoutMapping(address);
    const family = isIP(plain);
    const trusted = this.behindProxies && family !== 0 && this.#proxies.check(plain, family === 6 ? 'ipv6' : 'ipv4');
    if (this.#known.size >= REMEMBERED) this.#known.clear();
    this.#known.set(address, trusted);
    return trusted;
  };

  /** The client as limits count it: an IPv4 address, or the /64 of an IPv6 address, which is one household's. */
  of(request: IncomingMessage): string {
    const peer = request.socket.remoteAddress ?? '';
    return household(this.behindProxies && this.isTrusted(peer) ? this.#forwarded(request, peer) : peer);
  }

  #forwarded(request: IncomingMessage, peer: string): string {
    const header = request.headers['x-forwarded-for'];
    const hops = (typeof header === 'string' ? header : (header ?? []).join(',')).split(',').map((hop) => hop.trim());
    let client = peer;
    for (const hop of hops.reverse()) {
      if (isIP(hop) === 0) return client;
      client = hop;
      if (!this.isTrusted(hop)) return client;
    }
    return client;
  }
}

function household(address: string): string {
  if (!address.includes(':')) return address;
  const plain = withoutMapping(address);
  if (isIP(plain) !== 6) return plain;
  const [head = '', tail] = plain.split('::');
  const groups = head === '' ? [] : head.split(':');
  if (tail !== undefined) {
    const after = tail === '' ? [] : tail.split(':');
    while (groups.length + after.length < 8) groups.push('0');
    groups.push(...after);
  }
  return `${groups.slice(0, 4).map((group) => group.replace(/^0+(?=.)/, '')).join(':')}::/64`;
}

/** `::ffff:192.0.2.1`, as a socket that listens for both kinds tells an IPv4 address. */
function withoutMapping(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice('::ffff:'.length) : address;
}
