import type { Agent } from '#domain/agent-presence/index';
import { type Box, emptyTenantBoxes, recount, type TenantBoxes } from '#domain/box-status/index';
import type { Group, Site, Tenant } from '#domain/tenant-settings/index';
import type { Sql } from './sql.js';

/**
 * A tenant's boxes as the projector last committed them, with everything that decides them: the starting point of the next fold, of a
 * preview and of an explanation. What was removed is left out: it decides nothing any more. An unknown tenant is empty.
 */
export async function readTenantBoxes(sql: Sql, tenantId: string): Promise<TenantBoxes> {
  const { rows } = await sql.query<{ found: Found }>({ name: 'read-tenant-boxes', text: READ, values: [tenantId] });
  const found = rows[0]?.found;
  const boxes = emptyTenantBoxes();
  if (!found?.tenant) return boxes;
  boxes.tenant = { ...boxes.tenant, ...found.tenant }; // a row of an older version has no settings of later ones
  for (const agent of found.agents ?? []) boxes.agents.set(agent.agentId, agent);
  for (const group of found.groups ?? []) boxes.groups.set(group.groupId, group);
  for (const { state, version } of found.sites ?? []) boxes.sites.set(state.siteId, { site: state, version, boxes: new Map() });
  for (const { siteId, groupId, ...box } of found.boxes ?? []) boxes.sites.get(siteId)?.boxes.set(groupId, box);
  recount(boxes);
  return boxes;
}

/** The ids of a tenant's sites that have boxes, as the projector last committed them. */
export async function readSiteIds(sql: Sql, tenantId: string): Promise<string[]> {
  const { rows } = await sql.query<{ id: string }>('SELECT site_id AS id FROM read.site WHERE tenant_id = $1 AND NOT removed', [tenantId]);
  return rows.map(({ id }) => id);
}

/** Some sites as the projector last committed them, by id: what the log knows of them beside their names. */
export async function readSites(sql: Sql, tenantId: string, siteIds: readonly string[]): Promise<ReadonlyMap<string, Site>> {
  const { rows } = await sql.query<{ state: Site }>({
    name: 'read-sites',
    text: 'SELECT state FROM read.site WHERE tenant_id = $1 AND site_id = ANY ($2)',
    values: [tenantId, siteIds],
  });
  return new Map(rows.map(({ state }) => [state.siteId, state]));
}

interface Found {
  tenant: Tenant | null;
  agents: Agent[] | null;
  groups: Group[] | null;
  sites: { state: Site; version: number }[] | null;
  boxes: (Box & { siteId: string; groupId: string })[] | null;
}

// One statement, so that all parts are of one snapshot.
const READ = `
  SELECT jsonb_build_object(
    'tenant', (SELECT state FROM read.tenant WHERE tenant_id = $1),
    'agents', (SELECT jsonb_agg(state) FROM read.agent WHERE tenant_id = $1 AND NOT removed),
    'groups', (SELECT jsonb_agg(state ORDER BY added_at) FROM read.tenant_group WHERE tenant_id = $1 AND NOT removed),
    'sites', (SELECT jsonb_agg(jsonb_build_object('state', state, 'version', version) ORDER BY added_at)
              FROM read.site WHERE tenant_id = $1 AND NOT removed),
    'boxes', (SELECT jsonb_agg(jsonb_build_object('siteId', site_id, 'groupId', group_id, 'status', status,
                'since', (extract(epoch FROM since) * 1000)::bigint, 'version', version, 'removed', removed, 'next',
                CASE WHEN next_at IS NOT NULL THEN jsonb_build_object('at', (extract(epoch FROM next_at) * 1000)::bigint, 'status', next_status) END))
              FROM read.box WHERE tenant_id = $1 AND NOT removed)
  ) AS found`;
