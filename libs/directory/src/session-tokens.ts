import type { Sql } from './rows.js';

/** Days a refresh token is good for after the last rotation; a client that comes later signs in again. */
export const REFRESH_TOKEN_DAYS = 30;

/** The refresh tokens of a session are a family: only the newest generation is good. */
export interface SessionTokens {
  readonly tenantId: string;
  readonly sessionId: string;
  readonly agentId: string;
}

/** What came of a rotation. */
export type Rotation =
  | { readonly kind: 'rotated'; readonly generation: number; readonly agentId: string; readonly partition: number }
  /** An older generation was shown: somebody has a copy. The family is revoked with this call. */
  | { readonly kind: 'reused'; readonly agentId: string; readonly partition: number }
  /** Revoked before, too old, or never opened. */
  | { readonly kind: 'ended' };

/** Begins the family of a new session: its first refresh token is of generation 1. `deviceName`: as the person called the device. */
export async function openSessionTokens(sql: Sql, tokens: SessionTokens & { readonly deviceName?: string | undefined }): Promise<void> {
  const { tenantId, sessionId, agentId, deviceName } = tokens;
  await sql.query(`INSERT INTO directory.session_token (tenant_id, session_id, agent_id, device_name) VALUES ($1, $2, $3, $4)`, [
    tenantId,
    sessionId,
    agentId,
    deviceName ?? null,
  ]);
}

const RETURNING = `RETURNING agent_id AS "agentId", generation,
  (SELECT t.partition FROM directory.tenant t WHERE t.tenant_id = directory.session_token.tenant_id) AS partition`;

const ROTATE = `
  UPDATE directory.session_token SET generation = generation + 1, rotated_at = clock_timestamp()
  WHERE tenant_id = $1 AND session_id = $2 AND generation = $3 AND revoked_at IS NULL
    AND rotated_at > clock_timestamp() - make_interval(days => $4)
  ${RETURNING}`;

const REVOKE_IF_REUSED = `
  UPDATE directory.session_token SET revoked_at = clock_timestamp()
  WHERE tenant_id = $1 AND session_id = $2 AND generation > $3 AND revoked_at IS NULL
  ${RETURNING}`;

/**
 * Shows the refresh token of a generation: a good one makes the next, an older one revokes the family (contract, POST /tokens).
 * Of two that show the same one at the same moment, one is good and the other reuses it: the second statement sees the first's commit.
 */
export async function rotateSessionToken(sql: Sql, token: { tenantId: string; sessionId: string; generation: number }): Promise<Rotation> {
  const key = [token.tenantId, token.sessionId, token.generation];
  const { rows: good } = await sql.query<Family>(ROTATE, [...key, REFRESH_TOKEN_DAYS]);
  if (good[0]) return { kind: 'rotated', ...good[0] };
  const { rows: reused } = await sql.query<Family>(REVOKE_IF_REUSED, key);
  return reused[0] ? { kind: 'reused', agentId: reused[0].agentId, partition: reused[0].partition } : { kind: 'ended' };
}

interface Family {
  readonly agentId: string;
  readonly generation: number;
  readonly partition: number;
}

/** Ends the family of sessions: signing out, or an admin ended them. */
export async function revokeSessionTokens(sql: Sql, tenantId: string, sessionIds: readonly string[]): Promise<void> {
  await sql.query(
    `UPDATE directory.session_token SET revoked_at = clock_timestamp() WHERE tenant_id = $1 AND session_id = ANY ($2::text[]) AND revoked_at IS NULL`,
    [tenantId, sessionIds],
  );
}
