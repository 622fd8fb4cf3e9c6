/*
 * Testing: what specs need and the product does not.
 * Owns: the servers of a test run, a database per spec file, started processes of Ampel, waiting for a fact;
 * given/when/then, builders of facts, a clock that stands still, seeded dice.
 * Invariants: real servers, never doubles; nothing outlives the run; a failed spec's database is kept and named.
 * Lifecycle: the run's set-up starts shared servers once; a spec file takes what it needs in `beforeAll` and gives it back in `afterAll`.
 * May import: config, embedded-servers, migrations, domain; only specs and the simulation may import it.
 */
export { freshDatabase } from './database.js';
export type { FreshDatabase } from './database.js';
export { eventually } from './eventually.js';
export type { EventuallyOptions } from './eventually.js';
export { natsUrl, startNats, startPostgres } from './servers.js';
export type { OwnServer } from './servers.js';
export { isRunning, sharedAmpel, spawnAmpel, startAmpel } from './ampel.js';
export type { Ended, ReadyAmpel, RunFile, StartedAmpel, StartOptions } from './ampel.js';
export * from './builders.js';
export * from './given.js';
export { rowsLookedAt } from './looked-at.js';
export * from './manual-clock.js';
export * from './seeded-random.js';
