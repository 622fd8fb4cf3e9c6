import { createHmac } from 'node:crypto';
import { signingKeyOf } from './secrets.js';

/** The headers of Standard Webhooks. */
export interface SignatureHeaders {
  readonly 'webhook-id': string;
  /** Seconds since 1970, of the attempt: receivers refuse old ones. */
  readonly 'webhook-timestamp': string;
  /** One signature per secret, separated by blanks. */
  readonly 'webhook-signature': string;
}

/**
 * Signs a message as Standard Webhooks says: HMAC-SHA256 over `<id>.<timestamp>.<body>`, with every secret that is good now.
 * @param id the event's id: the same for every attempt, so receivers dedupe by it
 * @param at milliseconds since 1970
 */
export function signatureHeaders(id: string, at: number, body: string, secrets: readonly string[]): SignatureHeaders {
  const timestamp = String(Math.floor(at / 1000));
  const signed = `${id}.${timestamp}.${body}`;
  const signatures = secrets.map((secret) => `v1,${createHmac('sha256', signingKeyOf(secret)).update(signed).digest('base64')}`);
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}
