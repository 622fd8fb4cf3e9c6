/**
 * Conversations: who waits for an answer, which notice is due, and when a conversation is over.
 *
 * Owns: the events, the fold and the decisions of a conversation, and the notices of a site (behaviour rule 5, D16, D17, D27).
 * Invariants: ids only, no words and no addresses; at most one notice in a silence, none after an answer; a notice is of the kind that fits
 *   what the visitor sees when it is sent; a conversation belongs to one visitor of one site.
 * Lifecycle: none. May import: agent-presence (types).
 */
export * from './conversation.js';
export * from './events.js';
export * from './notice-settings.js';
export * from './send-notice.js';
