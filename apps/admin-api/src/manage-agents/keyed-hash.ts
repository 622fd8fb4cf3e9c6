import { createHmac } from 'node:crypto';
import type { IdempotencyOf } from '#http-kit';

/**
 * The command log keeps a hash of the request, and this request holds a password: under the process's secret nobody who reads the log
 * can try passwords against it, as they could against a plain SHA-256.
 */
export function withKeyedHash(idempotency: IdempotencyOf | undefined, secret: string | undefined): IdempotencyOf | undefined {
  if (!idempotency) return undefined;
  const requestHash = createHmac('sha256', secret ?? '').update(`request ${idempotency.requestHash}`).digest('hex');
  return { ...idempotency, requestHash };
}
