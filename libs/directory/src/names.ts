import type { Sql } from './rows.js';

/** Names of sites, groups and agents by id, also of removed ones; unknown ids are left out. */
export async function readNames(sql: Sql, tenantId: string, ids: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await sql.query<{ id: string; name: string }>(
    `SELECT site_id AS id, name FROM directory.site WHERE tenant_id = $1 AND site_id = ANY ($2::text[])
     UNION ALL SELECT group_id, name FROM directory.grp WHERE tenant_id = $1 AND group_id = ANY ($2::text[])
     UNION ALL SELECT agent_id, name FROM directory.agent WHERE tenant_id = $1 AND agent_id = ANY ($2::text[])`,
    [tenantId, ids],
  );
  return new Map(rows.map((row) => [row.id, row.name]));
}
