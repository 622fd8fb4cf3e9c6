import type { Instant } from '../agent-presence/status.js';
import { Refusal } from '../refusal.js';
import type { SiteEvent } from './events.js';
import { type Site, siteFold } from './site.js';
import { modeAt, modeOf, type SiteMode } from './site-mode.js';

/** Kind of the alarm that is set for the end of a mode for a while. */
export const MODE_TIMER = 'mode-timer';

/** A mode for a while lasts that long at most, ms (30 days, as a status for a while: behaviour D15). */
export const LONGEST_MODE_MS = 30 * 86_400_000;

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

/** For whoever carries out alarms of the kind `MODE_TIMER`. */
export const modeTimerEnd = { fold: siteFold, decide: endSiteMode };

type EffectiveSiteEvent = SiteEvent & { readonly effectiveAt?: Instant };
