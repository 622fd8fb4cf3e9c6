import type { ConnectionOptions } from '@nats-io/transport-node';
import { inboxOf } from './bus-users.js';

/** What can stand in the place where a user's answers come to. */
const PLAIN_USER = /^[A-Za-z0-9_-]{1,64}$/;

/**
 * Reads `nats://user:password@host:port`, several separated by commas (the first one's user counts for all); a user without a
 * password is a token. Throws a sentence without the password for what is no such URL.
 */
export function natsServers(urls: string): Pick<ConnectionOptions, 'servers' | 'user' | 'pass' | 'token' | 'tls' | 'inboxPrefix'> {
  const parsed = urls.split(',').map((url) => parse(url.trim()));
  const [first] = parsed;
  const user = decodeURIComponent(first?.username ?? '');
  const pass = decodeURIComponent(first?.password ?? '');
  return {
    servers: parsed.map((url) => `${url.hostname}:${url.port || '4222'}`),
    ...(user && pass ? { user, pass } : {}),
    ...(pass && PLAIN_USER.test(user) ? { inboxPrefix: inboxOf(user) } : {}),
    ...(user && !pass ? { token: user } : {}),
    ...(first?.protocol === 'tls:' ? { tls: {} } : {}),
  };
}

function parse(url: string): URL {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (!parsed?.hostname || !['nats:', 'tls:'].includes(parsed.protocol)) {
    throw new Error('The URL of NATS must look like nats://host:4222, with user:password@ before the host if there is one.');
  }
  return parsed;
}
