import { Inject, Injectable } from '@nestjs/common';
import type { HoursView } from '#contract';
import { type Pools, POOLS } from '#database';
import { listSiteIds, type TenantRow } from '#directory';
import { hoursBody, type OpeningHours } from '#domain/opening-hours/index';
import {
  changeGroupHours, changeHours, type Group, type GroupEvent, groupFold, type HoursOfSite, type Site, type SiteEvent, siteFold,
} from '#domain/tenant-settings/index';
import { EVENT_STORE, type EventStore } from '#event-store';
import { notFound } from '#http-kit';
import { type HoursOwner, readHours, readHoursOfSites, ringOpeningsOf, scheduleExtension, wakeSites, writeHours } from '#openings';
import { type Asked, TenantCommands } from './tenant-commands.js';

/** Hours as they will be kept, from those that are: holidays are written out from the day of the decision, what people edited before stays. */
export type WishedHours = (was: OpeningHours | null, timeZone: string, now: number) => OpeningHours;

const NONE: HoursOfSite = { site: null, groups: new Map() };
/** The zone of a group's holidays where its hours name none: it has no place of its own. */
const NO_PLACE = 'UTC';

/** Sets and removes hours, and lets the boxes follow before it answers (case 41). */
@Injectable()
export class HoursCommands {
  constructor(
    private readonly commands: TenantCommands,
    @Inject(POOLS) private readonly pools: Pools,
    @Inject(EVENT_STORE) private readonly store: EventStore,
  ) {}

  /** Refuses: what `wished` refuses, `not-found`. Null removes the hours. */
  async set(tenant: TenantRow, owner: HoursOwner, wished: WishedHours | null, asked: Asked): Promise<void> {
    await (owner.kind === 'site' ? this.ofSite(tenant, owner, wished, asked) : this.ofGroup(tenant, owner, wished, asked));
  }

  private async ofSite(tenant: TenantRow, owner: HoursOwner, wished: WishedHours | null, asked: Asked): Promise<void> {
    const { id: siteId } = owner;
    let was = NONE;
    let hours: OpeningHours | null = null;
    let zone = NO_PLACE;
    await this.commands.run<Site, SiteEvent>(tenant, {
      ...asked,
      streamId: `site-${siteId}`,
      fold: siteFold,
      prepare: async () => {
        [was = NONE] = await readHoursOfSites(this.pools.engine, [{ tenantId: tenant.id, siteId }]);
      },
      decide: (site, now) => {
        zone = site.timeZone;
        hours = wished && wished(was.site, zone, now);
        return changeHours(hours, was, site, now);
      },
      within: async (sql, { events, now }) => {
        if (events.length === 0) return;
        await writeHours(sql, tenant.id, owner, hours);
        await scheduleExtension(sql, tenant, owner, hours, zone, now);
        await wakeSites(sql, tenant, [siteId]);
      },
    });
    await this.tell(tenant, [siteId]);
  }

  /** Every site of the tenant shows the group. */
  private async ofGroup(tenant: TenantRow, owner: HoursOwner, wished: WishedHours | null, asked: Asked): Promise<void> {
    let was: OpeningHours | null = null;
    let hours: OpeningHours | null = null;
    let sites: string[] = [];
    await this.commands.run<Group, GroupEvent>(tenant, {
      ...asked,
      streamId: `group-${owner.id}`,
      fold: groupFold,
      prepare: async () => {
        was = await readHours(this.pools.engine, tenant.id, owner);
      },
      decide: (group, now) => {
        hours = wished && wished(was, NO_PLACE, now);
        return changeGroupHours(hours, was, group);
      },
      within: async (sql, { events, now }) => {
        if (events.length === 0) return;
        await writeHours(sql, tenant.id, owner, hours);
        await scheduleExtension(sql, tenant, owner, hours, NO_PLACE, now);
        sites = await listSiteIds(sql, tenant.id);
        await wakeSites(sql, tenant, sites);
      },
    });
    await this.tell(tenant, sites);
  }

  /** The hours of a site or group that is there. Refuses: `not-found` where there are none. */
  async read(tenantId: string, owner: HoursOwner): Promise<OpeningHours> {
    const hours = await readHours(this.pools.engine, tenantId, owner);
    if (hours === null) throw notFound();
    return hours;
  }

  /** The same as people see them. */
  async show(tenantId: string, owner: HoursOwner): Promise<HoursView> {
    return hoursViewOf(await this.read(tenantId, owner));
  }

  /** Tells the openings of sites whose alarm is due, and waits until they are shown. What fails is told by the timekeeper a moment later. */
  async tell(tenant: TenantRow, siteIds: readonly string[]): Promise<void> {
    if (siteIds.length === 0) return;
    await ringOpeningsOf(this.pools.engine, this.store, tenant, siteIds);
    await this.commands.shown(tenant.partition, (await this.store.heads()).get(tenant.partition) ?? null);
  }
}

/** Hours as the contract writes them, with the rows of their holidays. */
export function hoursViewOf(hours: OpeningHours): HoursView {
  const rows = hours.publicHolidays?.rows;
  if (!rows) return hoursBody(hours);
  return { ...hoursBody(hours), holidayRows: rows.map(({ hours: open, ...row }) => ({ ...row, ...(open ? { hours: [...open] } : {}) })) };
}
