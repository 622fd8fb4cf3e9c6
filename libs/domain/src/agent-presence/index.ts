/**
 * Agent presence: what an agent wants (intent) and on how many devices the agent is there (sessions).
 *
 * Owns: the agent's events, their fold, and every decision about them (behaviour D2, D8, D9, D11-D13, D15, D18's assignment, D26, case 19).
 * Invariants: nothing automatic writes the intent but the timer an agent set (D1); a wish that is already true makes no event; closed
 *   sessions leave the state; at most 20 sessions are open; `version` counts changes of intent only.
 * Lifecycle: none. Plain functions of (command, state) that return events; time is an argument.
 * May import: nothing.
 */
export * from './agent.js';
export * from './decider.js';
export * from './events.js';
export * from './overdue.js';
export * from './status.js';
