import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Injection token of the process's Metrics. */
export const METRICS = Symbol('METRICS');

/** Seconds; from a look-up in memory to a request that waits for a store that is away. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** A value and whose it is, e.g. `{ labels: { partition: '7' }, value: 3 }`. */
export interface Reading {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A metric as the reference documentation tells it. */
export interface MetricDescription {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly labels: readonly string[];
}

/** The metrics of one process. Asking twice for one name gives the same metric; label values must be few (no ids). */
export interface Metrics {
  readonly contentType: string;
  /** The page a Prometheus server reads. */
  text(): Promise<string>;
  counter(name: string, help: string, labels?: readonly string[]): Counter;
  gauge(name: string, help: string, labels?: readonly string[]): Gauge;
  /**
   * A gauge that is read when somebody looks, and tells nothing while it cannot be read. What was read before goes, so a partition that
   * another process took over is not told twice. Reading must be cheap: every scrape does it.
   */
  observed(name: string, help: string, labels: readonly string[], read: () => Iterable<Reading> | Promise<Iterable<Reading>>): void;
  /** A counter whose value somebody else keeps: `read` gives all since the start. For paths where every nanosecond counts. */
  counted(name: string, help: string, read: () => number): void;
  /** @param buckets upper bounds; seconds by default */
  histogram(name: string, help: string, labels?: readonly string[], buckets?: readonly number[]): Histogram;
  /** All of them, by name. */
  describe(): MetricDescription[];
}

/** What a registry keeps of a metric beside what it is typed to tell. */
interface Kept {
  readonly name: string;
  readonly help: string;
  readonly labelNames?: readonly string[];
  readonly constructor: { readonly name: string };
}

/**
 * Between two looks at the event loop's lag, ms. Each wakes the process, and ten services that do nothing should stay asleep; a loop that is
 * blocked for as long as anybody notices is seen all the same. What is measured includes it.
 */
const LAG_LOOK_MS = 25;

/** A registry of its own, so that several processes can live in one test. `processMetrics` adds memory, event loop and the like. */
export function createMetrics(options: { processMetrics?: boolean; labels?: Readonly<Record<string, string>> } = {}): Metrics {
  const registry = new Registry();
  if (options.labels) registry.setDefaultLabels(options.labels);
  if (options.processMetrics ?? true) collectDefaultMetrics({ register: registry, prefix: 'ampel_', eventLoopMonitoringPrecision: LAG_LOOK_MS });
  const registers = [registry];
  const known = <T>(name: string, make: () => T): T => (registry.getSingleMetric(name) as T | undefined) ?? make();
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    counter: (name, help, labels = []) => known(name, () => new Counter({ name, help, labelNames: [...labels], registers })),
    gauge: (name, help, labels = []) => known(name, () => new Gauge({ name, help, labelNames: [...labels], registers })),
    observed: (name, help, labels, read) => {
      const collect = async function (this: Gauge): Promise<void> {
        const readings = await Promise.resolve().then(read).catch(() => []);
        this.reset();
        if (labels.length === 0) this.remove(); // else it would say 0
        for (const { labels: whose = {}, value } of readings) this.set({ ...whose }, value);
      };
      registry.removeSingleMetric(name);
      new Gauge({ name, help, labelNames: [...labels], registers, collect });
    },
    counted: (name, help, read) => {
      let told = 0;
      const collect = function (this: Counter): void {
        const now = read();
        this.inc(Math.max(0, now - told));
        told = now;
      };
      registry.removeSingleMetric(name);
      new Counter({ name, help, registers, collect });
    },
    describe: () =>
      (registry.getMetricsAsArray() as unknown as Kept[])
        .map((metric) => {
          const { name, help, labelNames = [] } = metric;
          return { name, help, type: metric.constructor.name.toLowerCase(), labels: [...labelNames] };
        })
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
    histogram: (name, help, labels = [], buckets = SECONDS) =>
      known(name, () => new Histogram({ name, help, labelNames: [...labels], buckets: [...buckets], registers })),
  };
}
