/**
 * Replays: what was asked for, how far it has come and what it found (architecture 8).
 *
 * Owns: the schema `replay`: runs, their finished parts, differences, the last verification of every partition.
 * Invariants: one run is carried out at a time; a run that was cancelled, or taken over by another process, takes nothing more from the
 *   one that carried it out before; a part is finished once and never folded again.
 * Lifecycle: none; whoever calls brings the connection, one that sees every tenant.
 * May import: database.
 */
export * from './carry-out.js';
export * from './difference.js';
export * from './runs.js';
export * from './verification.js';
