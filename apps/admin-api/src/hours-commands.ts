import { Inject, Injectable } from '@nestjs/common';
import type { HoursOnTheWire, HoursView } from '#contract';
import { type Pools, POOLS } from '#database';
import { listSiteIds, type TenantRow } from '#directory';
import { holidayDates, hoursBody, localDateAt, type OpeningHours, parseHours } from '#domain/opening-hours/index';
import {
  changeGroupHours, changeHours, type Group, type GroupEvent, groupFold, type HoursOfSite, type Site, type SiteEvent, siteFold,
} from '#domain/tenant-settings/index';
import { EVENT_STORE, type EventStore } from '#event-store';
import { notFound } from '#http-kit';
import { loadHolidayCalendars, writeOut } from '#holidays';
import { type HoursOwner, readHours, readHoursOfSites, ringOpeningsOf, wakeSites, writeHours } from '#openings';
import { assertIncluded } from './plan-limits.js';
import { type Asked, TenantCommands } from './tenant-commands.js';

/** Sets and removes hours, and lets the boxes follow before it answers (case 41). */
@Injectable()
export class HoursCommands {
  constructor(
    private readonly commands: TenantCommands,
    @Inject(POOLS) private readonly pools: Pools,
    @Inject(EVENT_STORE) private readonly store: EventStore,
  ) {}

  /** Refuses: `invalid-body` with all faults, `not-found`, `plan-limit`. Null removes the hours. */
  async ofSite(tenant: TenantRow, siteId: string, body: HoursOnTheWire | null, asked: Asked): Promise<void> {
    const wished = body && (await readBody(body));
    const owner: HoursOwner = { kind: 'site', id: siteId };
    let was: HoursOfSite = { site: null, groups: new Map() };
    let hours: OpeningHours | null = null;
    await this.commands.run<Site, SiteEvent>(tenant, {
      ...asked,
      streamId: `site-${siteId}`,
      fold: siteFold,
      prepare: async () => {
        [was = { site: null, groups: new Map() }] = await readHoursOfSites(this.pools.engine, [{ tenantId: tenant.id, siteId }]);
      },
      decide: (site, now) => {
        hours = wished && wished(was.site, site.timeZone, now);
        return changeHours(hours, was, site, now);
      },
      within: async (sql, { events }) => {
        if (hours !== null) await assertIncluded(sql, tenant.id, 'hours');
        if (events.length === 0) return;
        await writeHours(sql, tenant.id, owner, hours);
        await wakeSites(sql, tenant, [siteId]);
      },
    });
    await this.tell(tenant, [siteId]);
  }

  /** The same for a group: every site of the tenant shows it. */
  async ofGroup(tenant: TenantRow, groupId: string, body: HoursOnTheWire | null, asked: Asked): Promise<void> {
    const wished = body && (await readBody(body));
    const owner: HoursOwner = { kind: 'group', id: groupId };
    let was: OpeningHours | null = null;
    let hours: OpeningHours | null = null;
    let sites: string[] = [];
    await this.commands.run<Group, GroupEvent>(tenant, {
      ...asked,
      streamId: `group-${groupId}`,
      fold: groupFold,
      prepare: async () => {
        was = await readHours(this.pools.engine, tenant.id, owner);
      },
      decide: (group, now) => {
        hours = wished && wished(was, 'UTC', now);
        return changeGroupHours(hours, was, group);
      },
      within: async (sql, { events }) => {
        if (hours !== null) await assertIncluded(sql, tenant.id, 'hours');
        if (events.length === 0) return;
        await writeHours(sql, tenant.id, owner, hours);
        sites = await listSiteIds(sql, tenant.id);
        await wakeSites(sql, tenant, sites);
      },
    });
    await this.tell(tenant, sites);
  }

  /** The hours of a site or group that is there. Refuses: `not-found` where there are none. */
  async show(tenantId: string, owner: HoursOwner): Promise<HoursView> {
    const hours = await readHours(this.pools.engine, tenantId, owner);
    if (hours === null) throw notFound();
    const rows = hours.publicHolidays?.rows;
    if (!rows) return hoursBody(hours);
    return { ...hoursBody(hours), holidayRows: rows.map(({ hours: open, ...row }) => ({ ...row, ...(open ? { hours: [...open] } : {}) })) };
  }

  /** Tells the openings of sites whose alarm is due, and waits until they are shown. What fails is told by the timekeeper a moment later. */
  async tell(tenant: TenantRow, siteIds: readonly string[]): Promise<void> {
    if (siteIds.length === 0) return;
    await ringOpeningsOf(this.pools.engine, this.store, tenant, siteIds);
    await this.commands.shown(tenant.partition, (await this.store.heads()).get(tenant.partition) ?? null);
  }
}

/** Hours as they will be kept: the holidays are written out from the day of the decision, what people edited in them before stays. */
type WishedHours = (was: OpeningHours | null, timeZone: string, now: number) => OpeningHours;

async function readBody(body: HoursOnTheWire): Promise<WishedHours> {
  if (!body.holidays) {
    const hours = parseHours(body, () => 'unknown-country');
    return () => hours;
  }
  const calendars = await loadHolidayCalendars();
  const hours = parseHours(body, calendars.knows);
  const { publicHolidays: calendar } = hours;
  if (!calendar) return () => hours;
  return (was, timeZone, now) => {
    const { from, to } = holidayDates(localDateAt(hours.timeZone ?? timeZone, now));
    const before = was?.publicHolidays;
    const kept = before?.country === calendar.country && before.region === calendar.region ? before.rows : [];
    return { ...hours, publicHolidays: { ...calendar, rows: writeOut(calendars, calendar, kept, from, to) } };
  };
}
