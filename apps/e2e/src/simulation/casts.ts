import type { Cast } from './wish.js';

/** Who takes part: three tenants, two of them in one partition, so that one tenant's events stand between another's. */
export const CASTS: readonly Cast[] = [cast('t1', 7, 4, 3, 2), cast('t2', 7, 2, 2, 1), cast('t3', 21, 3, 2, 2)];

function cast(tenantId: string, partition: number, agents: number, groups: number, sites: number): Cast {
  const ids = (kind: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${tenantId}-${kind}${i + 1}`);
  return { tenantId, partition, agentIds: ids('agent', agents), groupIds: ids('group', groups), siteIds: ids('site', sites) };
}
