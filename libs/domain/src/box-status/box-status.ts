import type { Status } from '../agent-presence/status.js';

/** How many of the agents that count for a box are effectively online and busy (behaviour D2, D3). Offline ones need no number. */
export interface Tally {
  readonly online: number;
  readonly busy: number;
}

/**
 * What a box shows (behaviour D1, D3): the gate over the best of the agents that count; online > busy > offline.
 * `enabled` is the gate: false for a disabled group (D6, D19). Opening hours and site modes will join it there.
 */
export function boxStatus(audience: Tally, enabled: boolean): Status {
  if (!enabled) return 'offline';
  if (audience.online > 0) return 'online';
  return audience.busy > 0 ? 'busy' : 'offline';
}
