import { Inject, Injectable } from '@nestjs/common';
import type { PoolClient } from 'pg';
import { type Pools, POOLS, withTenant } from '#database';
import { findTenant, type TenantRow } from '#directory';
import { notFound } from '#http-kit';

/** Reads with the rights of one tenant, so that row-level security stands behind every query's own condition. */
@Injectable()
export class TenantScope {
  constructor(@Inject(POOLS) private readonly pools: Pools) {}

  /** Runs `work` in one read of this tenant. Refuses: `not-found` for a tenant that is unknown or removed. */
  read<T>(tenantId: string, work: (sql: PoolClient, tenant: TenantRow) => Promise<T>): Promise<T> {
    return this.readAlsoRemoved(tenantId, (sql, tenant) => {
      if (tenant.removed) throw notFound();
      return work(sql, tenant);
    });
  }

  /** The tenant's row: what a command needs to know of it. Refuses as `read`. */
  present(tenantId: string): Promise<TenantRow> {
    return this.read(tenantId, (_sql, tenant) => Promise.resolve(tenant));
  }

  /** As `read`, and a removed tenant is let through. */
  readAlsoRemoved<T>(tenantId: string, work: (sql: PoolClient, tenant: TenantRow) => Promise<T>): Promise<T> {
    if (tenantId === '') throw notFound();
    return withTenant(this.pools, tenantId, async (sql) => {
      const tenant = await findTenant(sql, tenantId);
      if (!tenant) throw notFound();
      return work(sql, tenant);
    });
  }
}
