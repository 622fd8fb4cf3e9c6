import type { PoolClient } from 'pg';
import type { Pools } from './pools.js';
import { transaction } from './transaction.js';

/**
 * Runs `work` in one transaction that sees and writes only this tenant's rows (row-level security). The setting ends with the
 * transaction, so the next borrower of the connection sees nothing (architecture 11, pitfall 12).
 * @param tenantId from the token or from a look-up, never from a body
 * @returns what `work` gives, after the commit
 * @throws what `work` throws, after the rollback
 */
export function withTenant<T>(pools: Pools, tenantId: string, work: (sql: PoolClient) => Promise<T>): Promise<T> {
  if (tenantId === '') throw new TypeError('withTenant: a tenant id must not be empty');
  return transaction(pools.tenant, work, (client) => `SELECT set_config('ampel.tenant', ${client.escapeLiteral(tenantId)}, true)`);
}
