import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Injection token of the process's Metrics. */
export const METRICS = Symbol('METRICS');

/** Seconds; from a look-up in memory to a request that waits for a store that is away. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** The metrics of one process. Asking twice for one name gives the same metric; label values must be few (no ids). */
export interface Metrics {
  readonly contentType: string;
  /** The page a Prometheus server reads. */
  text(): Promise<string>;
  counter(name: string, help: string, labels?: readonly string[]): Counter;
  gauge(name: string, help: string, labels?: readonly string[]): Gauge;
  /** @param buckets upper bounds; seconds by default */
  histogram(name: string, help: string, labels?: readonly string[], buckets?: readonly number[]): Histogram;
}

/** A registry of its own, so that several processes can live in one test. `processMetrics` adds memory, event loop and the like. */
export function createMetrics(options: { processMetrics?: boolean; labels?: Readonly<Record<string, string>> } = {}): Metrics {
  const registry = new Registry();
  if (options.labels) registry.setDefaultLabels(options.labels);
  if (options.processMetrics ?? true) collectDefaultMetrics({ register: registry, prefix: 'ampel_' });
  const registers = [registry];
  const known = <T>(name: string, make: () => T): T => (registry.getSingleMetric(name) as T | undefined) ?? make();
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    counter: (name, help, labels = []) => known(name, () => new Counter({ name, help, labelNames: [...labels], registers })),
    gauge: (name, help, labels = []) => known(name, () => new Gauge({ name, help, labelNames: [...labels], registers })),
    histogram: (name, help, labels = [], buckets = SECONDS) =>
      known(name, () => new Histogram({ name, help, labelNames: [...labels], buckets: [...buckets], registers })),
  };
}
