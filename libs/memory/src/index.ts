/**
 * The memory: what was so in a tenant at any instant of the past, and what visitors were shown.
 *
 * Owns: reading a tenant's log into the past, in the order in which facts became true (`actual`) or known (`shown`).
 * Invariants: `actual` is the fold of the log and nothing else; `shown` takes statuses from the record of what was shown, which is never
 *   recomputed; the log is read in pages and never held whole.
 * Lifecycle: none. May import: domain, database, event-store, read-model.
 */
export { Bookmarks } from './bookmarks.js';
export type { TenantLog } from './facts.js';
export * from './history.js';
export * from './recall.js';
export * from './report.js';
export * from './what-if.js';
