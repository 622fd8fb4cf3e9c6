import type pg from 'pg';

/**
 * Rows of a table that statements have looked at so far, by Postgres's own count: tells whether a question finds its answer by an index.
 * Takes one connection, for what others have counted is told later.
 */
export async function rowsLookedAt(sql: Pick<pg.ClientBase, 'query'>, table: string): Promise<number> {
  await sql.query('SELECT pg_stat_force_next_flush()');
  const { rows } = await sql.query<{ n: number }>(
    'SELECT (seq_tup_read + coalesce(idx_tup_fetch, 0))::float8 AS n FROM pg_stat_user_tables WHERE relname = $1',
    [table],
  );
  return rows[0]?.n ?? Number.NaN;
}
