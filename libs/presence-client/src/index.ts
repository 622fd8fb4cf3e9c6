/**
 * Presence client: keeps an agent present from a browser, and shows nothing it does not know (behaviour D8, D13, cases 13-15, 21).
 *
 * Owns: in the page one stream and the beats, in one tab among many (Web Locks); the kept session and its tokens; nothing on the server.
 * Invariants: the core (step.ts and what it imports) has no clock, no dice, no browser and decides alone; the adapters decide nothing.
 *   An open stream is never presence, only answered beats are. A refresh token is used once, by one tab.
 * Lifecycle: `start()`, with a kept session or `adopt()`; `stop()` or the tab's end hands over to another tab.
 * May import: types of contract. No package, no Node: what is compiled runs in a page as it is, as ES modules.
 */
export type { StatusAnswer } from './change-status.js';
export type { KeptSession, SessionStore } from './own-session.js';
export type { Connection } from './connection.js';
export { PresenceClient } from './presence-client.js';
export type { PresenceClientOptions } from './presence-client-options.js';
export type { View } from './presence-states.js';
export { keptSession } from './session-stores.js';
