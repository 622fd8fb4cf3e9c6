import type { Pool } from 'pg';
import type { SchemaOfCode } from '#migrations/list';
import type { Metrics, Reading } from '#observability';
import type { OpenStreams } from './open-streams.js';
import type { Runtime } from './runtime.js';

interface Measured extends Runtime {
  readonly metrics: Metrics;
  readonly streams: OpenStreams;
  readonly roles: readonly string[];
  readonly schema: SchemaOfCode;
}

/** What every process tells of itself, whatever its roles: who it is, its connections to Postgres and NATS, its open streams. */
export function measureProcess({ metrics, pools, bus, streams, roles, schema }: Measured): void {
  metrics
    .gauge('ampel_build_info', 'Always 1; which roles run in this process and which migration its code knows', ['roles', 'schema'])
    .set({ roles: roles.join(','), schema: String(schema.version) }, 1);
  const ours = { engine: pools.engine, tenant: pools.tenant };
  metrics.observed('ampel_postgres_connections', 'Connections to Postgres by pool and state', ['pool', 'state'], () =>
    Object.entries(ours).flatMap(([name, pool]) => connectionsOf(name, pool)),
  );
  metrics.observed('ampel_postgres_waiting', 'Those who wait for a connection of a pool', ['pool'], () =>
    Object.entries(ours).map(([pool, { waitingCount: value }]) => ({ labels: { pool }, value })),
  );
  metrics.observed('ampel_bus_connected', '1 while this process is connected to NATS', [], () => [{ value: bus.connected ? 1 : 0 }]);
  const connections = metrics.counter('ampel_bus_connections_total', 'Connections to NATS made; all but the first came after a loss');
  bus.onReconnect(() => connections.inc());
  metrics.observed('ampel_sse_streams', 'Open streams of server-sent events', [], () => [{ value: streams.count }]);
}

function connectionsOf(pool: string, { totalCount, idleCount }: Pool): Reading[] {
  return [
    { labels: { pool, state: 'in-use' }, value: totalCount - idleCount },
    { labels: { pool, state: 'idle' }, value: idleCount },
  ];
}
