import type { Sql } from './endpoints.js';

export type DeliveryState = 'pending' | 'delivered' | 'failed';

/** One event on its way to one endpoint, as people see it. Times are milliseconds since 1970, UTC. */
export interface DeliveryRow {
  readonly id: string;
  readonly webhookId: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly createdAt: number;
  readonly lastTriedAt: number | null;
  /** null: none is meant. */
  readonly nextAttemptAt: number | null;
  /** HTTP status of the last attempt; null: there was no answer. */
  readonly lastStatus: number | null;
  /** What went wrong with the last attempt. */
  readonly lastError: string | null;
}

const COLUMNS = `delivery_id AS id, webhook_id AS "webhookId", event_id AS "eventId", event_type AS "eventType", state, attempts,
  created_at AS "createdAt", last_tried_at AS "lastTriedAt", next_attempt_at AS "nextAttemptAt", last_status AS "lastStatus",
  last_error AS "lastError"`;

/** An event as a message told it. */
export interface ToldEvent {
  readonly kind: 'event' | 'box';
  readonly partition: number;
  readonly position: number;
  readonly eventId: string;
}

/** Queues what endpoints want of these events, as the log has them. Gives how many deliveries were made. Needs the engine's pool. */
export async function queueDeliveries(sql: Sql, events: readonly ToldEvent[]): Promise<number> {
  const { rows } = await sql.query<{ n: number }>({
    name: 'queue-deliveries',
    text: 'SELECT webhook.queue_events($1, $2, $3, $4) AS n',
    values: [
      events.map(({ kind }) => kind),
      events.map(({ partition }) => partition),
      events.map(({ position }) => position),
      events.map(({ eventId }) => eventId),
    ],
  });
  return rows[0]?.n ?? 0;
}

/** Deliveries of an endpoint, the youngest first. */
export async function listDeliveries(
  sql: Sql,
  tenantId: string,
  webhookId: string,
  query: { state?: DeliveryState | undefined; after: string | null; limit: number },
): Promise<DeliveryRow[]> {
  const { rows } = await sql.query<DeliveryRow>(
    `SELECT ${COLUMNS} FROM webhook.delivery
     WHERE tenant_id = $1 AND webhook_id = $2 AND ($3::text IS NULL OR state = $3) AND ($4::text IS NULL OR delivery_id < $4)
     ORDER BY delivery_id DESC LIMIT $5`,
    [tenantId, webhookId, query.state ?? null, query.after, query.limit],
  );
  return rows;
}

/** A delivery of an endpoint. */
export async function findDelivery(sql: Sql, tenantId: string, webhookId: string, id: string): Promise<DeliveryRow | null> {
  const { rows } = await sql.query<DeliveryRow>(
    `SELECT ${COLUMNS} FROM webhook.delivery WHERE tenant_id = $1 AND webhook_id = $2 AND delivery_id = $3`,
    [tenantId, webhookId, id],
  );
  return rows[0] ?? null;
}

/** A delivery of whichever endpoint of a tenant. */
export async function findAnyDelivery(sql: Sql, tenantId: string, id: string): Promise<DeliveryRow | null> {
  const { rows } = await sql.query<DeliveryRow>(`SELECT ${COLUMNS} FROM webhook.delivery WHERE tenant_id = $1 AND delivery_id = $2`, [tenantId, id]);
  return rows[0] ?? null;
}

/** Sends a delivery once more, at once and with all its attempts before it, whatever became of it. */
export async function redeliver(sql: Sql, tenantId: string, webhookId: string, id: string): Promise<void> {
  await sql.query(
    `UPDATE webhook.delivery SET state = 'pending', attempts = 0, first_tried_at = NULL, next_attempt_at = clock_timestamp()
     WHERE tenant_id = $1 AND webhook_id = $2 AND delivery_id = $3`,
    [tenantId, webhookId, id],
  );
  await sql.query(
    `UPDATE webhook.lane SET due_at = least(due_at, clock_timestamp()), paused_until = NULL WHERE tenant_id = $1 AND webhook_id = $2`,
    [tenantId, webhookId],
  );
}

/** Longer than the stream keeps messages (30 days): one that comes again finds that it was delivered. */
const KEEP = `interval '35 days'`;

/** Forgets deliveries that ended long ago, at most `limit`. Gives how many. */
export async function forgetOldDeliveries(sql: Sql, limit: number): Promise<number> {
  const { rowCount } = await sql.query(
    `DELETE FROM webhook.delivery WHERE (tenant_id, delivery_id) IN (
       SELECT tenant_id, delivery_id FROM webhook.delivery WHERE state <> 'pending' AND created_at < statement_timestamp() - ${KEEP} LIMIT $1)`,
    [limit],
  );
  return rowCount ?? 0;
}
