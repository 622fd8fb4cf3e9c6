import type { BoxRow, SiteRow } from './rows.js';
import type { Sql } from './sql.js';

const SITE_COLUMNS = `
  s.tenant_id AS "tenantId", s.site_id AS "siteId", s.partition, s.key, s.state->'origins' AS origins, s.state->>'timeZone' AS "timeZone",
  s.version, s.removed`;
const BOX_COLUMNS = `
  b.tenant_id AS "tenantId", b.site_id AS "siteId", nullif(b.group_id, '') AS "groupId", b.status, b.since, b.version,
  CASE WHEN b.next_at IS NOT NULL THEN jsonb_build_object('at', (extract(epoch FROM b.next_at) * 1000)::bigint, 'status', b.next_status) END AS next,
  b.removed`;

/** The site behind a public key, also a removed one; null if there never was one. Needs the engine's scope: the key is all a visitor has. */
export async function readSiteByKey(sql: Sql, key: string): Promise<SiteRow | null> {
  const text = `SELECT ${SITE_COLUMNS} FROM read.site s WHERE s.key = $1`;
  const { rows } = await sql.query<SiteRow>({ name: 'read-site-by-key', text, values: [key] });
  return rows[0] ?? null;
}

/** Every box of a site, tombstones included. */
export async function readBoxes(sql: Sql, site: { readonly tenantId: string; readonly siteId: string }): Promise<BoxRow[]> {
  const { rows } = await sql.query<BoxRow>({
    name: 'read-boxes',
    text: `SELECT ${BOX_COLUMNS} FROM read.box b WHERE b.tenant_id = $1 AND b.site_id = $2`,
    values: [site.tenantId, site.siteId],
  });
  return rows;
}

/** What is newer than a reader's own copy: the sites, as they are now, and their boxes with a version above the one given. */
export async function readNewerBoxes(
  sql: Sql,
  sites: readonly { readonly tenantId: string; readonly siteId: string; readonly version: number }[],
): Promise<{ sites: SiteRow[]; boxes: BoxRow[] }> {
  if (sites.length === 0) return { sites: [], boxes: [] };
  const values = [sites.map((s) => s.tenantId), sites.map((s) => s.siteId), sites.map((s) => s.version)];
  const wanted = `unnest($1::text[], $2::text[], $3::bigint[]) AS w(tenant_id, site_id, version)`;
  const found = await sql.query<SiteRow>({
    name: 'read-sites-again',
    text: `SELECT ${SITE_COLUMNS} FROM ${wanted} JOIN read.site s USING (tenant_id, site_id)`,
    values,
  });
  const newer = await sql.query<BoxRow>({
    name: 'read-newer-boxes',
    text: `SELECT ${BOX_COLUMNS} FROM ${wanted} JOIN read.box b USING (tenant_id, site_id) WHERE b.version > w.version`,
    values,
  });
  return { sites: found.rows, boxes: newer.rows };
}
