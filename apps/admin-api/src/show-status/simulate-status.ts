import type { PoolClient } from 'pg';
import { rfc3339 } from '#contract';
import { type Box, boxesAt, simulateBox, SITE_ITSELF, type TenantBoxes } from '#domain/box-status/index';
import { localDateAt, type OpeningHours } from '#domain/opening-hours/index';
import type { HoursOfSite } from '#domain/tenant-settings/index';
import { loadHolidayCalendars, writtenOutTo } from '#holidays';
import { invalid } from '#http-kit';
import { readHoursOfSites } from '#openings';
import { type ExplainedStatus, explanationView, nextView, SETTLED } from './site-status-view.js';

const DAY_MS = 86_400_000;
/** So far ahead is simulated, ms: five years. Zones and holidays are made by parliaments; beyond nobody knows any. */
const FURTHEST_MS = 5 * 366 * DAY_MS;
/** Holidays this long after the instant are looked at for the next change, ms. */
const AFTERWARDS_MS = 31 * DAY_MS;

export interface Simulation {
  readonly tenantId: string;
  readonly siteId: string;
  readonly group: string | null;
  readonly knownAt: number;
  readonly at: number;
}

/** Refuses `invalid-query` for an instant that is too far away. */
export function assertForeseeable(at: number, now: number): void {
  if (at > now + FURTHEST_MS) throw invalid('invalid-query', [{ pointer: '?at', detail: 'must lie at most five years ahead' }]);
}

/** What a visitor would see then, and why: the schedule, the timers and the modes then, the agents as they are now. Null: no such site. */
export async function simulateStatus(sql: PoolClient, boxes: TenantBoxes, asked: Simulation): Promise<ExplainedStatus | null> {
  const { tenantId, siteId, group, knownAt, at } = asked;
  const entry = boxes.sites.get(siteId);
  const box = entry?.boxes.get(group ?? SITE_ITSELF) ?? entry?.boxes.get(SITE_ITSELF);
  if (!entry || !box) return null;
  const [kept = { site: null, groups: new Map() }] = await readHoursOfSites(sql, [{ tenantId, siteId }]);
  const hours = await withHolidays(kept, entry.site.timeZone, at + AFTERWARDS_MS);
  const simulated = simulateBox(boxes, entry.site, group, hours, knownAt, at);
  const { status, since, next } = simulated;
  const { version } = box;
  const view = { status, since: rfc3339(since), version, next: nextView(next), knownAt: rfc3339(knownAt), settled: SETTLED };
  return { view: { ...explanationView(simulated), ...view }, explained: simulated, timeZone: entry.site.timeZone };
}

/** The whole tenant as it will be then: every box as `simulateStatus` says, agents without the statuses for a while that are over. */
export async function simulateAll(sql: PoolClient, boxes: TenantBoxes, { tenantId, knownAt, at }: Pick<Simulation, 'tenantId' | 'knownAt' | 'at'>): Promise<TenantBoxes> {
  const then = boxesAt(boxes, at);
  const sites = [...boxes.sites];
  const kept = await readHoursOfSites(sql, sites.map(([siteId]) => ({ tenantId, siteId })));
  for (const [i, [siteId, entry]] of sites.entries()) {
    const hours = await withHolidays(kept[i] ?? { site: null, groups: new Map() }, entry.site.timeZone, at + AFTERWARDS_MS);
    const shown = [...entry.boxes].map(([id, box]): [string, Box] => {
      const { status, since, next } = simulateBox(boxes, entry.site, id === SITE_ITSELF ? null : id, hours, knownAt, at);
      return [id, { ...box, status, since, next }];
    });
    then.sites.set(siteId, { ...entry, boxes: new Map(shown) });
  }
  return then;
}

/** Holidays as they will be written out by then, month by month. The calendars are loaded only where the instant lies beyond what is kept. */
async function withHolidays(hours: HoursOfSite, timeZone: string, until: number): Promise<HoursOfSite> {
  const needed = ({ timeZone: own = timeZone, publicHolidays }: OpeningHours): string | null => {
    const to = localDateAt(own, until);
    return publicHolidays && (publicHolidays.rows.at(-1)?.date ?? '') < to ? to : null;
  };
  const all = [...(hours.site ? [hours.site] : []), ...hours.groups.values()];
  if (!all.some((one) => needed(one) !== null)) return hours;
  const calendars = await loadHolidayCalendars();
  const extended = (one: OpeningHours): OpeningHours => writtenOutTo(calendars, one, needed(one) ?? '');
  return { site: hours.site && extended(hours.site), groups: new Map([...hours.groups].map(([id, one]) => [id, extended(one)])) };
}
