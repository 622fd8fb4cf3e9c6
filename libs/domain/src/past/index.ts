/**
 * The past: what was so at any instant, by everything that is known now (behaviour D25, `as=actual`).
 *
 * Owns: the order in which facts became true (not the one in which they became known), the fold in that order, the intervals of boxes
 *   and agents that follow from it, how much time each spent how (behaviour D24), and what all that would have been with other hours or groups.
 * Invariants: the same rule decides as live (`applyEvent`): only the order differs; facts of one stream keep theirs, but for leases that
 *   were found to have ended earlier; an interval has a length, and neighbours differ in status.
 * Lifecycle: none. May import: agent-presence, opening-hours, tenant-settings, box-status.
 */
export { type Account, type Availability, AvailabilityCount, type Detailed, type Spent } from './availability.js';
export { type BoxTime, type DecidingRule, statusSeen } from './box-lane.js';
export type { CoverageGap } from './coverage-gaps.js';
export * from './effect-order.js';
export * from './intervals.js';
export * from './overdue-facts.js';
export { type AgentSubject, type BoxSubject, PastFold, type StatusTurn, type TurnCause } from './past-fold.js';
export * from './periods.js';
export type { AgentStanding, BoxStanding } from './standing.js';
export type { Supposition } from './supposed-facts.js';
export * from './what-if.js';
export * from './what-if-sentence.js';
