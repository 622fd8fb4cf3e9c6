import type { Pool, PoolClient } from 'pg';
import { isConnectionLost } from './unavailable.js';

/**
 * Runs `work` in one transaction (read committed) on a borrowed connection: commit when it resolves, rollback when it throws.
 * A connection that broke is thrown away instead of being given back.
 * @param opening a statement sent together with BEGIN, in the same round trip
 * @throws what `work` or the commit throws. If the connection breaks during COMMIT the outcome is unknown.
 */
export async function transaction<T>(
  pool: Pool,
  work: (sql: PoolClient) => Promise<T>,
  opening?: (client: PoolClient) => string,
): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query(opening === undefined ? 'BEGIN' : `BEGIN; ${opening(client)}`);
    const result = await work(client);
    // Postgres answers COMMIT of a failed transaction with ROLLBACK and no error: a swallowed error must not look like success.
    const { command } = await client.query('COMMIT');
    if (command !== 'COMMIT') throw new Error('The transaction was rolled back because one of its statements had failed');
    return result;
  } catch (error) {
    if (isConnectionLost(error)) broken = error as Error;
    else
      await client.query('ROLLBACK').catch((rollback: unknown) => {
        broken = rollback as Error;
      });
    throw error;
  } finally {
    client.release(broken);
  }
}
