import type { PoolClient } from 'pg';

/** What a function of this room needs of a connection. */
export type Sql = Pick<PoolClient, 'query'>;

/** The words of #domain, repeated because this room may not know the domain. */
export type DisabledBecause = 'admin' | 'failures' | 'gone';

/** An endpoint as people see it. Times are milliseconds since 1970, UTC. */
export interface WebhookRow {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly eventTypes: string[];
  readonly disabledBecause: DisabledBecause | null;
  readonly createdAt: number;
  /** The secret before the present one signs until then; null: it does not any more. */
  readonly previousSecretUntil: number | null;
  /** Nothing was delivered since then, though it was tried. */
  readonly failingSince: number | null;
}

const COLUMNS = `e.webhook_id AS id, e.name, e.url, e.event_types AS "eventTypes", e.disabled_because AS "disabledBecause",
  e.created_at AS "createdAt", l.failing_since AS "failingSince",
  CASE WHEN e.previous_until > clock_timestamp() THEN e.previous_until END AS "previousSecretUntil"`;
const FROM = `webhook.endpoint e JOIN webhook.lane l USING (tenant_id, webhook_id)`;

/** Adds an endpoint that gets what is recorded from now on. */
export async function addEndpoint(
  sql: Sql,
  { id: tenantId, partition }: { readonly id: string; readonly partition: number },
  endpoint: { id: string; name: string; url: string; eventTypes: readonly string[]; secret: Buffer },
): Promise<void> {
  const { id, name, url, eventTypes, secret } = endpoint;
  await sql.query(
    `INSERT INTO webhook.endpoint (tenant_id, webhook_id, partition, name, url, event_types, secret) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [tenantId, id, partition, name, url, eventTypes, secret],
  );
  await sql.query(`INSERT INTO webhook.lane (tenant_id, webhook_id) VALUES ($1, $2)`, [tenantId, id]);
}

/** How many endpoints a tenant has. */
export async function countEndpoints(sql: Sql, tenantId: string): Promise<number> {
  const { rows } = await sql.query<{ n: number }>(
    `SELECT count(*) AS n FROM webhook.endpoint WHERE tenant_id = $1 AND removed_at IS NULL`,
    [tenantId],
  );
  return Number(rows[0]?.n ?? 0);
}

/** An endpoint that is not removed. */
export async function findEndpoint(sql: Sql, tenantId: string, webhookId: string): Promise<WebhookRow | null> {
  const { rows } = await sql.query<WebhookRow>(
    `SELECT ${COLUMNS} FROM ${FROM} WHERE tenant_id = $1 AND webhook_id = $2 AND e.removed_at IS NULL`,
    [tenantId, webhookId],
  );
  return rows[0] ?? null;
}

/** What people set, for the record of what they changed. Of the secrets only a digest of what is stored: enough to see that they changed. */
export async function wordsOfEndpoint(sql: Sql, tenantId: string, webhookId: string): Promise<{ name: string; url: string; secret: string } | null> {
  const { rows } = await sql.query<{ name: string; url: string; secret: string }>(
    `SELECT name, url, md5(secret) AS secret FROM webhook.endpoint WHERE tenant_id = $1 AND webhook_id = $2 AND removed_at IS NULL`,
    [tenantId, webhookId],
  );
  return rows[0] ?? null;
}

/** Endpoints that are not removed, by id ascending. */
export async function listEndpoints(sql: Sql, tenantId: string, page: { after: string | null; limit: number }): Promise<WebhookRow[]> {
  const { rows } = await sql.query<WebhookRow>(
    `SELECT ${COLUMNS} FROM ${FROM}
     WHERE tenant_id = $1 AND e.removed_at IS NULL AND webhook_id > coalesce($2, '') ORDER BY webhook_id LIMIT $3`,
    [tenantId, page.after, page.limit],
  );
  return rows;
}

/** Changes what is given, leaves the rest. */
export async function changeEndpoint(
  sql: Sql,
  tenantId: string,
  webhookId: string,
  change: { name?: string | undefined; url?: string | undefined; eventTypes?: readonly string[] | undefined },
): Promise<void> {
  await sql.query(
    `UPDATE webhook.endpoint SET name = coalesce($3, name), url = coalesce($4, url), event_types = coalesce($5::text[], event_types)
     WHERE tenant_id = $1 AND webhook_id = $2 AND removed_at IS NULL`,
    [tenantId, webhookId, change.name ?? null, change.url ?? null, change.eventTypes ?? null],
  );
}

/** Nothing more is queued or sent; what waits goes on waiting. */
export async function disableEndpoint(sql: Sql, tenantId: string, webhookId: string, because: DisabledBecause): Promise<void> {
  await sql.query(
    `UPDATE webhook.endpoint SET enabled = false, disabled_because = $3 WHERE tenant_id = $1 AND webhook_id = $2 AND removed_at IS NULL`,
    [tenantId, webhookId, because],
  );
  await sql.query(`UPDATE webhook.lane SET due_at = NULL WHERE tenant_id = $1 AND webhook_id = $2`, [tenantId, webhookId]);
}

/** What waited is sent at once, and what is recorded from now on; nothing of the time between. */
export async function enableEndpoint(sql: Sql, tenantId: string, webhookId: string): Promise<void> {
  await sql.query(
    `UPDATE webhook.endpoint SET enabled = true, disabled_because = NULL, active_since = clock_timestamp()
     WHERE tenant_id = $1 AND webhook_id = $2 AND removed_at IS NULL`,
    [tenantId, webhookId],
  );
  await sql.query(
    `UPDATE webhook.delivery SET next_attempt_at = clock_timestamp(), attempts = 0, first_tried_at = NULL
     WHERE tenant_id = $1 AND webhook_id = $2 AND state = 'pending'`,
    [tenantId, webhookId],
  );
  await sql.query(
    `UPDATE webhook.lane SET due_at = clock_timestamp(), paused_until = NULL, failing_since = NULL, failures = 0
     WHERE tenant_id = $1 AND webhook_id = $2`,
    [tenantId, webhookId],
  );
}

/** A new secret; the present one signs beside it for `overlapSeconds`, an older one no more. */
export async function rotateSecret(sql: Sql, tenantId: string, webhookId: string, secret: Buffer, overlapSeconds: number): Promise<void> {
  await sql.query(
    `UPDATE webhook.endpoint SET secret = $3,
       previous_secret = CASE WHEN $4::integer > 0 THEN secret END,
       previous_until = CASE WHEN $4::integer > 0 THEN clock_timestamp() + $4::integer * interval '1 second' END
     WHERE tenant_id = $1 AND webhook_id = $2 AND removed_at IS NULL`,
    [tenantId, webhookId, secret, overlapSeconds],
  );
}

/** Removes one endpoint of a tenant, or (`webhookId` null) all of them: the secrets and the deliveries go, the rows stay for the history. */
export async function removeEndpoints(sql: Sql, tenantId: string, webhookId: string | null): Promise<void> {
  await sql.query(
    `UPDATE webhook.endpoint SET removed_at = clock_timestamp(), secret = '', previous_secret = NULL, previous_until = NULL
     WHERE tenant_id = $1 AND ($2::text IS NULL OR webhook_id = $2) AND removed_at IS NULL`,
    [tenantId, webhookId],
  );
  await sql.query(`UPDATE webhook.lane SET due_at = NULL WHERE tenant_id = $1 AND ($2::text IS NULL OR webhook_id = $2)`, [tenantId, webhookId]);
  await sql.query(`DELETE FROM webhook.delivery WHERE tenant_id = $1 AND ($2::text IS NULL OR webhook_id = $2)`, [tenantId, webhookId]);
}
