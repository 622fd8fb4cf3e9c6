import type { Sql } from './rows.js';

/** Puts an agent into groups that the agent is not in yet. */
export async function addMemberships(sql: Sql, tenantId: string, agentId: string, groupIds: readonly string[]): Promise<void> {
  await sql.query(
    `INSERT INTO directory.membership (tenant_id, agent_id, group_id)
     SELECT $1, $2, group_id FROM unnest($3::text[]) AS wanted (group_id) ON CONFLICT DO NOTHING`,
    [tenantId, agentId, groupIds],
  );
}

/** Takes an agent out of every group but these. */
export async function removeMembershipsExcept(sql: Sql, tenantId: string, agentId: string, groupIds: readonly string[]): Promise<void> {
  await sql.query(`DELETE FROM directory.membership WHERE tenant_id = $1 AND agent_id = $2 AND group_id <> ALL ($3::text[])`, [
    tenantId,
    agentId,
    groupIds,
  ]);
}

/** The existing groups an agent is in, ascending. */
export async function readGroupsOfAgent(sql: Sql, tenantId: string, agentId: string): Promise<string[]> {
  const { rows } = await sql.query<{ group_id: string }>(
    `SELECT group_id FROM directory.membership WHERE tenant_id = $1 AND agent_id = $2 ORDER BY group_id`,
    [tenantId, agentId],
  );
  return rows.map((row) => row.group_id);
}

/** behaviour D18: the agents who are in this group and in no other, by id ascending. */
export async function findAgentsOnlyInGroup(sql: Sql, tenantId: string, groupId: string): Promise<string[]> {
  const { rows } = await sql.query<{ agent_id: string }>(
    `SELECT m.agent_id FROM directory.membership m
     WHERE m.tenant_id = $1 AND m.group_id = $2 AND NOT EXISTS (
       SELECT FROM directory.membership other
       WHERE other.tenant_id = m.tenant_id AND other.agent_id = m.agent_id AND other.group_id <> m.group_id)
     ORDER BY m.agent_id`,
    [tenantId, groupId],
  );
  return rows.map((row) => row.agent_id);
}

/** Takes every agent out of a group that is being removed. */
export async function removeMembershipsOfGroup(sql: Sql, tenantId: string, groupId: string): Promise<void> {
  await sql.query(`DELETE FROM directory.membership WHERE tenant_id = $1 AND group_id = $2`, [tenantId, groupId]);
}
