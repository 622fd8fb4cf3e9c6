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
    `UPDATE lease.session SET signed_out_at = coalesce(signed_out_at, to_timestamp($3::float8 / 1000))
     WHERE tenant_id = $1 AND session_id = $2`,
    [lease.tenantId, lease.sessionId, lease.at],
  );
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
            last_seen AS "lastSeenAt", last_seen + make_interval(secs => lease_seconds) AS "expiresAt", signed_out_at AS "signedOutAt"
     FROM lease.session WHERE tenant_id = $1 AND agent_id = ANY ($2::text[]) AND ended_at IS NULL ORDER BY started_at, session_id`,
    [query.tenantId, query.agentIds],
  );
  return rows;
}
