
/** SQLSTATE classes and codes that say "not now" and nothing about the statement itself. */
const UNAVAILABLE_STATES = new Set([
  '57P01', // admin shutdown
  '57P02', // crash shutdown
  '57P03', // cannot connect now (starting, recovering)
  '57P05', // idle session timeout
  '57014', // statement timeout
  '55P03', // lock timeout
  '53100', // disk full
  '53200', // out of memory
  '53300', // too many connections
  '58030', // I/O error
  '25006', // read-only: a replica, or a primary being switched
  '25P03', // idle in transaction for too long
  '40001', // serialization failure, still after the retries
  '40P01', // deadlock, still after the retries
]);

const LOST_STATES = new Set(['57P01', '57P02', '57P03', '57P05', '25P03']);

const NETWORK_CODES = new Set([
  'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN',
]);

/** What pg and its pool say without a code. */
const LOST_MESSAGES =
  /^(Connection terminated|Query read timeout|Client has encountered a connection error|Client was closed|timeout expired)/i;
const POOL_MESSAGES = /^(timeout exceeded when trying to connect|Cannot use a pool after calling end)/i;

/**
 * Whether an error means that the database cannot be used at this moment (so that a request is answered 503 with Retry-After).
 * Looks through `cause` and the parts of an AggregateError.
 */
export function isUnavailable(error: unknown): boolean {
  return anyOf(error, (one) => isLost(one) || UNAVAILABLE_STATES.has(one.code ?? '') || POOL_MESSAGES.test(one.message));
}

/** Whether the connection the error came from is of no more use; a statement in flight then has an unknown outcome. */
export function isConnectionLost(error: unknown): boolean {
  return anyOf(error, isLost);
}

function isLost({ code = '', message }: Coded): boolean {
  return NETWORK_CODES.has(code) || LOST_STATES.has(code) || code.startsWith('08') || LOST_MESSAGES.test(message);
}

type Coded = Error & { code?: string };

function anyOf(error: unknown, test: (one: Coded) => boolean): boolean {
  if (!(error instanceof Error)) return false;
  if (test(error)) return true;
  const { errors: parts } = error as Partial<AggregateError>;
  if (Array.isArray(parts) && parts.some((one) => anyOf(one, test))) return true;
  return error.cause !== undefined && error.cause !== error && anyOf(error.cause, test);
}
