/**
 * Directory: the mutable tables with personal data and secrets: tenants, sites' and groups' names, agents' profiles and
 * credentials, memberships, API keys, refresh tokens, and the record of what admins do.
 *
 * Owns: schema `directory` (migration 0002). One statement per function; each takes the caller's transaction.
 * Invariants: every key starts with the tenant; every statement names the tenant, row-level security is only the second lock;
 *   an e-mail address is unique among the agents of a tenant who are not removed; secrets are kept as hashes only;
 *   locks are taken in the order tenant, groups, agents, each ascending by id, before any stream head.
 *   Plan, lease, role, `active` and `enabled` are copies of what the events say, written in the same transaction.
 * Lifecycle: none; connections belong to #database.
 * May import: machinery (#database). Never the domain.
 */
export * from './agents.js';
export * from './api-keys.js';
export * from './audit.js';
export * from './devices.js';
export * from './groups.js';
export * from './many-agents.js';
export * from './memberships.js';
export * from './names.js';
export * from './rows.js';
export * from './secrets.js';
export * from './session-tokens.js';
export * from './sites.js';
export * from './tenants.js';
