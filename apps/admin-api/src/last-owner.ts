import type { PoolClient } from 'pg';
import { lockOwners } from '#directory';
import { Problem, type Principal } from '#http-kit';

/**
 * A tenant's people and keys cannot lock their tenant out: its last active owner stays one. The platform may, because it can always add
 * another. Counted under the locks of all owners, so that two who leave at the same moment do not both find the other still there.
 * Refuses: `last-owner`.
 */
export async function assertOwnerRemains(sql: PoolClient, tenantId: string, leaving: string, caller: Principal): Promise<void> {
  if (caller.kind === 'platform') return;
  const owners = await lockOwners(sql, tenantId);
  if (!owners.includes(leaving) || owners.length > 1) return;
  throw new Problem('last-owner', 'This is the last active owner of the tenant: make somebody else an owner first.');
}
