import type { AgentRow, Page, Role, Sql, StatusOnLogin } from './rows.js';

/** Of an agent `a`, as an AgentRow. */
export const AGENT_COLUMNS = `a.agent_id AS id, a.email, a.name, a.role, a.active, a.status_on_login AS "statusOnLogin",
  a.removed_at IS NOT NULL AS removed,
  ARRAY(SELECT m.group_id FROM directory.membership m
        WHERE m.tenant_id = a.tenant_id AND m.agent_id = a.agent_id ORDER BY m.group_id) AS "groupIds"`;

/** One spelling of an e-mail address for storing and for looking up: without blanks around it, composed, lower case. */
export function normaliseEmail(email: string): string {
  return email.trim().normalize('NFC').toLowerCase();
}

/** Adds an agent, active. False if an agent of this tenant who is not removed has the address (another transaction is waited for). */
export async function addAgent(
  sql: Sql,
  tenantId: string,
  agent: { id: string; email: string; name: string; role: Role; passwordHash: string | null },
): Promise<boolean> {
  const { rowCount } = await sql.query(
    `INSERT INTO directory.agent (tenant_id, agent_id, email, name, role, password_hash)
     VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (tenant_id, email) WHERE removed_at IS NULL DO NOTHING`,
    [tenantId, agent.id, normaliseEmail(agent.email), agent.name, agent.role, agent.passwordHash],
  );
  return rowCount === 1;
}

/** An agent by id, also a removed one. */
export async function findAgent(sql: Sql, tenantId: string, agentId: string): Promise<AgentRow | null> {
  const { rows } = await sql.query<AgentRow>(`SELECT ${AGENT_COLUMNS} FROM directory.agent a WHERE a.tenant_id = $1 AND a.agent_id = $2`, [
    tenantId,
    agentId,
  ]);
  return rows[0] ?? null;
}

/** What a sign-in needs to know of the agent who has this address now. */
export interface Credentials {
  readonly agentId: string;
  readonly role: Role;
  /** Argon2id in PHC form; null = this agent cannot sign in with a password. */
  readonly passwordHash: string | null;
}

/** Credentials by e-mail address, whatever its case. */
export async function findCredentials(sql: Sql, tenantId: string, email: string): Promise<Credentials | null> {
  const { rows } = await sql.query<Credentials>(
    `SELECT agent_id AS "agentId", role, password_hash AS "passwordHash" FROM directory.agent
     WHERE tenant_id = $1 AND email = $2 AND removed_at IS NULL`,
    [tenantId, normaliseEmail(email)],
  );
  return rows[0] ?? null;
}

/** Agents who are not removed, by id ascending. */
export async function listAgents(sql: Sql, tenantId: string, page: Page): Promise<AgentRow[]> {
  const { rows } = await sql.query<AgentRow>(
    `SELECT ${AGENT_COLUMNS} FROM directory.agent a
     WHERE a.tenant_id = $1 AND a.removed_at IS NULL AND a.agent_id > coalesce($2, '') ORDER BY a.agent_id LIMIT $3`,
    [tenantId, page.after, page.limit],
  );
  return rows;
}

/** Ids of all agents who are not removed, ascending. */
export async function listAgentIds(sql: Sql, tenantId: string): Promise<string[]> {
  const { rows } = await sql.query<{ id: string }>(
    `SELECT agent_id AS id FROM directory.agent WHERE tenant_id = $1 AND removed_at IS NULL ORDER BY agent_id`,
    [tenantId],
  );
  return rows.map((row) => row.id);
}

/** Changes what is given, leaves the rest. */
export async function changeAgent(
  sql: Sql,
  tenantId: string,
  agentId: string,
  change: {
    name?: string | undefined;
    active?: boolean | undefined;
    role?: Role | undefined;
    statusOnLogin?: StatusOnLogin | undefined;
  },
): Promise<void> {
  await sql.query(
    `UPDATE directory.agent
     SET name = coalesce($3, name), active = coalesce($4, active), status_on_login = coalesce($5, status_on_login), role = coalesce($6, role)
     WHERE tenant_id = $1 AND agent_id = $2 AND removed_at IS NULL`,
    [tenantId, agentId, change.name ?? null, change.active ?? null, change.statusOnLogin ?? null, change.role ?? null],
  );
}

/** Ids of the owners who are active, ascending; nobody else makes one more or less of them until the transaction ends. */
export async function lockOwners(sql: Sql, tenantId: string): Promise<string[]> {
  const { rows } = await sql.query<{ id: string }>(
    `SELECT agent_id AS id FROM directory.agent
     WHERE tenant_id = $1 AND role = 'owner' AND active AND removed_at IS NULL ORDER BY agent_id FOR UPDATE`,
    [tenantId],
  );
  return rows.map((row) => row.id);
}

/** Frees the address and forgets the password; the row stays for the history. */
export async function removeAgent(sql: Sql, tenantId: string, agentId: string): Promise<void> {
  await sql.query(
    `UPDATE directory.agent SET removed_at = clock_timestamp(), password_hash = NULL
     WHERE tenant_id = $1 AND agent_id = $2 AND removed_at IS NULL`,
    [tenantId, agentId],
  );
}

/** Holds an agent's row until the transaction ends (after the groups, see `lockGroupsForAssignment`). False if there is no such agent. */
export async function lockAgent(sql: Sql, tenantId: string, agentId: string): Promise<boolean> {
  const { rowCount } = await sql.query(
    `SELECT 1 FROM directory.agent WHERE tenant_id = $1 AND agent_id = $2 AND removed_at IS NULL FOR UPDATE`,
    [tenantId, agentId],
  );
  return rowCount === 1;
}

/** Holds the rows of a group's agents until the transaction ends, ascending by id. */
export async function lockAgentsOfGroup(sql: Sql, tenantId: string, groupId: string): Promise<void> {
  await sql.query(
    `SELECT 1 FROM directory.agent a
     WHERE a.tenant_id = $1 AND a.agent_id IN (SELECT agent_id FROM directory.membership WHERE tenant_id = $1 AND group_id = $2)
     ORDER BY a.agent_id FOR UPDATE`,
    [tenantId, groupId],
  );
}

/** How many agents are active: those a plan counts. */
export async function countActiveAgents(sql: Sql, tenantId: string): Promise<number> {
  const { rows } = await sql.query<{ active: number }>(
    `SELECT count(*)::int AS active FROM directory.agent WHERE tenant_id = $1 AND active AND removed_at IS NULL`,
    [tenantId],
  );
  return rows[0]?.active ?? 0;
}
