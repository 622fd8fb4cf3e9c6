import { type DestinationStream, type Logger, pino, stdTimeFunctions } from 'pino';
import { errorInLog } from './error-in-log.js';

export type { Logger } from 'pino';

/** Injection token of the process's Logger. */
export const LOGGER = Symbol('LOGGER');

/** Where secrets and words of people could stand if somebody logged a whole request; they are cut out. */
const SECRETS = ['authorization', 'password', 'refreshToken', 'accessToken', 'token', 'key', 'secret', 'cookie', 'email', 'text'];

/** JSON lines to stdout (or `destination`). `level` is one of pino's, or `silent`. `fields` stand in every line, e.g. the roles. */
export function createLogger(
  options: { level?: string; fields?: Readonly<Record<string, unknown>>; destination?: DestinationStream } = {},
): Logger {
  return pino(
    {
      level: options.level ?? 'info',
      base: { pid: process.pid, ...options.fields },
      timestamp: stdTimeFunctions.isoTime,
      serializers: { err: (error: unknown) => errorInLog(error) },
      redact: { paths: SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '(not logged)' },
    },
    options.destination ?? pino.destination({ fd: 1, sync: true }),
  );
}
