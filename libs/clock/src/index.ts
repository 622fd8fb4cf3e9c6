/**
 * Clock: the time rules go by: this process's clock corrected by its measured offset to Postgres's.
 *
 * Owns: the only call of Date.now that decides anything (architecture 3, "One clock").
 * Invariants: never a client's clock, never the bus's; an offset is taken only from a short round trip.
 * Lifecycle: `measuredClock(...)` starts measuring; `stop()` ends it. Before the first measurement the offset is 0.
 * May import: nothing.
 */
export * from './clock.js';
