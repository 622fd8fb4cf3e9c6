/**
 * Box status: what the chat box of a site, or of a group on a site, shows, and why.
 *
 * Owns: the pure rule (behaviour D2, D3, D6, D19, D20), the fold of a tenant's log into its boxes, the preview of a click, the explanation
 *   and its sentence, the simulator.
 * Invariants: one version counter per site, stepped once per event that changes one of its boxes; a box changes only if what it shows does;
 *   a deleted group leaves a tombstone; live and rebuilt agree because both are this fold.
 * Lifecycle: none. May import: agent-presence, conversations (types), tenant-settings, opening-hours.
 */
export * from './apply-event.js';
export * from './box-status.js';
export * from './explain.js';
export * from './preview.js';
export { sentenceOf, type Telling } from './sentence.js';
export * from './simulate.js';
export * from './tenant-boxes.js';
export * from './visitor-view.js';
