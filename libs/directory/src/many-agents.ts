import { AGENT_COLUMNS, normaliseEmail } from './agents.js';
import type { AgentRow, Role, Sql, StatusOnLogin } from './rows.js';

// Many agents in a few statements, for imports. Agents are locked as everywhere: after the groups, ascending by id.

/** The agents who have these addresses now. */
export async function findAgentsByEmail(sql: Sql, tenantId: string, emails: readonly string[]): Promise<AgentRow[]> {
  const { rows } = await sql.query<AgentRow>(
    `SELECT ${AGENT_COLUMNS} FROM directory.agent a WHERE a.tenant_id = $1 AND a.email = ANY ($2::text[]) AND a.removed_at IS NULL`,
    [tenantId, emails.map(normaliseEmail)],
  );
  return rows;
}

/** Holds these agents' rows, and those of all active owners if `ownersToo`, until the transaction ends. */
export async function lockAgentsById(sql: Sql, tenantId: string, ids: readonly string[], ownersToo: boolean): Promise<void> {
  await sql.query(
    `SELECT 1 FROM directory.agent
     WHERE tenant_id = $1 AND removed_at IS NULL AND (agent_id = ANY ($2::text[]) OR ($3 AND role = 'owner' AND active))
     ORDER BY agent_id FOR UPDATE`,
    [tenantId, ids, ownersToo],
  );
}

/** Ids of the owners who are active, ascending. */
export async function listOwnerIds(sql: Sql, tenantId: string): Promise<string[]> {
  const { rows } = await sql.query<{ id: string }>(
    `SELECT agent_id AS id FROM directory.agent
     WHERE tenant_id = $1 AND role = 'owner' AND active AND removed_at IS NULL ORDER BY agent_id`,
    [tenantId],
  );
  return rows.map((row) => row.id);
}

/** An agent as an import wants it to be. */
export interface WantedAgent {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly active: boolean;
  readonly statusOnLogin: StatusOnLogin;
  readonly groupIds: readonly string[];
}

/** Adds agents without a password. Gives how many: an address that somebody has by now is left out. */
export async function addAgents(sql: Sql, tenantId: string, agents: readonly WantedAgent[]): Promise<number> {
  if (agents.length === 0) return 0;
  const { rowCount } = await sql.query(
    `INSERT INTO directory.agent (tenant_id, agent_id, email, name, role, active, status_on_login)
     SELECT $1, id, email, name, role, active, "statusOnLogin"
     FROM jsonb_to_recordset($2::jsonb) AS a (id text, email text, name text, role text, active boolean, "statusOnLogin" text)
     ON CONFLICT (tenant_id, email) WHERE removed_at IS NULL DO NOTHING`,
    [tenantId, JSON.stringify(agents)],
  );
  return rowCount ?? 0;
}

/** Makes agents what is wanted. */
export async function changeAgents(sql: Sql, tenantId: string, agents: readonly WantedAgent[]): Promise<void> {
  if (agents.length === 0) return;
  await sql.query(
    `UPDATE directory.agent SET name = a.name, role = a.role, active = a.active, status_on_login = a."statusOnLogin"
     FROM jsonb_to_recordset($2::jsonb) AS a (id text, name text, role text, active boolean, "statusOnLogin" text)
     WHERE agent.tenant_id = $1 AND agent.agent_id = a.id AND agent.removed_at IS NULL`,
    [tenantId, JSON.stringify(agents)],
  );
}

/** Puts every one of these agents into exactly the groups that are wanted. */
export async function replaceMemberships(sql: Sql, tenantId: string, agents: readonly WantedAgent[]): Promise<void> {
  if (agents.length === 0) return;
  const pairs = agents.flatMap(({ id, groupIds }) => groupIds.map((groupId) => ({ id, groupId })));
  const [agentIds, groupIds] = [pairs.map(({ id }) => id), pairs.map(({ groupId }) => groupId)];
  await sql.query(
    `DELETE FROM directory.membership m WHERE tenant_id = $1 AND agent_id = ANY ($2::text[]) AND NOT EXISTS (
       SELECT FROM unnest($3::text[], $4::text[]) AS wanted (agent_id, group_id)
       WHERE wanted.agent_id = m.agent_id AND wanted.group_id = m.group_id)`,
    [tenantId, agents.map(({ id }) => id), agentIds, groupIds],
  );
  await sql.query(
    `INSERT INTO directory.membership (tenant_id, agent_id, group_id)
     SELECT $1, agent_id, group_id FROM unnest($2::text[], $3::text[]) AS wanted (agent_id, group_id) ON CONFLICT DO NOTHING`,
    [tenantId, agentIds, groupIds],
  );
}
