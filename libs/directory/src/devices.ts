import type { Sql } from './rows.js';

/** What people called the devices of these sessions, by session id; sessions without a name are left out. */
export async function readDeviceNames(sql: Sql, tenantId: string, sessionIds: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await sql.query<{ session_id: string; device_name: string }>(
    `SELECT session_id, device_name FROM directory.session_token
     WHERE tenant_id = $1 AND session_id = ANY ($2::text[]) AND device_name IS NOT NULL`,
    [tenantId, sessionIds],
  );
  return new Map(rows.map((row) => [row.session_id, row.device_name]));
}
