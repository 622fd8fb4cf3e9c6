/**
 * Tenant settings: tenants with their plan, sites, groups.
 *
 * Owns: their events, folds and decisions (behaviour D18-D20 as far as no schedule is needed).
 * Invariants: ids only, no names; a change that changes nothing makes no event; a removed thing stays removed.
 * Lifecycle: none. May import: agent-presence (types).
 */
export * from './confirmation.js';
export * from './events.js';
export * from './group.js';
export * from './site.js';
export * from './tenant.js';
