/**
 * The memory: what was so in a tenant at any instant of the past, and what visitors were shown.
 *
 * Owns: reading a tenant's log into the past, in the order in which facts became true (`actual`) or known (`shown`); the places it has
 *   come by and the intervals of boxes up to them, in the schema `memory`: a cache.
 * Invariants: `actual` is the fold of the log and nothing else, with places, without them, and whatever comes late; `shown` takes statuses
 *   from the record of what was shown, which is never recomputed; a long log is never read for one answer.
 * Lifecycle: none; whoever wants answers to stay quick walks from time to time. May import: domain, database, event-store, read-model.
 */
export { MOST_COMPARED, SLICE, TooLong } from './compared.js';
export type { TenantLog } from './facts.js';
export { Memory, NotWalkedYet } from './memory.js';
export type { PastAsked, PastPage } from './past-page.js';
export { forgetOldRules, forgetPastOf, PostgresShelf } from './postgres-shelf.js';
export { isSettled, withoutRemoved } from './settled.js';
