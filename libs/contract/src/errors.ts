/** What a stable code means: its HTTP status and the title that never changes (RFC 9457: the same for every occurrence). */
export interface ErrorEntry {
  readonly status: number;
  readonly title: string;
}

/**
 * Every `code` a client can meet (contract, "HTTP conventions"). The reference page and a spec are checked against this list;
 * a code once published keeps its meaning.
 */
export const errorCatalogue = {
  'unreadable-json': { status: 400, title: 'The body is not JSON in UTF-8' },
  'unreadable-request': { status: 400, title: 'The request is not HTTP as this service reads it' },
  unauthenticated: { status: 401, title: 'No valid credentials' },
  'wrong-credentials': { status: 401, title: 'The sign-in is not right' },
  'signed-out': { status: 401, title: 'The session is signed out' },
  forbidden: { status: 403, title: 'Not allowed for this role' },
  'plan-limit': { status: 403, title: 'The plan does not include this' },
  'not-found': { status: 404, title: 'There is nothing here' },
  'not-yet': { status: 404, title: 'It did not exist at that time' },
  'method-not-allowed': { status: 405, title: 'Not with this method' },
  'request-timeout': { status: 408, title: 'The request did not arrive in time' },
  'already-exists': { status: 409, title: 'It exists already' },
  'agent-inactive': { status: 409, title: 'The agent is deactivated' },
  conflict: { status: 409, title: 'Somebody else was writing at the same moment' },
  'confirmation-required': { status: 409, title: 'Please confirm' },
  'last-owner': { status: 409, title: 'The tenant needs an owner' },
  'limit-reached': { status: 409, title: 'There are as many as there may be' },
  'not-a-mobile-session': { status: 409, title: 'Not a session of the mobile app' },
  'replay-under-way': { status: 409, title: 'A replay is under way' },
  'version-conflict': { status: 409, title: 'The state was changed meanwhile' },
  'webhook-disabled': { status: 409, title: 'The webhook is disabled' },
  'session-expired': { status: 410, title: 'The session has ended' },
  'too-large': { status: 413, title: 'The body is too large' },
  'url-too-long': { status: 414, title: 'The address is too long' },
  'email-required': { status: 422, title: 'An e-mail address is required now' },
  'idempotency-key-reused': { status: 422, title: 'The idempotency key was used for another request' },
  'invalid-body': { status: 422, title: 'The body is not as described' },
  'invalid-header': { status: 422, title: 'A header is not as described' },
  'invalid-query': { status: 422, title: 'The query is not as described' },
  'until-out-of-range': { status: 422, title: 'The time must be in the future and within 30 days' },
  'unsupported-media-type': { status: 422, title: 'The body must be application/json' },
  'too-many-requests': { status: 429, title: 'Too many requests' },
  'headers-too-large': { status: 431, title: 'The headers are too large' },
  'import-refused': { status: 422, title: 'Lines were refused, and so nothing was stored' },
  internal: { status: 500, title: 'Something went wrong on our side' },
  'shutting-down': { status: 503, title: 'The service is stopping' },
  'store-unavailable': { status: 503, title: 'The store cannot be reached' },
} as const satisfies Record<string, ErrorEntry>;

/** A stable code. */
export type ErrorCode = keyof typeof errorCatalogue;
