import { createPools } from '#database';
import { parseHours } from '#domain/opening-hours/index';
import type { HoursBody } from '#domain/opening-hours/index';
import { OPENING_ALARM, siteFold, tellOpenings } from '#domain/tenant-settings/index';
import type { Site, SiteEvent } from '#domain/tenant-settings/index';
import { PostgresEventStore } from '#event-store';
import type { House } from './house.js';
import { asAdministrator } from './seed-sessions.js';
import type { SeededTenant } from './seed-sessions.js';

/** A site in UTC with hours. */
export interface SeededSite extends SeededTenant {
  readonly siteId: string;
  readonly key: string;
}

const AT_ONCE = 2_000;

/** Sites with these hours, the tenants in turns, as the commands of an administrator would have stored them. */
export async function seedSites(house: House, tenants: readonly SeededTenant[], count: number, hoursOf: (n: number) => HoursBody): Promise<SeededSite[]> {
  const pools = createPools(house.database.service);
  const store = new PostgresEventStore(pools);
  const sites = Array.from({ length: count }, (_, n): SeededSite => {
    const siteId = store.newId();
    return { ...(tenants[n % tenants.length] as SeededTenant), siteId, key: `key-${siteId}` };
  });
  const rows: { site: SeededSite; hours: string; dueAt: number | null }[] = [];
  try {
    const at = Date.now();
    for (let from = 0; from < count; from += AT_ONCE) {
      const pack = sites.slice(from, from + AT_ONCE).map((site, i) => {
        const hours = parseHours(hoursOf(from + i), () => 'known');
        const openings = tellOpenings({ site: hours, groups: new Map() }, 'UTC', at);
        const due = Date.parse(openings[0]?.upcoming[0]?.at ?? '');
        rows.push({ site, hours: JSON.stringify(hours), dueAt: Number.isFinite(due) ? due : null });
        const { siteId, key } = site;
        const events: SiteEvent[] = [
          { type: 'SiteAdded', data: { siteId, key, origins: [], timeZone: 'UTC' } },
          { type: 'HoursChanged', data: { siteId, hours: {}, openings } },
        ];
        const state = events.reduce((folded: Site, event) => siteFold.evolve(folded, event), siteFold.initial);
        const commandId = store.newId();
        return store.append({
          stream: { tenantId: site.tenantId, partition: site.partition, streamId: `${siteFold.category}-${siteId}` },
          expectedVersion: 0, events, decidedAt: at, state, stateVersion: siteFold.stateVersion,
          actor: { kind: 'system', id: 'bench' }, commandId, correlationId: commandId,
        });
      });
      await Promise.all(pack);
    }
  } finally {
    await pools.close();
  }
  await writeRows(house, rows);
  return sites;
}

/** The hours as they hold, and the alarms of the next turns. */
async function writeRows(house: House, rows: readonly { site: SeededSite; hours: string; dueAt: number | null }[]): Promise<void> {
  await asAdministrator(house, async (admin) => {
    await admin.query(
      `INSERT INTO hours.schedule (tenant_id, owner_kind, owner_id, hours)
       SELECT tenant, 'site', site, hours::jsonb FROM unnest($1::text[], $2::text[], $3::text[]) AS s (tenant, site, hours)`,
      [rows.map(({ site }) => site.tenantId), rows.map(({ site }) => site.siteId), rows.map(({ hours }) => hours)],
    );
    const due = rows.filter(({ dueAt }) => dueAt !== null);
    await admin.query(
      `INSERT INTO lease.alarm (tenant_id, kind, subject_id, partition, due_at)
       SELECT tenant, $5, site, partition, to_timestamp(due / 1000) FROM unnest($1::text[], $2::text[], $3::int[], $4::float8[]) AS s (tenant, site, partition, due)`,
      [
        due.map(({ site }) => site.tenantId),
        due.map(({ site }) => site.siteId),
        due.map(({ site }) => site.partition),
        due.map(({ dueAt }) => dueAt),
        OPENING_ALARM,
      ],
    );
  });
}
