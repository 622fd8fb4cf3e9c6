import type { Connection, Pool, PoolClient, Submittable } from 'pg';
import { isConnectionLost } from './unavailable.js';

/** Takes a row: one line of text, line feed included. The bytes are overwritten afterwards: who keeps them, copies them. */
export type TakeRow = (row: Buffer) => void;

/**
 * Has Postgres send the rows of a query in COPY's text form (columns between tabs, `\N` unless `nulls` says otherwise), some times cheaper
 * for both sides than rows of a statement. Gives how many rows came.
 *
 * @param sql      a pool, or the client of a transaction
 * @param query    without parameters (COPY takes none): whoever builds it writes numbers and `escapeLiteral` into it
 * @param patience ms until an answer is given up; Postgres's own statement_timeout holds beside it
 */
export async function copyOut(sql: Pool | PoolClient, query: string, take: TakeRow, patience?: number): Promise<number> {
  if (!('release' in sql)) return borrowed(sql, (client) => copyOut(client, query, take, patience));
  return new Promise((resolve, reject) => {
    sql.query(new CopyOut(`COPY (${query}) TO STDOUT (NULL '')`, take, patience, (error, rows) => (error ? reject(error) : resolve(rows))));
  });
}

/**
 * A time for a query of `copyOut`: whole milliseconds since 1970, rounded down. By arithmetic of floats, which costs a fifth of that of numeric: until the
 * year 2106 seconds as a float are wrong by less than half a microsecond, and Postgres keeps whole ones.
 *
 * @param column of type timestamptz
 */
export function copiedMilliseconds(column: string): string {
  return `floor(date_part('epoch', ${column}) * 1000 + 0.0005)::bigint`;
}

async function borrowed<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    return await work(client);
  } catch (error) {
    if (isConnectionLost(error)) broken = error as Error;
    throw error;
  } finally {
    client.release(broken);
  }
}

/** A statement as pg's client carries it out: it calls these methods with what the server sends. */
class CopyOut implements Submittable {
  private rows = 0;
  private failed = false;
  // pg's client reads these two, and puts its own timer around the callback.
  readonly query_timeout: number | undefined;
  callback: (error: Error | null, rows: number) => void;

  constructor(
    private readonly text: string,
    private readonly take: TakeRow,
    patience: number | undefined,
    done: (error: Error | null, rows: number) => void,
  ) {
    this.query_timeout = patience;
    this.callback = done;
  }

  submit(connection: Connection): void {
    (connection as unknown as { query(text: string): void }).query(this.text);
  }

  handleCopyData({ chunk }: { readonly chunk: Buffer }): void {
    this.rows += 1;
    if (this.failed) return;
    try {
      this.take(chunk);
    } catch (error) {
      this.handleError(error as Error); // the connection stays in order: the rest is read and let go
    }
  }

  handleError(error: Error): void {
    if (this.failed) return;
    this.failed = true;
    this.callback(error, this.rows);
  }

  handleReadyForQuery(): void {
    if (!this.failed) this.callback(null, this.rows);
  }

  handleCommandComplete(): void {
    // its count is known
  }
}
