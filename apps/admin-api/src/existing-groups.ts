import type { PoolClient } from 'pg';
import { lockGroupsForAssignment } from '#directory';
import { invalid } from '#http-kit';

/**
 * Keeps the groups of a body's `groupIds` from being removed until the commit. Refuses: `invalid-body` at `/groupIds/<i>` for each that
 * is unknown, removed or another tenant's: the answer does not tell which of these.
 */
export async function lockGroupsOrRefuse(sql: PoolClient, tenantId: string, groupIds: readonly string[]): Promise<void> {
  if (groupIds.length === 0) return;
  const existing = await lockGroupsForAssignment(sql, tenantId, groupIds);
  const faults = groupIds.flatMap((id, i) => (existing.has(id) ? [] : [{ pointer: `/groupIds/${i}`, detail: 'is not the id of a group' }]));
  if (faults.length > 0) throw invalid('invalid-body', faults);
}
