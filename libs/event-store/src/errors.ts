import type { StreamAddress } from './envelope.js';

/** The store cannot be used at this moment; nothing of the command is stored. Try again (HTTP 503). */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}

/**
 * The connection broke while the commit was under way: the command may or may not be stored. Safe to repeat when it carries
 * an idempotency key, or when its decision looks at the state first (HTTP 503).
 */
export class StoreOutcomeUnknown extends Error {
  override readonly name = 'StoreOutcomeUnknown';
}

/** Postgres refused the values of this very append (not JSON, out of range): a fault of ours that repeating does not mend. */
export class StoreRejected extends Error {
  override readonly name = 'StoreRejected';
}

/** Another writer was first, again and again. Read anew and decide anew (HTTP 409). */
export class ConflictError extends Error {
  override readonly name = 'ConflictError';
  constructor(
    readonly stream: StreamAddress,
    readonly expectedVersion: number,
    readonly actualVersion: number,
  ) {
    super(`Stream ${stream.streamId} stands at version ${String(actualVersion)}, not ${String(expectedVersion)}`);
  }
}

/** The same idempotency key came with another request (HTTP 422). */
export class IdempotencyKeyReused extends Error {
  override readonly name = 'IdempotencyKeyReused';
  constructor(readonly commandId: string) {
    super('This idempotency key was used for another request');
  }
}
