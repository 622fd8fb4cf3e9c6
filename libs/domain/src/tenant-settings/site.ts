import type { Instant } from '../agent-presence/status.js';
import { timeZoneFault } from '../opening-hours/index.js';
import { Refusal } from '../refusal.js';
import type { NoticesChangedData, SiteEvent } from './events.js';
import { type Openings, openingOf, openingsOf } from './opening.js';
import { type ModeInForce, modeTold } from './site-mode.js';

export interface Site {
  readonly siteId: string;
  readonly standing: 'unknown' | 'present' | 'removed';
  /** Public identifier in the website's snippet: names the site, opens nothing. */
  readonly key: string;
  /** Web origins whose pages may read the status in a browser, matched exactly. */
  readonly origins: readonly string[];
  /** IANA name. */
  readonly timeZone: string;
  /** Absent: the default (`modeOf`). */
  readonly mode?: ModeInForce;
  /** How the opening hours stand, per scope; absent: there are none. */
  readonly openings?: Openings;
  /** The notices for visitors, as far as events tell them; absent: those by default. */
  readonly notices?: Omit<NoticesChangedData, 'siteId'>;
  /** The last gap of coverage that was told, by scope (`''`: the site itself); absent: there was none. */
  readonly gaps?: Readonly<Record<string, ToldGap>>;
}

/** A time in which nobody was there although the box was meant to be open. */
export interface ToldGap {
  readonly since: Instant;
  /** It lasts. */
  readonly open: boolean;
}

/** The fold of a site's stream. */
export const siteFold = {
  category: 'site',
  stateVersion: 4,
  initial: { siteId: '', standing: 'unknown', key: '', origins: [], timeZone: 'UTC' } satisfies Site as Site,
  evolve: evolveSite,
};

export function evolveSite(site: Site, event: SiteEvent): Site {
  switch (event.type) {
    case 'SiteAdded':
      return { standing: 'present', ...event.data };
    case 'SiteOriginsChanged':
      return { ...site, origins: event.data.to };
    case 'SiteTimeZoneChanged':
      return { ...site, timeZone: event.data.to };
    case 'SiteModeChanged':
      return { ...site, mode: modeTold(event.data) };
    case 'HoursChanged':
    case 'OpeningsChanged':
      return { ...site, openings: openingsOf(event.data.openings) };
    case 'OpeningStarted':
    case 'OpeningEnded': {
      const { groupId, because, upcoming } = event.data;
      const opening = openingOf({ open: event.type === 'OpeningStarted', because, upcoming });
      return { ...site, openings: { ...site.openings, [groupId ?? '']: opening } };
    }
    case 'NoticesChanged': {
      const { siteId: _its, ...notices } = event.data;
      return { ...site, notices };
    }
    case 'HolidaysExtended':
      return site; // the rows stand with the hours; what follows for the boxes is told by OpeningsChanged
    case 'CoverageLost':
    case 'CoverageRestored': {
      const gap = { since: Date.parse(event.data.since), open: event.type === 'CoverageLost' };
      return { ...site, gaps: { ...site.gaps, [event.data.groupId ?? '']: gap } };
    }
    case 'SiteRemoved':
      return { ...site, standing: 'removed' };
    default:
      event satisfies never;
      return site;
  }
}

/** The last gap of coverage that was told of a scope of the site (`groupId` null: the site itself). */
export function gapOf({ gaps }: Pick<Site, 'gaps'>, groupId: string | null): ToldGap | undefined {
  return gaps?.[groupId ?? ''];
}

/** POST site. Refuses: `invalid-body` for what is no time zone (behaviour D5). */
export function addSite(command: { siteId: string; key: string; origins: readonly string[]; timeZone: string }, site: Site): SiteEvent[] {
  assertTimeZone(command.timeZone);
  return site.standing === 'unknown' ? [{ type: 'SiteAdded', data: { ...command, origins: [...command.origins] } }] : [];
}

/** PATCH site: only what differs becomes an event. Refuses: `not-found`, `invalid-body` for what is no time zone. */
export function changeSite(command: { origins?: readonly string[] | undefined; timeZone?: string | undefined }, site: Site): SiteEvent[] {
  assertPresent(site);
  const { siteId, origins, timeZone } = site;
  const events: SiteEvent[] = [];
  if (command.origins !== undefined && JSON.stringify(command.origins) !== JSON.stringify(origins)) {
    events.push({ type: 'SiteOriginsChanged', data: { siteId, from: [...origins], to: [...command.origins] } });
  }
  if (command.timeZone !== undefined && command.timeZone !== timeZone) {
    assertTimeZone(command.timeZone);
    events.push({ type: 'SiteTimeZoneChanged', data: { siteId, from: timeZone, to: command.timeZone } });
  }
  return events;
}

/** PUT notices: the same again is no event. Refuses: `not-found`. */
export function changeNotices(notices: Omit<NoticesChangedData, 'siteId'>, site: Site): SiteEvent[] {
  assertPresent(site);
  const was = site.notices;
  const names = ['busyDelaySeconds', 'offlineDelaySeconds', 'language', 'fingerprint'] as const;
  if (was && names.every((name) => was[name] === notices[name])) return [];
  return [{ type: 'NoticesChanged', data: { siteId: site.siteId, ...notices } }];
}

export function removeSite(site: Site): SiteEvent[] {
  return site.standing === 'present' ? [{ type: 'SiteRemoved', data: { siteId: site.siteId } }] : [];
}

/** The same rule as for hours; one that stands already is taken as it is, whatever the database of today calls it. */
function assertTimeZone(name: string): void {
  const detail = timeZoneFault(name);
  if (detail !== null) throw new Refusal('invalid-body', 'The site is not as described.', { errors: [{ pointer: '/timeZone', detail }] });
}

function assertPresent(site: Site): void {
  if (site.standing !== 'present') throw new Refusal('not-found', 'There is no such site.');
}
