import type { PoolClient } from 'pg';
import { addAgent, addMemberships, removeAgent, removeMembershipsExcept, type Role } from '#directory';
import { Problem } from '#http-kit';
import { lockGroupsOrRefuse } from '../existing-groups.js';

/** The directory's part of adding an agent. Refuses: `invalid-body` for groups that do not exist, `already-exists` for the address. */
export async function addAgentRows(
  sql: PoolClient,
  tenantId: string,
  agent: { id: string; email: string; name: string; role: Role; groupIds: readonly string[]; passwordHash: string | null },
): Promise<void> {
  await lockGroupsOrRefuse(sql, tenantId, agent.groupIds);
  if (!(await addAgent(sql, tenantId, agent))) {
    throw new Problem('already-exists', 'An agent of this tenant has this e-mail address already.', {
      errors: [{ pointer: '/email', detail: 'is taken' }],
    });
  }
  await addMemberships(sql, tenantId, agent.id, agent.groupIds);
}

/** The directory's part of removing an agent: no group counts the agent any more, and the address is free. */
export async function removeAgentRows(sql: PoolClient, tenantId: string, agentId: string): Promise<void> {
  await removeMembershipsExcept(sql, tenantId, agentId, []);
  await removeAgent(sql, tenantId, agentId);
}
