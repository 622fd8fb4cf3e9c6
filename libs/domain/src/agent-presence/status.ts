/** What an agent wants, what an agent effectively is, and what a box shows: the same three words (behaviour D1-D3). */
export type Status = 'online' | 'busy' | 'offline';

export const STATUSES = ['online', 'busy', 'offline'] as const satisfies readonly Status[];

/** Milliseconds since 1970-01-01T00:00Z. */
export type Instant = number;

/**
 * An agent's effective status (behaviour D2): offline if deactivated, if the intent is offline or if no session is live; else the intent.
 */
export function effectiveStatus(agent: { readonly active: boolean; readonly intent: Status; readonly liveSessions: number }): Status {
  return agent.active && agent.liveSessions > 0 ? agent.intent : 'offline';
}
