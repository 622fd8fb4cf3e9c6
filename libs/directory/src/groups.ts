import type { GroupRow, Page, Sql } from './rows.js';

const COLUMNS = `group_id AS id, name, enabled, removed_at IS NOT NULL AS removed`;

/** Adds a group, enabled. Two groups may have the same name: the contract does not forbid it. */
export async function addGroup(sql: Sql, tenantId: string, group: { id: string; name: string }): Promise<void> {
  await sql.query(`INSERT INTO directory.grp (tenant_id, group_id, name) VALUES ($1, $2, $3)`, [tenantId, group.id, group.name]);
}

/** A group by id, also a removed one. */
export async function findGroup(sql: Sql, tenantId: string, groupId: string): Promise<GroupRow | null> {
  const { rows } = await sql.query<GroupRow>(`SELECT ${COLUMNS} FROM directory.grp WHERE tenant_id = $1 AND group_id = $2`, [
    tenantId,
    groupId,
  ]);
  return rows[0] ?? null;
}

/** Groups that are not removed, by id ascending. */
export async function listGroups(sql: Sql, tenantId: string, page: Page): Promise<GroupRow[]> {
  const { rows } = await sql.query<GroupRow>(
    `SELECT ${COLUMNS} FROM directory.grp
     WHERE tenant_id = $1 AND removed_at IS NULL AND group_id > coalesce($2, '') ORDER BY group_id LIMIT $3`,
    [tenantId, page.after, page.limit],
  );
  return rows;
}

/** Ids and names of all groups that are not removed. */
export async function listGroupNames(sql: Sql, tenantId: string): Promise<{ id: string; name: string }[]> {
  const { rows } = await sql.query<{ id: string; name: string }>(
    `SELECT group_id AS id, name FROM directory.grp WHERE tenant_id = $1 AND removed_at IS NULL ORDER BY group_id`,
    [tenantId],
  );
  return rows;
}

/** Those of these groups that were not removed yet at an instant, ms of Postgres's clock. */
export async function findGroupsPresentAt(sql: Sql, tenantId: string, groupIds: readonly string[], at: number): Promise<Set<string>> {
  const { rows } = await sql.query<{ id: string }>(
    `SELECT group_id AS id FROM directory.grp
     WHERE tenant_id = $1 AND group_id = ANY ($2::text[])
       AND (removed_at IS NULL OR date_trunc('milliseconds', removed_at) > to_timestamp($3::float8 / 1000))`,
    [tenantId, groupIds, at],
  );
  return new Set(rows.map((row) => row.id));
}

/** Changes what is given, leaves the rest. */
export async function changeGroup(
  sql: Sql,
  tenantId: string,
  groupId: string,
  change: { name?: string | undefined; enabled?: boolean | undefined },
): Promise<void> {
  await sql.query(
    `UPDATE directory.grp SET name = coalesce($3, name), enabled = coalesce($4, enabled)
     WHERE tenant_id = $1 AND group_id = $2 AND removed_at IS NULL`,
    [tenantId, groupId, change.name ?? null, change.enabled ?? null],
  );
}

/** The row stays for the history. */
export async function removeGroup(sql: Sql, tenantId: string, groupId: string): Promise<void> {
  await sql.query(
    `UPDATE directory.grp SET removed_at = clock_timestamp() WHERE tenant_id = $1 AND group_id = $2 AND removed_at IS NULL`,
    [tenantId, groupId],
  );
}

/**
 * Keeps these groups from being removed until the transaction ends; gives the ids that exist.
 * Locks are taken in the order groups, then agents, each ascending, so that two commands never wait for each other.
 */
export async function lockGroupsForAssignment(sql: Sql, tenantId: string, groupIds: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql.query<{ id: string }>(
    `SELECT group_id AS id FROM directory.grp
     WHERE tenant_id = $1 AND group_id = ANY ($2::text[]) AND removed_at IS NULL ORDER BY group_id FOR SHARE`,
    [tenantId, groupIds],
  );
  return new Set(rows.map((row) => row.id));
}

/** Keeps everybody from assigning to this group until the transaction ends. False if there is no such group. */
export async function lockGroupForRemoval(sql: Sql, tenantId: string, groupId: string): Promise<boolean> {
  const { rowCount } = await sql.query(
    `SELECT 1 FROM directory.grp WHERE tenant_id = $1 AND group_id = $2 AND removed_at IS NULL FOR UPDATE`,
    [tenantId, groupId],
  );
  return rowCount === 1;
}
