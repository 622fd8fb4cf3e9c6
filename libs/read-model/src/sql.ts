import type { ClientBase, Pool } from 'pg';

/** Whatever can run a statement: a pool, or the client of a transaction. */
export type Sql = Pick<Pool & ClientBase, "query">;
