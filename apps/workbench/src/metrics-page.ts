import { setTimeout as pause } from 'node:timers/promises';
import { readSettings } from '#config';
import { createLogger, type MetricDescription, METRICS, type Metrics } from '#observability';
import type { Roles } from './all-in-one.js';
import { ROLES } from './roles.js';

/** A metric and the roles that tell it. */
interface ToldMetric extends MetricDescription {
  readonly roles: readonly string[];
}

/** Of prom-client itself: memory, event loop, garbage collection. Some thirty; these four are what one looks at. */
const OF_NODE = /^ampel_(process|nodejs)_/;
const LOOKED_AT = /_(eventloop_lag_p99_seconds|resident_memory_bytes|cpu_seconds_total|open_fds)$/;
const WITHIN_MS = 20_000;

/**
 * docs/reference/metrics.md: what every role really tells at `/metrics`. Starts the roles one after the other on these servers, so that it
 * is known which of them tells what; `roles` in the order of ROLES. Written by `npm run metrics-page`, compared in a spec.
 */
export async function metricsPage(servers: { readonly databaseUrl: string; readonly natsUrl: string }, roles: Roles): Promise<string> {
  const { runService, modules } = roles;
  const env = { DATABASE_URL: servers.databaseUrl, NATS_URL: servers.natsUrl, AMPEL_PORT: '0', AMPEL_TOKEN_SECRET: 's'.repeat(43) };
  const settings = readSettings(env);
  const logger = createLogger({ level: 'silent' });
  const told = new Map<string, ToldMetric>();
  for (const [index, role] of ROLES.entries()) {
    const service = await runService({ roles: [role], modules: modules.slice(index, index + 1), settings, logger });
    try {
      await untilWorking(service.url, role);
      for (const metric of service.app.get<Metrics>(METRICS).describe()) {
        told.set(metric.name, { ...metric, roles: [...(told.get(metric.name)?.roles ?? []), role] });
      }
    } finally {
      await service.close();
    }
  }
  return pageOf([...told.values()].sort((a, b) => (a.name < b.name ? -1 : 1)));
}

/** Some metrics come with the work: a relay that waits for its lock has no outboxes yet. */
async function untilWorking(url: string, role: string): Promise<void> {
  for (const deadline = performance.now() + WITHIN_MS; performance.now() < deadline; await pause(50)) {
    const ready = await fetch(`${url}/readyz`).then(({ status }) => status === 200);
    const page = await (await fetch(`${url}/metrics`)).text();
    if ((ready || role === 'widget-api') && (role !== 'relay' || page.includes('ampel_relay_published_total'))) return;
  }
  throw new Error(`${role} did not begin to work within ${WITHIN_MS} ms`);
}

function pageOf(metrics: readonly ToldMetric[]): string {
  const ours = metrics.filter(({ name }) => !OF_NODE.test(name));
  const rows = ours.map(({ name, type, labels, help, roles }) => {
    const by = roles.length === ROLES.length ? 'all' : roles.join(', ');
    return `| \`${name}\` | ${type} | ${labels.join(', ') || '-'} | ${by} | ${help} |`;
  });
  const ofNode = metrics.filter(({ name }) => OF_NODE.test(name) && LOOKED_AT.test(name)).map(({ name }) => `\`${name}\``);
  return [
    '# Metrics',
    '',
    'What every process tells at `GET /metrics` (Prometheus). Times are in seconds. No label holds a tenant, an agent or anything else that has',
    'no end. A partition is told by the process that works on it. How to read them: [watch.md](../operations/watch.md). Written by',
    '`npm run metrics-page` from what the roles really tell.',
    '',
    '| metric | type | labels | roles | meaning |',
    '|---|---|---|---|---|',
    ...rows,
    '',
    `Beside them, of Node itself, in every process, among others: ${ofNode.join(', ')}.`,
    '',
  ].join('\n');
}
