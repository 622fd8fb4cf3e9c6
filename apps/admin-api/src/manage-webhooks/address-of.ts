import { createHash } from 'node:crypto';
import type { WebhookAddress } from '#domain/tenant-settings/index';
import { invalid } from '#http-kit';
import { addressFault, type AddressRules } from '#webhooks';

const FINGERPRINT_LENGTH = 16; // of base64: 96 bits

/** The address in one spelling, and as events tell it. Refuses: `invalid-body` at `/url` for one that nothing is sent to. */
export function addressOf(given: string, rules: AddressRules): { url: string; address: WebhookAddress } {
  const fault = addressFault(given, rules);
  if (fault !== null) throw invalid('invalid-body', [{ pointer: '/url', detail: fault }]);
  const { href, origin } = new URL(given);
  const fingerprint = createHash('sha256').update(href).digest('base64url').slice(0, FINGERPRINT_LENGTH);
  return { url: href, address: { origin, fingerprint } };
}
