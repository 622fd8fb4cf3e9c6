import type { Sql } from './endpoints.js';

/** The sender's place beside an endpoint, claimed by one process. Times are milliseconds since 1970, UTC. */
export interface Lane {
  readonly tenantId: string;
  readonly webhookId: string;
  readonly failingSince: number | null;
  /** Rounds in a row in which nothing was delivered. */
  readonly failures: number;
}

/** What sending to an endpoint needs. */
export interface Target {
  /** Of the tenant, where the webhook's stream lives. */
  readonly partition: number;
  readonly url: string;
  readonly enabled: boolean;
  /** Sealed: the present secret, then the one before while it still signs. */
  readonly secrets: Buffer[];
}

/** A delivery that is due. */
export interface DueDelivery {
  readonly id: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly kind: 'event' | 'box';
  readonly partition: number;
  readonly position: number;
  readonly attempts: number;
  readonly firstTriedAt: number | null;
}

/** How an attempt ended. */
export interface Attempt {
  readonly at: number;
  /** null: it was delivered. */
  readonly error: string | null;
  readonly status: number | null;
  /** ms from now until the next attempt; null: there is none. */
  readonly retryInMs: number | null;
}

/** A process that died over a lane is taken for dead after so long. Rounds are shorter, and each renews the claim. */
const CLAIM = `interval '60 seconds'`;

/**
 * Claims lanes that are due for `me`, the longest due first. Those that fail are asked for apart, so that they cannot take all the places.
 * Due by the statement's time, here and below: one that changes from row to row would keep the planner from the index.
 * Needs the engine's pool, like everything here.
 */
export async function claimLanes(sql: Sql, me: string, which: 'healthy' | 'failing', limit: number): Promise<Lane[]> {
  const { rows } = await sql.query<Lane>({
    name: `claim-lanes-${which}`,
    text: `
      WITH due AS MATERIALIZED ( -- once: a join may carry out a subquery for every row, and each time lock as many more
        SELECT tenant_id, webhook_id FROM webhook.lane
        WHERE due_at <= statement_timestamp() AND (claimed_until IS NULL OR claimed_until < statement_timestamp())
          AND (paused_until IS NULL OR paused_until <= statement_timestamp())
          AND failing_since IS ${which === 'healthy' ? '' : 'NOT'} NULL
        ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED)
      UPDATE webhook.lane l SET claimed_by = $1, claimed_until = clock_timestamp() + ${CLAIM} FROM due
      WHERE l.tenant_id = due.tenant_id AND l.webhook_id = due.webhook_id
      RETURNING l.tenant_id AS "tenantId", l.webhook_id AS "webhookId", failing_since AS "failingSince", failures`,
    values: [me, limit],
  });
  return rows;
}

/** Renews the claim and gives where to send; null if the claim is lost or the endpoint removed. */
export async function holdLane(sql: Sql, me: string, { tenantId, webhookId }: Lane): Promise<Target | null> {
  const { rows } = await sql.query<Target>({
    name: 'hold-lane',
    text: `
      WITH held AS (
        UPDATE webhook.lane SET claimed_until = clock_timestamp() + ${CLAIM}
        WHERE tenant_id = $2 AND webhook_id = $3 AND claimed_by = $1 RETURNING 1)
      SELECT partition, url, enabled,
        CASE WHEN previous_until > clock_timestamp() THEN ARRAY[secret, previous_secret] ELSE ARRAY[secret] END AS secrets
      FROM webhook.endpoint, held WHERE tenant_id = $2 AND webhook_id = $3 AND removed_at IS NULL`,
    values: [me, tenantId, webhookId],
  });
  return rows[0] ?? null;
}

/** Deliveries of a lane that are due, the longest due first. */
export async function dueDeliveries(sql: Sql, { tenantId, webhookId }: Lane, limit: number): Promise<DueDelivery[]> {
  const { rows } = await sql.query<DueDelivery>({
    name: 'due-deliveries',
    text: `
      SELECT delivery_id AS id, event_id AS "eventId", event_type AS "eventType", kind, partition, position, attempts,
        first_tried_at AS "firstTriedAt"
      FROM webhook.delivery
      WHERE tenant_id = $1 AND webhook_id = $2 AND state = 'pending' AND next_attempt_at <= statement_timestamp()
      ORDER BY next_attempt_at LIMIT $3`,
    values: [tenantId, webhookId, limit],
  });
  return rows;
}

/** Writes down how an attempt ended. */
export async function recordAttempt(sql: Sql, { tenantId }: Lane, { id }: DueDelivery, attempt: Attempt): Promise<void> {
  const { at, error, status, retryInMs } = attempt;
  await sql.query({
    name: 'record-attempt',
    text: `
      UPDATE webhook.delivery SET attempts = attempts + 1, last_status = $4, last_error = $5, last_tried_at = to_timestamp($3::float8 / 1000),
        first_tried_at = coalesce(first_tried_at, to_timestamp($3::float8 / 1000)),
        next_attempt_at = clock_timestamp() + $6::float8 * interval '1 millisecond',
        state = CASE WHEN $5::text IS NULL THEN 'delivered' WHEN $6::float8 IS NULL THEN 'failed' ELSE 'pending' END
      WHERE tenant_id = $1 AND delivery_id = $2 AND state = 'pending'`,
    values: [tenantId, id, at, status, error, retryInMs],
  });
}

/** Writes down how a round ended: something was delivered, or all of it failed. */
export async function recordRound(sql: Sql, { tenantId, webhookId }: Lane, delivered: boolean, at: number): Promise<void> {
  await sql.query({
    name: 'record-round',
    text: `
      UPDATE webhook.lane SET failures = CASE WHEN $3 THEN 0 ELSE failures + 1 END,
        failing_since = CASE WHEN $3 THEN NULL ELSE coalesce(failing_since, to_timestamp($4::float8 / 1000)) END
      WHERE tenant_id = $1 AND webhook_id = $2 AND ($3 = false OR failures > 0)`,
    values: [tenantId, webhookId, delivered, at],
  });
}

/** Lets a lane go; it is due again with its next delivery, after `pauseMs` at the earliest. */
export async function releaseLane(sql: Sql, me: string, { tenantId, webhookId }: Lane, pauseMs: number): Promise<void> {
  await sql.query({
    name: 'release-lane',
    text: `SELECT webhook.release_lane($1, $2, $3, $4::float8 * interval '1 millisecond')`,
    values: [tenantId, webhookId, me, pauseMs],
  });
}
