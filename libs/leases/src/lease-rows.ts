import type { ClientBase } from 'pg';

/** The caller's transaction, or a pool for a single read; its connections see all tenants ("engine") or this one. */
export type Sql = Pick<ClientBase, 'query'>;

/** Milliseconds since 1970-01-01T00:00Z of Postgres's clock. */
export type Instant = number;

export interface NewLease {
  readonly tenantId: string;
  readonly partition: number;
  readonly sessionId: string;
  readonly agentId: string;
  readonly device: 'desktop' | 'mobile';
  readonly leaseSeconds: number;
  /** When the session was opened, which is its first beat. */
  readonly at: Instant;
}

// Nobody is to drop out at once because hours were taken away: the ordinary lease is left, from now.
const SET_PUSH = `
  UPDATE lease.session SET push_seconds = $1::integer, armed_at = clock_timestamp(),
    held_until = CASE WHEN coalesce($1::integer, 0) < coalesce(push_seconds, 0)
      THEN clock_timestamp() + lease_seconds * interval '1 second' ELSE held_until END`;

/** A session whose lease has not ended. */
export interface LeaseRow {
  readonly sessionId: string;
  readonly agentId: string;
  readonly device: 'desktop' | 'mobile';
  readonly leaseSeconds: number;
  readonly startedAt: Instant;
  readonly lastSeenAt: Instant;
  /** The deadline as far as it is known now; another beat moves it. */
  readonly expiresAt: Instant;
  readonly signedOutAt: Instant | null;
}

/** Opens a lease in the transaction that records the sign-in. */
export async function openLease(sql: Sql, lease: NewLease): Promise<void> {
  await sql.query(
    `INSERT INTO lease.session (tenant_id, partition, session_id, agent_id, device, lease_seconds, started_at, last_seen)
     SELECT $1, $2, $3, $4, $5, $6, at, at FROM to_timestamp($7::float8 / 1000) at`,
    [lease.tenantId, lease.partition, lease.sessionId, lease.agentId, lease.device, lease.leaseSeconds, lease.at],
  );
}

/** No beat counts any more; the lease runs out by itself (behaviour D11). In the transaction that records the sign-out. */
export async function signOutLease(sql: Sql, lease: { tenantId: string; sessionId: string; at: Instant }): Promise<void> {
  await sql.query(
    // A phone that push messages reached may have been silent for hours: it gets the ordinary lease from now on (behaviour D26, case 23).
    `UPDATE lease.session SET signed_out_at = coalesce(signed_out_at, to_timestamp($3::float8 / 1000)),
       held_until = CASE WHEN push_seconds > 0 THEN clock_timestamp() + lease_seconds * interval '1 second' ELSE held_until END,
       armed_at = CASE WHEN push_seconds > 0 THEN clock_timestamp() ELSE armed_at END, push_seconds = NULL
     WHERE tenant_id = $1 AND session_id = $2`,
    [lease.tenantId, lease.sessionId, lease.at],
  );
}

/**
 * Push messages reach this phone from now on, and it stays present for `pushSeconds` after its last beat (0: the tenant has switched that
 * off); or they reach it no longer (null). What it has beyond that ends after the ordinary lease, from now (behaviour D26). In the
 * transaction that records it.
 */
export async function changePushLease(sql: Sql, lease: { tenantId: string; sessionId: string; pushSeconds: number | null }): Promise<void> {
  await sql.query(`${SET_PUSH} WHERE tenant_id = $2 AND session_id = $3 AND ended_at IS NULL`, [
    lease.pushSeconds,
    lease.tenantId,
    lease.sessionId,
  ]);
}

/** The tenant has chosen another time for all phones that push messages reach. In the transaction that records it. */
export async function changePushLeases(sql: Sql, tenant: { tenantId: string; pushSeconds: number }): Promise<void> {
  await sql.query(`${SET_PUSH} WHERE tenant_id = $2 AND push_seconds IS NOT NULL AND ended_at IS NULL`, [tenant.pushSeconds, tenant.tenantId]);
}

/** The sessions have ended, at once (deactivation, removal, too many). In the transaction that records their end. */
export async function endLeases(sql: Sql, leases: { tenantId: string; sessionIds: readonly string[]; at: Instant }): Promise<void> {
  if (leases.sessionIds.length === 0) return;
  await sql.query(
    `UPDATE lease.session SET ended_at = to_timestamp($3::float8 / 1000)
     WHERE tenant_id = $1 AND session_id = ANY ($2::text[]) AND ended_at IS NULL`,
    [leases.tenantId, leases.sessionIds, leases.at],
  );
}

/** The sessions of agents whose leases have not ended, oldest first. Beats of the last 500 ms may still be missing. */
export async function readOpenLeases(sql: Sql, query: { tenantId: string; agentIds: readonly string[] }): Promise<LeaseRow[]> {
  const { rows } = await sql.query<LeaseRow>(
    `SELECT session_id AS "sessionId", agent_id AS "agentId", device, lease_seconds AS "leaseSeconds", started_at AS "startedAt",
            last_seen AS "lastSeenAt", lease.deadline(s) AS "expiresAt", signed_out_at AS "signedOutAt"
     FROM lease.session s WHERE tenant_id = $1 AND agent_id = ANY ($2::text[]) AND ended_at IS NULL ORDER BY started_at, session_id`,
    [query.tenantId, query.agentIds],
  );
  return rows;
}
