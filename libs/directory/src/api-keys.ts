import type { ApiKeyRow, Page, Role, Sql } from './rows.js';

const COLUMNS = `api_key_id AS id, name, role, created_at AS "createdAt", last_used_on::text AS "lastUsedOn", revoked_at IS NOT NULL AS revoked`;

/** Stores a key by the hash of its secret. */
export async function addApiKey(
  sql: Sql,
  tenantId: string,
  key: { id: string; name: string; role: Role; secretHash: Buffer },
): Promise<void> {
  await sql.query(`INSERT INTO directory.api_key (tenant_id, api_key_id, name, role, secret_hash) VALUES ($1, $2, $3, $4, $5)`, [
    tenantId,
    key.id,
    key.name,
    key.role,
    key.secretHash,
  ]);
}

/** A key as a guard needs it. */
export interface ApiKeySecret {
  readonly role: Role;
  /** SHA-256 of the secret. */
  readonly secretHash: Buffer;
  /** Partition of the tenant. */
  readonly partition: number;
  /** The day's first use is still to be noted. */
  readonly unusedToday: boolean;
}

/** A key that is neither revoked nor of a removed tenant. */
export async function findLiveApiKey(sql: Sql, tenantId: string, apiKeyId: string): Promise<ApiKeySecret | null> {
  const { rows } = await sql.query<ApiKeySecret>(
    `SELECT k.role, k.secret_hash AS "secretHash", t.partition, k.last_used_on IS DISTINCT FROM current_date AS "unusedToday"
     FROM directory.api_key k JOIN directory.tenant t ON t.tenant_id = k.tenant_id
     WHERE k.tenant_id = $1 AND k.api_key_id = $2 AND k.revoked_at IS NULL AND t.removed_at IS NULL`,
    [tenantId, apiKeyId],
  );
  return rows[0] ?? null;
}

/** Notes that a key was used today (UTC); one write a day, however often it is used. */
export async function noteApiKeyUse(sql: Sql, tenantId: string, apiKeyId: string): Promise<void> {
  await sql.query(
    `UPDATE directory.api_key SET last_used_on = current_date
     WHERE tenant_id = $1 AND api_key_id = $2 AND last_used_on IS DISTINCT FROM current_date`,
    [tenantId, apiKeyId],
  );
}

/** A key by id, also a revoked one; never its secret. */
export async function findApiKey(sql: Sql, tenantId: string, apiKeyId: string): Promise<ApiKeyRow | null> {
  const { rows } = await sql.query<ApiKeyRow>(`SELECT ${COLUMNS} FROM directory.api_key WHERE tenant_id = $1 AND api_key_id = $2`, [
    tenantId,
    apiKeyId,
  ]);
  return rows[0] ?? null;
}

/** Keys that are not revoked, by id ascending; never their secrets. */
export async function listApiKeys(sql: Sql, tenantId: string, page: Page): Promise<ApiKeyRow[]> {
  const { rows } = await sql.query<ApiKeyRow>(
    `SELECT ${COLUMNS} FROM directory.api_key
     WHERE tenant_id = $1 AND revoked_at IS NULL AND api_key_id > coalesce($2, '') ORDER BY api_key_id LIMIT $3`,
    [tenantId, page.after, page.limit],
  );
  return rows;
}

/** Gives a key that is not revoked another name. */
export async function renameApiKey(sql: Sql, tenantId: string, apiKeyId: string, name: string): Promise<void> {
  await sql.query(`UPDATE directory.api_key SET name = $3 WHERE tenant_id = $1 AND api_key_id = $2 AND revoked_at IS NULL`, [
    tenantId,
    apiKeyId,
    name,
  ]);
}

/** From the commit on the key opens nothing. */
export async function revokeApiKey(sql: Sql, tenantId: string, apiKeyId: string): Promise<void> {
  await sql.query(
    `UPDATE directory.api_key SET revoked_at = clock_timestamp() WHERE tenant_id = $1 AND api_key_id = $2 AND revoked_at IS NULL`,
    [tenantId, apiKeyId],
  );
}
