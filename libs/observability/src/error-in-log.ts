import { types } from 'node:util';

/** An error as the log tells it. */
export interface LoggedError {
  readonly type: string;
  readonly code?: string;
  readonly message: string;
  /** Where, without what. */
  readonly stack?: string;
  readonly cause?: LoggedError;
}

/** What of a Postgres error says where something is wrong; its `detail`, `where` and `hint` repeat rows and values. */
const PLACES = ['schema', 'table', 'column', 'constraint', 'routine'] as const;
/** Causes of causes that are told. */
const DEEPEST = 4;
const LONGEST_MESSAGE = 500;

/**
 * An error without what somebody sent: its name, code, place and causes. Errors repeat their input in their own properties and words (rows in
 * Postgres's `detail`, values in messages about them, text in those of JSON.parse, addresses), so only what is known to be harmless is told.
 */
export function errorInLog(error: unknown, depth = 0): LoggedError {
  if (!types.isNativeError(error)) return { type: typeof error, message: '(no error was thrown)' };
  const { code, cause } = error as Error & { code?: unknown };
  const told: Record<string, unknown> = { type: error.name };
  if (typeof code === 'string' || typeof code === 'number') told['code'] = String(code);
  told['message'] = messageOf(error).slice(0, LONGEST_MESSAGE);
  const ofPostgres: PostgresError = error;
  if (isOfPostgres(ofPostgres)) for (const place of PLACES) if (typeof ofPostgres[place] === 'string') told[place] = ofPostgres[place];
  const frames = /(?:\n\s+at .*)+$/.exec(error.stack ?? '')?.[0];
  if (frames !== undefined) told['stack'] = frames.trim();
  if (cause !== undefined && depth < DEEPEST) told['cause'] = errorInLog(cause, depth + 1);
  return told as unknown as LoggedError;
}

type PostgresError = Error & Partial<Record<(typeof PLACES)[number] | 'code' | 'severity', unknown>>;

function isOfPostgres(error: PostgresError): boolean {
  return typeof error.severity === 'string' && typeof error.code === 'string';
}

function messageOf(error: PostgresError): string {
  // Class 22: something is wrong with a value, and the message repeats it. JSON.parse repeats the text.
  const quotesInput = (isOfPostgres(error) && String(error.code).startsWith('22')) || error.name === 'SyntaxError';
  const message = quotesInput ? error.message.replaceAll(/"[^]*"|'[^]*'/g, '"..."') : error.message;
  return message.replaceAll(ADDRESS, '(address)');
}

/** E-mail addresses, and users with passwords in URLs. */
const ADDRESS = /[^\s"'<>()=,;]+@[^\s"'<>()=,;]+/g;
