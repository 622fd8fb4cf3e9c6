import type { Instant } from '../agent-presence/status.js';
import type { SiteEvent } from './events.js';
import type { Site } from './site.js';

/** What decides a site's boxes (behaviour D7): agents within the hours (default), agents only, hours only, or a person, by force. */
export type SiteMode = 'agents-and-hours' | 'agents' | 'hours' | 'force-online' | 'force-offline';
export const SITE_MODES = ['agents-and-hours', 'agents', 'hours', 'force-online', 'force-offline'] as const satisfies readonly SiteMode[];
export const DEFAULT_SITE_MODE: SiteMode = 'agents-and-hours';

/** The mode of a site, as it stands. */
export interface ModeInForce {
  readonly mode: SiteMode;
  /** A mode for a while ("closed until 14:00"): when it ends, and which one comes back. */
  readonly timer?: { readonly until: Instant; readonly restores: SiteMode };
  readonly reason?: string;
}

const DEFAULT: ModeInForce = { mode: DEFAULT_SITE_MODE };

export function modeOf(site: Pick<Site, 'mode'>): ModeInForce {
  return site.mode ?? DEFAULT;
}

/** The mode at an instant from now on: a mode for a while has given way to the earlier one when its time is over. */
export function modeAt(site: Pick<Site, 'mode'>, at: Instant): SiteMode {
  const { mode, timer } = modeOf(site);
  return timer && timer.until <= at ? timer.restores : mode;
}

/** Do the opening hours decide in this mode? */
export function heedsHours(mode: SiteMode): boolean {
  return mode === 'agents-and-hours' || mode === 'hours';
}

/** The mode that an event tells. */
export function modeTold(data: Extract<SiteEvent, { type: 'SiteModeChanged' }>['data']): ModeInForce {
  const { to: mode, until, restores, reason } = data;
  return {
    mode,
    ...(until === undefined || restores === undefined ? {} : { timer: { until: Date.parse(until), restores } }),
    ...(reason === undefined ? {} : { reason }),
  };
}
