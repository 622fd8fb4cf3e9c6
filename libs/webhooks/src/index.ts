/**
 * Webhooks: endpoints that tenants have their events sent to, and the deliveries under way.
 *
 * Owns: schema `webhook` (migration 0006), the secrets' sealing, the signature (Standard Webhooks), which addresses may be sent to.
 * Invariants: a secret is in the database only sealed, with a key that is not; an event goes to an endpoint once (its row is unique), and
 *   is sent at least once; what is sent is read from the log, never from a message; one process at a time sends to an endpoint;
 *   no delivery reaches an address that is not public.
 * Lifecycle: none; connections belong to #database, sending to apps/relay.
 * May import: machinery. Never the domain.
 */
export { addressFault, isPublicAddress, type AddressRules } from './address-rules.js';
export * from './deliveries.js';
export * from './endpoints.js';
export * from './lanes.js';
export { newWebhookSecret, SecretCannotBeOpened, WebhookSecrets } from './secrets.js';
export { type SignatureHeaders, signatureHeaders } from './signature.js';
