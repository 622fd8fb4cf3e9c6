import type { PoolClient } from 'pg';
import { findAgentsByEmail, listGroupNames, listOwnerIds, type TenantRow } from '#directory';
import type { Principal } from '#http-kit';
import { freeSeats } from '../plan-limits.js';
import type { Line } from './line.js';
import type { Known } from './plan-line.js';

/** What the directory says, in this transaction, of everything that these lines name. */
export async function readKnown(sql: PoolClient, tenant: TenantRow, lines: readonly Line[], caller: Principal): Promise<Known> {
  const { id: tenantId } = tenant;
  const agents = await findAgentsByEmail(sql, tenantId, lines.flatMap(({ wish }) => wish?.email ?? []));
  return {
    agents: new Map(agents.map((agent) => [agent.email, agent])),
    groups: await listGroupNames(sql, tenantId),
    owners: caller.kind === 'platform' ? null : new Set(await listOwnerIds(sql, tenantId)),
    seats: await freeSeats(sql, tenant),
  };
}
