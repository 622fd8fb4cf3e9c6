import type { PoolClient } from 'pg';
import { countActiveAgents, holdPlan, lockPlan, type TenantRow } from '#directory';
import { assertSeat, entitlementsOf } from '#domain/tenant-settings/index';
import { notFound } from '#http-kit';

/** How many more agents may be active, null: any number. Where there is a limit, nobody else adds one until the commit. */
export async function freeSeats(sql: PoolClient, tenant: TenantRow): Promise<number | null> {
  const counted = await countSeats(sql, tenant);
  const { agents } = counted.entitlements;
  return agents === null ? null : Math.max(0, agents - counted.active);
}

/** One more agent may be active. Refuses: `plan-limit`, `not-found` for a removed tenant. */
export async function assertFreeSeat(sql: PoolClient, tenant: TenantRow): Promise<void> {
  const { plan, entitlements, active } = await countSeats(sql, tenant);
  assertSeat(plan, entitlements, active);
}

async function countSeats(sql: PoolClient, tenant: TenantRow) {
  const limited = entitlementsOf(tenant).agents !== null;
  const held = await (limited ? lockPlan : holdPlan)(sql, tenant.id);
  if (!held) throw notFound();
  const entitlements = entitlementsOf(held);
  return { plan: held.plan, entitlements, active: entitlements.agents === null ? 0 : await countActiveAgents(sql, tenant.id) };
}
