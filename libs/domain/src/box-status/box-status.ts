import type { Status } from '../agent-presence/status.js';
import type { SiteMode } from '../tenant-settings/site-mode.js';

/** How many of the agents that count for a box are effectively online and busy (behaviour D2, D3). Offline ones need no number. */
export interface Tally {
  readonly online: number;
  readonly busy: number;
}

/** What stands before the agents (behaviour D1, D6): they decide, or the box is online or offline whoever is there. */
export type Gate = 'agents' | 'online' | 'offline';

/** What a box shows (behaviour D1, D3): the gate over the best of the agents that count; online > busy > offline. */
export function boxStatus(audience: Tally, gate: Gate): Status {
  if (gate !== 'agents') return gate;
  if (audience.online > 0) return 'online';
  return audience.busy > 0 ? 'busy' : 'offline';
}

export interface GateInputs {
  /** False for a disabled group (D19). */
  readonly enabled: boolean;
  readonly mode: SiteMode;
  /** By the opening hours that apply to the box; true where there are none. */
  readonly open: boolean;
}

/** behaviour D6, D7: disabled group > site mode > opening hours. */
export function gateOf({ enabled, mode, open }: GateInputs): Gate {
  if (!enabled) return 'offline';
  switch (mode) {
    case 'force-online':
      return 'online';
    case 'force-offline':
      return 'offline';
    case 'agents':
      return 'agents';
    case 'hours':
      return open ? 'online' : 'offline';
    case 'agents-and-hours':
      return open ? 'agents' : 'offline';
  }
}
