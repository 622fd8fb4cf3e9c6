import type { Sql } from './rows.js';

/** Names of sites and groups by id, also of removed ones; unknown ids are left out. */
export async function readBoxNames(
  sql: Sql,
  tenantId: string,
  ids: { siteIds: readonly string[]; groupIds: readonly string[] },
): Promise<Map<string, string>> {
  const { rows } = await sql.query<{ id: string; name: string }>(
    `SELECT site_id AS id, name FROM directory.site WHERE tenant_id = $1 AND site_id = ANY ($2::text[])
     UNION ALL SELECT group_id, name FROM directory.grp WHERE tenant_id = $1 AND group_id = ANY ($3::text[])`,
    [tenantId, ids.siteIds, ids.groupIds],
  );
  return new Map(rows.map(({ id, name }) => [id, name]));
}
