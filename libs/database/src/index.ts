/**
 * Room: how a service reaches Postgres.
 * Owns: the two pools (engine, tenant), transactions, the tenant's setting, what counts as "the database is away", arrays as Postgres reads them.
 * Invariants: connections speak UTC; bigint and timestamptz arrive as numbers (milliseconds); a tenant's setting lives for one
 * transaction; a service refuses to start as a role that can escape row-level security; no statement waits for ever.
 * Lifecycle: createPools connects lazily; close() ends both pools.
 * May import: npm packages only.
 */
export { CopiedRow, printBytes, withoutEscapes } from './copied-row.js';
export type { Print } from './copied-row.js';
export { copiedMilliseconds, copyOut } from './copy-out.js';
export { ifAny, jsons, numbers, texts } from './array-literal.js';
export { POOLS, createPools } from './pools.js';
export type { PoolOptions, Pools } from './pools.js';
export { ServiceRoleTooStrong, assertServiceRole } from './service-role.js';
export { transaction } from './transaction.js';
export { isConnectionLost, isUnavailable } from './unavailable.js';
export { withTenant } from './with-tenant.js';
