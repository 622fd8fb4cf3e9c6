import type { Instant } from '../agent-presence/status.js';
import {
  dateOf, groupSchedule, instantOf, nextTransition, openingAt, type OpeningHours, type Schedule, siteSchedule,
} from '../opening-hours/index.js';
import { Refusal } from '../refusal.js';
import type { GroupEvent, Json, SiteEvent } from './events.js';
import type { Group } from './group.js';
import type { Opening, ToldOpening } from './opening.js';
import type { Site } from './site.js';

/** All hours that decide about a site: its own, and those of the tenant's groups that have some. */
export interface HoursOfSite {
  readonly site: OpeningHours | null;
  readonly groups: ReadonlyMap<string, OpeningHours>;
}

/** Kind of the alarm that is set for the next time at which the openings of a site have to be told anew. */
export const OPENING_ALARM = 'opening';

type EffectiveSiteEvent = SiteEvent & { readonly effectiveAt?: Instant };

/**
 * PUT and DELETE of a site's hours: the change and how every scope stands by it, in one event, so that the box follows on save (case 41).
 * The same again is no event. Refuses: `not-found`.
 */
export function changeHours(hours: OpeningHours | null, was: HoursOfSite, site: Site, now: Instant): EffectiveSiteEvent[] {
  if (site.standing !== 'present') throw new Refusal('not-found', 'There is no such site.');
  if (same(hours, was.site)) return [];
  const openings = tellOpenings({ ...was, site: hours }, site.timeZone, now);
  return [...turnsUntil(was, site, now).events, { type: 'HoursChanged', data: { siteId: site.siteId, hours: hours as Json | null, openings } }];
}

/** PUT and DELETE of a group's hours. What follows for each site is told by `settleOpenings`. Refuses: `not-found`. */
export function changeGroupHours(hours: OpeningHours | null, was: OpeningHours | null, group: Group): GroupEvent[] {
  if (group.standing !== 'present') throw new Refusal('not-found', 'There is no such group.');
  return same(hours, was) ? [] : [{ type: 'GroupHoursChanged', data: { groupId: group.groupId, hours: hours as Json | null } }];
}

/**
 * What has to be told of a site's openings at `now`: each turn that is over, in order, with its nominal time (an outage misses none, case
 * 43), then, where the hours say something else than was told (they changed, or the time zone data did), how they stand.
 */
export function settleOpenings(hours: HoursOfSite, site: Site, now: Instant): EffectiveSiteEvent[] {
  if (site.standing !== 'present') return [];
  const { events, openings } = turnsUntil(hours, site, now);
  const fresh = tellOpenings(hours, site.timeZone, now);
  if (same(openings, fresh)) return events;
  return [...events, { type: 'OpeningsChanged', data: { siteId: site.siteId, openings: fresh } }];
}

/** When the openings have to be told anew: at the next turn, or when another layer or day gives the reason; null: never. */
export function nextSettling(hours: HoursOfSite, timeZone: string, now: Instant): Instant | null {
  const instants = [...schedulesOf(hours, timeZone).values()].flatMap((schedule) => {
    const turn = nextTransition(schedule, now)?.at ?? null;
    return [turn, otherReason(schedule, now, turn)].filter((at) => at !== null);
  });
  return instants.length === 0 ? null : Math.min(...instants);
}

/** How every scope with hours stands at an instant: now, or one to come (the simulator). */
export function tellOpenings(hours: HoursOfSite, timeZone: string, at: Instant): ToldOpening[] {
  return [...schedulesOf(hours, timeZone)].map(([groupId, schedule]) => toldOpening(groupId, openingAt(schedule, at)));
}

/** The hours that apply to a scope of the site, merged by precedence: a group's own, else the site's; undefined: there are none. */
export function scheduleFor({ site, groups }: HoursOfSite, timeZone: string, groupId: string | null): Schedule | undefined {
  const own = groupId === null ? undefined : groups.get(groupId);
  if (own) return groupSchedule(own, site, timeZone);
  return site ? siteSchedule(site, timeZone) : undefined;
}

function schedulesOf({ site, groups }: HoursOfSite, timeZone: string): Map<string | null, Schedule> {
  const schedules = new Map<string | null, Schedule>();
  if (site) schedules.set(null, siteSchedule(site, timeZone));
  for (const [groupId, hours] of groups) schedules.set(groupId, groupSchedule(hours, site, timeZone));
  return schedules;
}

/** The turns that were told and are over, as far as the hours still say the same; and how the openings stand after them. */
function turnsUntil(hours: HoursOfSite, site: Site, now: Instant): { events: EffectiveSiteEvent[]; openings: ToldOpening[] } {
  const schedules = schedulesOf(hours, site.timeZone);
  const openings: ToldOpening[] = [];
  const events: EffectiveSiteEvent[] = [];
  for (const [key, opening] of Object.entries(site.openings ?? {})) {
    const groupId = key === '' ? null : key;
    const schedule = schedules.get(groupId);
    let stands = opening;
    for (let [due] = stands.upcoming; schedule && due && due.at <= now; [due] = stands.upcoming) {
      const { at, open } = due;
      const next = nextTransition(schedule, at - 1);
      if (next?.at !== at || next.open !== open) break;
      stands = openingAt(schedule, at);
      const { because, upcoming } = toldOpening(groupId, stands);
      events.push({ type: open ? 'OpeningStarted' : 'OpeningEnded', data: { siteId: site.siteId, groupId, because, upcoming: [...upcoming] }, effectiveAt: at });
    }
    openings.push(toldOpening(groupId, stands));
  }
  return { events: events.sort((a, b) => (a.effectiveAt ?? now) - (b.effectiveAt ?? now)), openings };
}

/** An opening as events tell it. */
export function toldOpening(groupId: string | null, { open, because, upcoming }: Opening): ToldOpening {
  return { groupId, open, because, upcoming: upcoming.map((turn) => ({ at: new Date(turn.at).toISOString(), open: turn.open })) };
}

/** The first midnight before the next turn on which another rule gives the reason: a holiday begins while it is closed anyway. */
function otherReason(schedule: Schedule, now: Instant, before: Instant | null): Instant | null {
  const is = openingAt(schedule, now).because;
  for (const { first, last } of schedule.dated) {
    for (const day of [first, last + 1]) {
      const at = instantOf(schedule.timeZone, dateOf(day));
      if (at <= now) continue;
      if (before !== null && at >= before) return null;
      if (!same(openingAt(schedule, at).because, is)) return at;
    }
  }
  return null;
}

/** Plain JSON with its keys in one order, as they are all made here. */
function same(a: unknown, b: unknown): boolean {
  return canonical(a) === canonical(b);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
