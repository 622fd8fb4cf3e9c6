/**
 * Coverage: whether somebody is there while a box is meant to be open, and who has to be told that nobody is (behaviour case 56).
 *
 * Owns: when a box is uncovered, where a gap begins and ends, and what is told of one that lasts.
 * Invariants: what is told follows from the gap and the length that makes an alert, not from when somebody looks: a gap that lasts so long
 *   is one CoverageLost and, once it is over, one CoverageRestored; a shorter one is nothing.
 * Lifecycle: none. May import: agent-presence (types), box-status, tenant-settings.
 */
export * from './gap-turns.js';
export * from './tell-gaps.js';
