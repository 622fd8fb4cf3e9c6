/**
 * Openings: the hours of sites and groups as they hold now, and who tells what follows from them; and who tells that nobody is there
 *   while a box is meant to be open.
 *
 * Owns: schema `hours` (migrations 0009, 0015), alarms of the kind `OPENING_ALARM`, and the one path on which openings are told; schema
 *   `coverage` (migration 0012), whose rows the projector notes (ADR 0015).
 * Invariants: the decision is the domain's; hours are read after the state they decide about, so that a change between the two shows as a
 *   conflict of versions; whoever changes hours, zones or groups sets the alarm of every site concerned in the same transaction, so that a
 *   process that dies leaves nothing untold; anybody may tell at any time, what is told already decides to nothing.
 * Lifecycle: none; whoever calls brings the client. May import: domain, database, event-store, leases.
 */
export * from './extend-holidays.js';
export * from './hours-rows.js';
export * from './ring-gaps.js';
export * from './ring-openings.js';
