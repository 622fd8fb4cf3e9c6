import type { Entitlements, Page, Plan, Sql, TenantRow } from './rows.js';

const COLUMNS = `
  tenant_id AS id, slug, name, partition, plan, entitlements, lease_seconds AS "leaseSeconds", mobile_hours AS "mobileHours",
  conversation_hold_minutes AS "conversationHoldMinutes", message_retention_days AS "messageRetentionDays",
  removed_at IS NOT NULL AS removed`;

/** Adds a tenant. False if a tenant that is not removed has this slug (another transaction that adds it is waited for). */
export async function addTenant(
  sql: Sql,
  tenant: { id: string; slug: string; name: string; partition: number; plan: Plan; entitlements?: Entitlements; leaseSeconds: number },
): Promise<boolean> {
  const { rowCount } = await sql.query(
    `INSERT INTO directory.tenant (tenant_id, slug, name, partition, plan, lease_seconds, entitlements)
     VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (slug) WHERE removed_at IS NULL DO NOTHING`,
    [tenant.id, tenant.slug, tenant.name, tenant.partition, tenant.plan, tenant.leaseSeconds, tenant.entitlements ?? null],
  );
  return rowCount === 1;
}

/** A tenant by id, also a removed one. */
export async function findTenant(sql: Sql, tenantId: string): Promise<TenantRow | null> {
  const { rows } = await sql.query<TenantRow>(`SELECT ${COLUMNS} FROM directory.tenant WHERE tenant_id = $1`, [tenantId]);
  return rows[0] ?? null;
}

/** The tenant that has this slug now. */
export async function findTenantBySlug(sql: Sql, slug: string): Promise<TenantRow | null> {
  const { rows } = await sql.query<TenantRow>(`SELECT ${COLUMNS} FROM directory.tenant WHERE slug = $1 AND removed_at IS NULL`, [slug]);
  return rows[0] ?? null;
}

/** Tenants that are not removed, by id ascending. */
export async function listTenants(sql: Sql, page: Page): Promise<TenantRow[]> {
  const { rows } = await sql.query<TenantRow>(
    `SELECT ${COLUMNS} FROM directory.tenant
     WHERE removed_at IS NULL AND tenant_id > coalesce($1, '') ORDER BY tenant_id LIMIT $2`,
    [page.after, page.limit],
  );
  return rows;
}

/** Changes what is given, leaves the rest; the entitlements go with the plan. */
export async function changeTenant(
  sql: Sql,
  tenantId: string,
  change: {
    readonly name?: string | undefined;
    readonly plan?: Plan | undefined;
    readonly entitlements?: Entitlements | undefined;
    readonly leaseSeconds?: number | undefined;
    readonly mobileHours?: number | undefined;
    readonly conversationHoldMinutes?: number | undefined;
    readonly messageRetentionDays?: number | undefined;
  },
): Promise<void> {
  await sql.query(
    `UPDATE directory.tenant
     SET name = coalesce($2, name), plan = coalesce($3, plan), entitlements = CASE WHEN $3 IS NULL THEN entitlements ELSE $6::jsonb END,
       lease_seconds = coalesce($4, lease_seconds), mobile_hours = coalesce($5, mobile_hours),
       conversation_hold_minutes = coalesce($7, conversation_hold_minutes), message_retention_days = coalesce($8, message_retention_days)
     WHERE tenant_id = $1 AND removed_at IS NULL`,
    [
      ...[tenantId, change.name ?? null, change.plan ?? null, change.leaseSeconds ?? null, change.mobileHours ?? null, change.entitlements ?? null],
      ...[change.conversationHoldMinutes ?? null, change.messageRetentionDays ?? null],
    ],
  );
}

/**
 * Removes the tenant, its sites, groups and agents, and revokes its keys; the rows stay for the history, the slug is free and the passwords
 * are forgotten.
 */
export async function removeEverythingOf(sql: Sql, tenantId: string): Promise<void> {
  await sql.query(
    `WITH gone AS (
         UPDATE directory.tenant SET removed_at = clock_timestamp() WHERE tenant_id = $1 AND removed_at IS NULL RETURNING removed_at),
       keys AS (UPDATE directory.api_key SET revoked_at = gone.removed_at FROM gone WHERE tenant_id = $1 AND revoked_at IS NULL),
       sites AS (UPDATE directory.site SET removed_at = gone.removed_at FROM gone WHERE tenant_id = $1 AND site.removed_at IS NULL),
       groups AS (UPDATE directory.grp SET removed_at = gone.removed_at FROM gone WHERE tenant_id = $1 AND grp.removed_at IS NULL),
       memberships AS (DELETE FROM directory.membership USING gone WHERE tenant_id = $1)
     UPDATE directory.agent SET removed_at = gone.removed_at, password_hash = NULL FROM gone
     WHERE tenant_id = $1 AND agent.removed_at IS NULL`,
    [tenantId],
  );
}

/** Keeps a tenant from being removed until the transaction ends. False if it is unknown or removed. */
export async function holdTenant(sql: Sql, tenantId: string): Promise<boolean> {
  const { rowCount } = await sql.query(`SELECT 1 FROM directory.tenant WHERE tenant_id = $1 AND removed_at IS NULL FOR KEY SHARE`, [
    tenantId,
  ]);
  return rowCount === 1;
}

/** What the tenant's plan is; it does not change until the transaction ends. Null if the tenant is unknown or removed. */
export async function holdPlan(sql: Sql, tenantId: string): Promise<Pick<TenantRow, 'plan' | 'entitlements'> | null> {
  return planFor(sql, tenantId, 'SHARE');
}

/** The same for whoever counts: one at a time. */
export async function lockPlan(sql: Sql, tenantId: string): Promise<Pick<TenantRow, 'plan' | 'entitlements'> | null> {
  return planFor(sql, tenantId, 'NO KEY UPDATE');
}

async function planFor(sql: Sql, tenantId: string, lock: 'SHARE' | 'NO KEY UPDATE') {
  const { rows } = await sql.query<Pick<TenantRow, 'plan' | 'entitlements'>>(
    `SELECT plan, entitlements FROM directory.tenant WHERE tenant_id = $1 AND removed_at IS NULL FOR ${lock}`,
    [tenantId],
  );
  return rows[0] ?? null;
}

/** Hours a phone that push messages reach stays present; they do not change until the transaction ends. 0 if the tenant is unknown. */
export async function holdMobileHours(sql: Sql, tenantId: string): Promise<number> {
  const { rows } = await sql.query<{ hours: number }>(
    `SELECT mobile_hours AS hours FROM directory.tenant WHERE tenant_id = $1 AND removed_at IS NULL FOR SHARE`,
    [tenantId],
  );
  return rows[0]?.hours ?? 0;
}

/** Waits for all who hold the tenant, and keeps others from holding it until the transaction ends. False if it is unknown or removed. */
export async function lockTenantForRemoval(sql: Sql, tenantId: string): Promise<boolean> {
  const { rowCount } = await sql.query(`SELECT 1 FROM directory.tenant WHERE tenant_id = $1 AND removed_at IS NULL FOR UPDATE`, [tenantId]);
  return rowCount === 1;
}
