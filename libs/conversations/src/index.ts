/**
 * Conversations: what visitors wrote, which conversations are open, and who sends the notices.
 *
 * Owns: schema `conversation` (migration 0014), alarms of the kinds `NOTICE_ALARM` and `LAPSE_ALARM`, and the path on which they ring. The
 *   statements that only read conversations are the read model's, because the widget's door reads them too and may write nothing.
 * Invariants: the decision is the domain's; a conversation's row, its alarms and its events commit together; words and addresses of people are
 *   in `conversation.message` alone, and go after the tenant's retention; anybody may ring at any time.
 * Lifecycle: none; whoever calls brings the client. May import: domain, database, event-store, leases, read-model.
 */
export * from './conversation-rows.js';
export * from './messages.js';
export * from './notice-rows.js';
export * from './ring-conversations.js';
