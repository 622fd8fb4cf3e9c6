import type { ClientBase } from 'pg';
import type { OpeningHours } from '#domain/opening-hours/index';
import { type HoursOfSite, OPENING_ALARM } from '#domain/tenant-settings/index';

export type Sql = Pick<ClientBase, 'query'>;

/** Whose hours they are. */
export interface HoursOwner {
  readonly kind: 'site' | 'group';
  readonly id: string;
}

/** A site whose openings are asked for. */
export interface SiteAddress {
  readonly tenantId: string;
  readonly siteId: string;
}

/** The hours of a site or group; null: none. */
export async function readHours(sql: Sql, tenantId: string, owner: HoursOwner): Promise<OpeningHours | null> {
  const { rows } = await sql.query<{ hours: OpeningHours }>({
    name: 'read-hours',
    text: 'SELECT hours FROM hours.schedule WHERE tenant_id = $1 AND owner_kind = $2 AND owner_id = $3',
    values: [tenantId, owner.kind, owner.id],
  });
  return rows[0]?.hours ?? null;
}

/** Writes the hours of a site or group, or removes them (null), in the transaction that tells it. */
export async function writeHours(sql: Sql, tenantId: string, owner: HoursOwner, hours: OpeningHours | null): Promise<void> {
  const values = [tenantId, owner.kind, owner.id];
  if (hours === null) {
    await sql.query('DELETE FROM hours.schedule WHERE tenant_id = $1 AND owner_kind = $2 AND owner_id = $3', values);
    return;
  }
  await sql.query(
    `INSERT INTO hours.schedule (tenant_id, owner_kind, owner_id, hours) VALUES ($1, $2, $3, $4)
     ON CONFLICT (tenant_id, owner_kind, owner_id) DO UPDATE SET hours = excluded.hours`,
    [...values, JSON.stringify(hours)],
  );
}

/** All hours that decide about each of these sites, in their order: one query, however many they are. */
export async function readHoursOfSites(sql: Sql, sites: readonly SiteAddress[]): Promise<HoursOfSite[]> {
  if (sites.length === 0) return [];
  const { rows } = await sql.query<{ tenantId: string; kind: string; id: string; hours: OpeningHours }>({
    name: 'read-hours-of-sites',
    text: `
      SELECT tenant_id AS "tenantId", owner_kind AS kind, owner_id AS id, hours FROM hours.schedule
      WHERE tenant_id = ANY ($1) AND (owner_kind = 'group' OR owner_id = ANY ($2))`,
    values: [[...new Set(sites.map(({ tenantId }) => tenantId))], sites.map(({ siteId }) => siteId)],
  });
  const ofSite = new Map<string, OpeningHours>();
  const ofGroups = new Map<string, Map<string, OpeningHours>>();
  for (const { tenantId, kind, id, hours } of rows) {
    if (kind === 'site') ofSite.set(`${tenantId} ${id}`, hours);
    else ofGroups.set(tenantId, (ofGroups.get(tenantId) ?? new Map<string, OpeningHours>()).set(id, hours));
  }
  return sites.map(({ tenantId, siteId }) => ({
    site: ofSite.get(`${tenantId} ${siteId}`) ?? null,
    groups: ofGroups.get(tenantId) ?? new Map<string, OpeningHours>(),
  }));
}

/** A tenant, as far as its streams and alarms ask. */
export interface Partitioned {
  readonly id: string;
  readonly partition: number;
}

/** Sets the alarm of these sites to now: something that decides their openings changed. In the transaction that changes it. */
export async function wakeSites(sql: Sql, tenant: Partitioned, siteIds: readonly string[]): Promise<void> {
  await sql.query(
    `INSERT INTO lease.alarm (tenant_id, kind, subject_id, partition, due_at) SELECT $1, $2, site, $3, clock_timestamp() FROM unnest($4::text[]) AS site
     ON CONFLICT (tenant_id, kind, subject_id) DO UPDATE SET due_at = excluded.due_at`,
    [tenant.id, OPENING_ALARM, tenant.partition, siteIds],
  );
}

/**
 * Sets the alarms of all sites to now if the time zone data of this process is another release than the openings were told with: whoever
 * rings tells those for which it says something else, the others wait for their next turn again. Gives how many were woken.
 *
 * @param release of the time zone database, e.g. `2026a`
 */
export async function wakeForZoneData(sql: Sql, release: string): Promise<number> {
  const { rowCount } = await sql.query(
    `WITH news AS (UPDATE hours.zone_data SET release = $1 WHERE release IS DISTINCT FROM $1 RETURNING release)
     UPDATE lease.alarm SET due_at = least(due_at, clock_timestamp()) WHERE kind = $2 AND EXISTS (SELECT FROM news)`,
    [release, OPENING_ALARM],
  );
  return rowCount ?? 0;
}
