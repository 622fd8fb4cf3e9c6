import type { ChangedNotices } from '#domain/conversations/index';
import type { Sql } from '#read-model';

/** Keeps what a site changed of its notices, in the transaction that tells it. */
export async function writeNotices(sql: Sql, tenantId: string, siteId: string, changed: ChangedNotices): Promise<void> {
  await sql.query(
    `INSERT INTO conversation.notices (tenant_id, site_id, settings) VALUES ($1, $2, $3)
     ON CONFLICT (tenant_id, site_id) DO UPDATE SET settings = excluded.settings`,
    [tenantId, siteId, JSON.stringify(changed)],
  );
}
