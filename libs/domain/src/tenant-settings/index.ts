/**
 * Tenant settings: tenants with their plan, sites with their mode and how their opening hours stand, groups, webhooks.
 *
 * Owns: their events, folds and decisions (behaviour D6, D7, D18-D20). What hours mean is `opening-hours`; here is only what follows.
 * Invariants: ids only, no names; a change that changes nothing makes no event; a removed thing stays removed.
 * Lifecycle: none. May import: agent-presence (types), opening-hours.
 */
export * from './change-site-mode.js';
export * from './confirmation.js';
export * from './events.js';
export * from './extend-holidays.js';
export * from './group.js';
export * from './opening.js';
export * from './plan.js';
export * from './settle-openings.js';
export * from './site-mode.js';
export * from './site.js';
export * from './tenant.js';
export * from './webhook.js';
