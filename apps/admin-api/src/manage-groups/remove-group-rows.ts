import type { PoolClient } from 'pg';
import { findAgentsOnlyInGroup, lockAgentsOfGroup, lockGroupForRemoval, removeGroup, removeMembershipsOfGroup } from '#directory';
import { notFound } from '#http-kit';
import { assertConfirmedByName } from '../confirmation.js';

/**
 * The directory's part of removing a group: under the locks of the group and of its agents, so that nobody else changes meanwhile who
 * would be left without a group. Refuses: `not-found`; `confirmation-required` with the agents concerned (behaviour D18, case 28).
 */
export async function removeGroupRows(sql: PoolClient, tenantId: string, groupId: string, confirm: string | undefined): Promise<void> {
  if (!(await lockGroupForRemoval(sql, tenantId, groupId))) throw notFound();
  await lockAgentsOfGroup(sql, tenantId, groupId);
  await assertConfirmedByName(sql, tenantId, await findAgentsOnlyInGroup(sql, tenantId, groupId), confirm);
  await removeMembershipsOfGroup(sql, tenantId, groupId);
  await removeGroup(sql, tenantId, groupId);
}
