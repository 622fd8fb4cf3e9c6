/**
 * Observability: logs, metrics, and traces of a request through every process.
 *
 * Owns: the shape of log lines (JSON, one a line, times in UTC), the registry of metrics,
 *   the spans of traces and what carries them (W3C Trace Context, ADR 21).
 * Invariants: never a password, token, key, e-mail address or message text in a log line, a label or a span; no tenant or agent in a label.
 * Lifecycle: `createLogger` and `createMetrics` once per process. `openTracing` once per process that has a collector, and only then
 *   are the packages of OpenTelemetry loaded. May import: nothing but pino, prom-client and those.
 */
export * from './logger.js';
export * from './metrics.js';
export * from './open-telemetry.js';
export * from './tracing.js';
