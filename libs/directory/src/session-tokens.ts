import type { Sql } from './rows.js';

/** Days a refresh token is good for after the last rotation; a client that comes later signs in again. */
export const REFRESH_TOKEN_DAYS = 30;

/** A session's refresh tokens are a family: only the newest generation is good, and it proves itself by its signature (#http-kit). */
export interface TokenFamily {
  readonly agentId: string;
  readonly partition: number;
  /** Of the good token; 1 after the sign-in. */
  readonly generation: number;
  readonly revoked: boolean;
}

const COLUMNS = `f.agent_id AS "agentId", f.generation, f.revoked_at IS NOT NULL AS revoked,
  (SELECT t.partition FROM directory.tenant t WHERE t.tenant_id = f.tenant_id) AS partition`;

/** Begins the family of a new session, at generation 1. `deviceName`: as the person calls the device. */
export async function openSessionTokens(
  sql: Sql,
  session: { tenantId: string; sessionId: string; agentId: string; deviceName?: string | undefined },
): Promise<void> {
  await sql.query(`INSERT INTO directory.session_token (tenant_id, session_id, agent_id, device_name) VALUES ($1, $2, $3, $4)`, [
    session.tenantId,
    session.sessionId,
    session.agentId,
    session.deviceName ?? null,
  ]);
}

/**
 * Uses up the token of a generation and gives the family with the next one. Null if it is not good: used before, revoked, too old.
 * Of two that come at the same moment, one is good.
 */
export async function rotateSessionToken(
  sql: Sql,
  token: { tenantId: string; sessionId: string; generation: number },
): Promise<TokenFamily | null> {
  const { rows } = await sql.query<TokenFamily>(
    `UPDATE directory.session_token f SET generation = generation + 1, rotated_at = clock_timestamp()
     WHERE tenant_id = $1 AND session_id = $2 AND generation = $3 AND revoked_at IS NULL
       AND rotated_at > clock_timestamp() - make_interval(days => $4)
     RETURNING ${COLUMNS}`,
    [token.tenantId, token.sessionId, token.generation, REFRESH_TOKEN_DAYS],
  );
  return rows[0] ?? null;
}

/** The family of a session, also a revoked one. */
export async function findSessionTokens(sql: Sql, tenantId: string, sessionId: string): Promise<TokenFamily | null> {
  const { rows } = await sql.query<TokenFamily>(
    `SELECT ${COLUMNS} FROM directory.session_token f WHERE f.tenant_id = $1 AND f.session_id = $2`,
    [tenantId, sessionId],
  );
  return rows[0] ?? null;
}

/** Ends the families of sessions: somebody signed out, an admin ended them, or an old token was shown. */
export async function revokeSessionTokens(sql: Sql, tenantId: string, sessionIds: readonly string[]): Promise<void> {
  await sql.query(
    `UPDATE directory.session_token SET revoked_at = clock_timestamp()
     WHERE tenant_id = $1 AND session_id = ANY ($2::text[]) AND revoked_at IS NULL`,
    [tenantId, sessionIds],
  );
}
