import type { Page, SiteRow, Sql } from './rows.js';

const COLUMNS = `site_id AS id, key, name, origins, time_zone AS "timeZone", removed_at IS NOT NULL AS removed`;

/** Adds a site. */
export async function addSite(
  sql: Sql,
  tenantId: string,
  site: { id: string; key: string; name: string; origins: readonly string[]; timeZone: string },
): Promise<void> {
  await sql.query(
    `INSERT INTO directory.site (tenant_id, site_id, key, name, origins, time_zone) VALUES ($1, $2, $3, $4, $5, $6)`,
    [tenantId, site.id, site.key, site.name, site.origins, site.timeZone],
  );
}

/** A site by id, also a removed one. */
export async function findSite(sql: Sql, tenantId: string, siteId: string): Promise<SiteRow | null> {
  const { rows } = await sql.query<SiteRow>(`SELECT ${COLUMNS} FROM directory.site WHERE tenant_id = $1 AND site_id = $2`, [
    tenantId,
    siteId,
  ]);
  return rows[0] ?? null;
}

/** Sites that are not removed, by id ascending. */
export async function listSites(sql: Sql, tenantId: string, page: Page): Promise<SiteRow[]> {
  const { rows } = await sql.query<SiteRow>(
    `SELECT ${COLUMNS} FROM directory.site
     WHERE tenant_id = $1 AND removed_at IS NULL AND site_id > coalesce($2, '') ORDER BY site_id LIMIT $3`,
    [tenantId, page.after, page.limit],
  );
  return rows;
}

/** Changes what is given, leaves the rest. */
export async function changeSite(
  sql: Sql,
  tenantId: string,
  siteId: string,
  change: { name?: string | undefined; origins?: readonly string[] | undefined; timeZone?: string | undefined },
): Promise<void> {
  await sql.query(
    `UPDATE directory.site
     SET name = coalesce($3, name), origins = coalesce($4::text[], origins), time_zone = coalesce($5, time_zone)
     WHERE tenant_id = $1 AND site_id = $2 AND removed_at IS NULL`,
    [tenantId, siteId, change.name ?? null, change.origins ?? null, change.timeZone ?? null],
  );
}

/** The row stays for the history. */
export async function removeSite(sql: Sql, tenantId: string, siteId: string): Promise<void> {
  await sql.query(
    `UPDATE directory.site SET removed_at = clock_timestamp() WHERE tenant_id = $1 AND site_id = $2 AND removed_at IS NULL`,
    [tenantId, siteId],
  );
}

/** Ids of all sites that are not removed, ascending. */
export async function listSiteIds(sql: Sql, tenantId: string): Promise<string[]> {
  const { rows } = await sql.query<{ id: string }>(
    `SELECT site_id AS id FROM directory.site WHERE tenant_id = $1 AND removed_at IS NULL ORDER BY site_id`,
    [tenantId],
  );
  return rows.map((row) => row.id);
}
