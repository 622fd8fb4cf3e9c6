/**
 * Observability: logs, metrics and the id that ties a request's log lines together.
 *
 * Owns: the shape of log lines (JSON, one a line, times in UTC), the registry of metrics.
 * Invariants: never a password, token, key, e-mail address or message text in a log line or a label; no tenant or agent in a label.
 * Lifecycle: `createLogger` and `createMetrics` once per process. May import: nothing but pino and prom-client.
 */
export * from './logger.js';
export * from './metrics.js';
