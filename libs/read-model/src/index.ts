/**
 * The read model: what boxes show, who counts for them, what was shown, and how far the projector has come.
 *
 * Owns: the tables of schema `read` and the statements that read them. Writing has a door of its own, `#read-model/write`, for the projector alone.
 * Invariants: rows, shown log and checkpoint of a partition commit together; a box row changes only if its payload does;
 *   the shown log is append-only and never rebuilt; everything else can be dropped and folded again from the event log.
 * Lifecycle: none; whoever calls brings the client, and with it the tenant it may see.
 * May import: domain, contract.
 */
export * from './read-box.js';
export * from './read-conversations.js';
export * from './read-effective-since.js';
export * from './read-history.js';
export * from './read-progress.js';
export * from './read-tenant-boxes.js';
export * from './read-visitor-box.js';
export * from './replayed-rows.js';
export * from './rows.js';
export type { Sql } from './sql.js';
export * from './wait-for-position.js';
