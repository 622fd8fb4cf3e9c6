/**
 * The past: what was so at any instant, by everything that is known now (behaviour D25, `as=actual`).
 *
 * Owns: the order in which facts became true (not the one in which they became known), the fold in that order, the intervals of boxes
 *   and agents that follow from it, and how much time each spent how (behaviour D24).
 * Invariants: the same rule decides as live (`applyEvent`): only the order differs; facts of one stream keep theirs, but for leases that
 *   were found to have ended earlier; an interval has a length, and neighbours differ in status.
 * Lifecycle: none. May import: agent-presence, opening-hours, tenant-settings, box-status.
 */
export * from './availability.js';
export type { CoverageGap } from './coverage-gaps.js';
export * from './effect-order.js';
export * from './intervals.js';
export * from './overdue-facts.js';
export * from './past-fold.js';
export * from './periods.js';
export type { AgentStanding, BoxStanding } from './standing.js';
