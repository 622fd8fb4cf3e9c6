import type { Pool, PoolClient } from 'pg';
import { spanned, type Tracing } from '#observability';

type Query = (...args: unknown[]) => unknown;
type Connect = (...args: unknown[]) => unknown;

/**
 * Statements on a pool, and on connections borrowed from it, become spans of the trace they are made in; without one they are as before.
 * Told are the name or the first words of a statement, never its values.
 */
export function traceStatements(pool: Pool, tracing: Tracing): void {
  const query = pool.query.bind(pool) as Query;
  const connect = pool.connect.bind(pool) as Connect;
  pool.query = ((...args: unknown[]) => traced(tracing, query, args)) as Pool['query'];
  pool.connect = ((...args: unknown[]) => {
    if (args.length > 0) return connect(...args); // with a callback: the pool itself, for `query`
    return (connect() as Promise<PoolClient>).then((client) => borrowed(client, tracing));
  }) as Pool['connect'];
}

/** Until it is given back, its own `query` hides the class's. */
function borrowed(client: PoolClient, tracing: Tracing): PoolClient {
  const query = client.query.bind(client) as Query;
  const release = client.release.bind(client);
  client.query = ((...args: unknown[]) => traced(tracing, query, args)) as PoolClient['query'];
  client.release = (error) => {
    Reflect.deleteProperty(client, 'query');
    release(error);
  };
  return client;
}

function traced(tracing: Tracing, query: Query, args: unknown[]): unknown {
  const name = nameOf(args[0]);
  // With a callback, or an object that takes the rows itself (a cursor, COPY), there is no promise to wait for.
  if (name === null || typeof args.at(-1) === 'function' || tracing.active() === undefined) return query(...args);
  return spanned(tracing, name, { kind: 'client', attributes: { 'db.system.name': 'postgresql' } }, () => query(...args) as Promise<unknown>);
}

/** `name` of a prepared statement, else its verb and table. */
function nameOf(statement: unknown): string | null {
  if (typeof statement === 'string') return summary(statement);
  const { name, text } = statement as { name?: unknown; text?: unknown };
  if (typeof name === 'string') return name;
  return typeof text === 'string' ? summary(text) : null;
}

function summary(text: string): string {
  const [verb = 'statement'] = /[A-Za-z]+/.exec(text) ?? [];
  const table = /\b(?:FROM|INTO|UPDATE)\s+([a-z_]+[.][a-z_]+)/i.exec(text)?.[1];
  return table === undefined ? verb.toUpperCase() : `${verb.toUpperCase()} ${table}`;
}
