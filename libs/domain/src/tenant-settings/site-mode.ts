import type { Instant } from '../agent-presence/status.js';
import { Refusal } from '../refusal.js';
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

/** Kind of the alarm that is set for the end of a mode for a while. */
export const MODE_TIMER = 'mode-timer';

/** A mode for a while lasts that long at most, ms (30 days, as a status for a while: behaviour D15). */
export const LONGEST_MODE_MS = 30 * 86_400_000;

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

export interface ChangeSiteMode {
  readonly mode: SiteMode;
  readonly until?: Instant | undefined;
  readonly reason?: string | undefined;
}

/**
 * PUT mode (behaviour D7). The same again is no event. A second mode for a while gives back what the first would have.
 * Refuses: `not-found`, `until-out-of-range`.
 */
export function changeSiteMode({ mode, until, reason }: ChangeSiteMode, site: Site, now: Instant): EffectiveSiteEvent[] {
  if (site.standing !== 'present') throw new Refusal('not-found', 'There is no such site.');
  if (until !== undefined && (until <= now || until > now + LONGEST_MODE_MS)) {
    throw new Refusal('until-out-of-range', 'A mode for a while ends in the future and within 30 days.');
  }
  const overdue = endSiteMode(site, now);
  const was = overdue.length > 0 ? { mode: modeAt(site, now) } : modeOf(site);
  if (mode === was.mode && until === was.timer?.until && reason === was.reason) return overdue;
  const timer = until === undefined ? {} : { until: new Date(until).toISOString(), restores: was.timer?.restores ?? was.mode };
  const data = { siteId: site.siteId, from: was.mode, to: mode, ...timer, ...(reason === undefined ? {} : { reason }) };
  return [...overdue, { type: 'SiteModeChanged', data }];
}

/** A mode for a while is over: the earlier one comes back, with the nominal time, however late this is noticed. */
export function endSiteMode(site: Site, now: Instant): EffectiveSiteEvent[] {
  const { mode, timer } = modeOf(site);
  if (!timer || timer.until > now || site.standing !== 'present') return [];
  return [{ type: 'SiteModeChanged', data: { siteId: site.siteId, from: mode, to: timer.restores }, effectiveAt: timer.until }];
}

type EffectiveSiteEvent = SiteEvent & { readonly effectiveAt?: Instant };

/** The mode that an event tells. */
export function modeTold(data: Extract<SiteEvent, { type: 'SiteModeChanged' }>['data']): ModeInForce {
  const { to: mode, until, restores, reason } = data;
  return {
    mode,
    ...(until === undefined || restores === undefined ? {} : { timer: { until: Date.parse(until), restores } }),
    ...(reason === undefined ? {} : { reason }),
  };
}
