/**
 * Client of the end-to-end specs: what a web page, an agent's device and a platform can do, over HTTP and SSE only.
 *
 * Owns: nothing that lasts but a tenant per spec. Invariants: no look behind the interface; every wait has a limit.
 * Lifecycle: `Tenant.add(place)` in beforeAll, `close()` in afterAll. May import: contract, testing.
 */
export { Agent, Device } from './agent.js';
export { call, take } from './call.js';
export type { ProblemBody, Reply } from './call.js';
export type { Frame } from './event-stream.js';
export type { Place } from './place.js';
export { Receiver } from './receiver.js';
export type { Received } from './receiver.js';
export { Tenant } from './tenant.js';
export type { StoredFact } from './tenant.js';
export { Widget, WidgetStream } from './widget.js';
