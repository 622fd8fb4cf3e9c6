import pg from 'pg';
import type { Tracing } from '#observability';
import { typesAsNumbers } from './column-types.js';
import { traceStatements } from './traced-statements.js';

/** Injection token of the process's `Pools`. */
export const POOLS = Symbol('POOLS');

/** The two ways a service looks at the database. Both connect as a role that cannot bypass row-level security. */
export interface Pools {
  /** Sees every tenant's rows (`ampel.scope = all`): the event store, feeds, projector, timekeeper. */
  readonly engine: pg.Pool;
  /** Sees nothing until `withTenant` names a tenant for one transaction. */
  readonly tenant: pg.Pool;
  /** Ends both pools; waits for borrowed connections to come back. */
  close(): Promise<void>;
}

export interface PoolOptions {
  /** Connections per pool. */
  readonly max?: number;
  /** Told about a connection that broke while idle; the pool has replaced it already. */
  readonly onError?: (error: Error) => void;
  /** Tells traces of statements. */
  readonly tracing?: Tracing | null;
}

/** A first connection or one taken over a dead network: found out before a visitor's browser gives up. */
const CONNECT_MS = 3_000;
/** The server ends a statement that takes longer; who needs more says SET LOCAL statement_timeout and `query_timeout`. */
const STATEMENT_MS = 5_000;
/** No answer at all for that long = half-open connection: the client is thrown away (architecture 4: found in 6 s). */
const ANSWER_MS = 6_000;
/** A process that is paused inside a transaction must not hold a partition head for longer. */
const IDLE_IN_TRANSACTION_MS = 10_000;

/** Server side of the same promise: a client that vanished without a word is noticed in 6 s, so that its locks go. */
const VANISHED_CLIENT = {
  tcp_keepalives_idle: '2',
  tcp_keepalives_interval: '2',
  tcp_keepalives_count: '2',
  tcp_user_timeout: '6000',
  client_connection_check_interval: '2000',
};

/**
 * Opens the pools. Connections are made on first use, so an absent database shows in the first query, not here.
 * @param serviceUrl connection of the services' role (never the administrator's: see assertServiceRole)
 */
export function createPools(serviceUrl: string, options: PoolOptions = {}): Pools {
  const engine = createPool(serviceUrl, 'ampel-engine', { 'ampel.scope': 'all' }, options);
  const tenant = createPool(serviceUrl, 'ampel-tenant', {}, options);
  return {
    engine,
    tenant,
    close: async () => {
      await Promise.all([engine.end(), tenant.end()]);
    },
  };
}

function createPool(url: string, name: string, settings: Record<string, string>, options: PoolOptions): pg.Pool {
  const startUp = { timezone: 'UTC', ...VANISHED_CLIENT, ...settings };
  const pool = new pg.Pool({
    connectionString: url,
    application_name: name,
    max: options.max ?? 10,
    options: Object.entries(startUp).map(([key, value]) => `-c ${key}=${value}`).join(' '),
    connectionTimeoutMillis: CONNECT_MS,
    idleTimeoutMillis: 60_000,
    statement_timeout: STATEMENT_MS,
    query_timeout: ANSWER_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: 2_000,
    types: typesAsNumbers,
  });
  const report = options.onError ?? (() => undefined);
  // Idle connections: without a listener an 'error' event would end the process.
  pool.on('error', report);
  // Borrowed ones: their query fails as well and says so to its caller; between two queries of a transaction nobody else listens.
  pool.on('connect', (client) => client.on('error', () => undefined));
  if (options.tracing) traceStatements(pool, options.tracing);
  return pool;
}
