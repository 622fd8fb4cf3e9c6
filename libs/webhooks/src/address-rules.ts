import { BlockList, isIP, isIPv4 } from 'node:net';

export interface AddressRules {
  /** Development only: receivers on this machine, also without TLS. */
  readonly loopback: boolean;
}

/** IANA's special-purpose registry: everything that is not globally reachable, and what only carries an IPv4 address inside. */
const NOT_PUBLIC_V4 = [
  '0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24', '192.0.2.0/24',
  '192.31.196.0/24', '192.52.193.0/24', '192.88.99.0/24', '192.168.0.0/16', '192.175.48.0/24', '198.18.0.0/15', '198.51.100.0/24',
  '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4',
];
/** Of 2000::/3, the only addresses of IPv6 that are given out. Among them Teredo, 6to4, ORCHID, documentation. */
const NOT_PUBLIC_V6 = ['2001::/23', '2001:db8::/32', '2002::/16', '2620:4f:8000::/48', '3fff::/20'];

const listOf = (networks: readonly string[]): BlockList => {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    list.addSubnet(address, Number(bits), isIPv4(address) ? 'ipv4' : 'ipv6');
  }
  return list;
};
const notPublicV4 = listOf(NOT_PUBLIC_V4);
const notPublicV6 = listOf(NOT_PUBLIC_V6);
const givenOutV6 = listOf(['2000::/3']);
const loopback = listOf(['127.0.0.0/8', '::1/128']);

/** Whether deliveries may go to an IP address (text, without brackets). What cannot be read is not. */
export function isPublicAddress(address: string, rules: AddressRules): boolean {
  const family = isIP(address);
  if (family === 0) return false;
  if (rules.loopback && loopback.check(address, family === 4 ? 'ipv4' : 'ipv6')) return true;
  if (family === 4) return !notPublicV4.check(address, 'ipv4');
  // ::ffff:10.0.0.1 and the like lie outside 2000::/3: no need to look inside
  return givenOutV6.check(address, 'ipv6') && !notPublicV6.check(address, 'ipv6');
}

/** Names that never mean a host on the internet (RFC 6761, 6762, 8375, 9476); one label alone is a neighbour. */
const LOCAL_NAME = /(^|\.)(localhost|local|internal|intranet|lan|home|corp|home\.arpa|test|invalid|example|onion|alt)\.?$/;
const HTTPS_PORT = 443;
/** Below lie the ports of other protocols. */
const FIRST_FREE_PORT = 1024;

/**
 * What is wrong with an address as the receiver of deliveries, as the rest of a sentence; null = nothing that can be seen in it. Where a
 * name leads is looked at with every attempt.
 */
export function addressFault(url: string, rules: AddressRules): string | null {
  if (!URL.canParse(url)) return 'must be a URL such as https://example.org/hooks';
  const { protocol, hostname, port, username, password, hash } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  const here = rules.loopback && (host === 'localhost' || loopback.check(host, isIPv4(host) ? 'ipv4' : 'ipv6'));
  if (protocol !== 'https:' && !(here && protocol === 'http:')) return 'must begin with https://';
  if (username !== '' || password !== '') return 'must not hold a user or a password: they would be sent to nobody';
  if (hash !== '') return 'must not hold a fragment: it is never sent';
  if (here) return null;
  if (port !== '' && Number(port) !== HTTPS_PORT && Number(port) < FIRST_FREE_PORT) return 'must have port 443 or one from 1024 up';
  if (isIP(host) !== 0) return isPublicAddress(host, rules) ? null : 'must lead to the internet, not into a private network';
  if (!host.includes('.') || LOCAL_NAME.test(host)) return 'must lead to the internet, not into a private network';
  return null;
}
