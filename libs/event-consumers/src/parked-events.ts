import type { Pool, PoolClient } from 'pg';
import { v7 } from 'uuid';

type Sql = Pick<PoolClient, 'query'>;

/** `parked`: waits for a person. `retrying`: a person wants it handled once more. `handled`: it was, in the end. */
export type ParkedState = 'parked' | 'retrying' | 'handled';

/** An event that a consumer could not handle. Times are milliseconds since 1970, UTC. */
export interface ParkedEvent {
  readonly id: string;
  readonly consumer: string;
  readonly eventId: string;
  readonly type: string;
  readonly state: ParkedState;
  readonly reason: string;
  /** How often it was delivered, retries included. */
  readonly deliveries: number;
  readonly parkedAt: number;
}

/** What has to be known to handle a parked event once more. */
export interface ParkedMessage {
  readonly tenantId: string;
  readonly id: string;
  readonly consumer: string;
  readonly eventId: string;
  readonly type: string;
  readonly subject: string;
  readonly data: Uint8Array;
  readonly deliveries: number;
}

const COLUMNS = `parked_id AS id, consumer, event_id AS "eventId", type, state, reason, deliveries, parked_at AS "parkedAt"`;
/** A process that died over a retry is taken for dead after so long; then another one tries. */
const CLAIM = `interval '1 minute'`;
/** What was handled in the end is kept so long for those who look after it. */
const KEEP_HANDLED = `interval '30 days'`;

/** The consumers' side of the table: parks, and handles what a person wants retried. Needs the engine's pool, which sees every tenant. */
export class ParkedEvents {
  constructor(private readonly sql: Pool) {}

  /** Parks an event; one that is parked already gets the new reason. From the commit on the message may be acknowledged. */
  async park(message: Omit<ParkedMessage, 'id'>, reason: string): Promise<void> {
    const { tenantId, consumer, eventId, type, subject, data, deliveries } = message;
    await this.sql.query(
      `INSERT INTO consumer.parked_event (tenant_id, parked_id, consumer, event_id, type, subject, data, reason, deliveries)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
       ON CONFLICT (tenant_id, consumer, event_id) DO UPDATE
       SET state = 'parked', reason = excluded.reason, deliveries = excluded.deliveries, data = excluded.data, parked_at = clock_timestamp(),
         claimed_until = NULL`,
      [tenantId, v7(), consumer, eventId, type, subject, Buffer.from(data), reason.replaceAll('\u0000', ''), deliveries],
    );
  }

  /** Events that are to be tried again, claimed for this process; the longest parked first. */
  async claimRetries(consumers: readonly string[], limit: number): Promise<ParkedMessage[]> {
    const { rows } = await this.sql.query<ParkedMessage>(
      `WITH due AS MATERIALIZED ( -- once: a join may carry out a subquery for every row, and each time lock as many more
         SELECT tenant_id, parked_id FROM consumer.parked_event
         WHERE state = 'retrying' AND consumer = ANY($1) AND (claimed_until IS NULL OR claimed_until < clock_timestamp())
         ORDER BY parked_at LIMIT $2 FOR UPDATE SKIP LOCKED)
       UPDATE consumer.parked_event p SET claimed_until = clock_timestamp() + ${CLAIM}, deliveries = deliveries + 1 FROM due
       WHERE p.tenant_id = due.tenant_id AND p.parked_id = due.parked_id
       RETURNING p.tenant_id AS "tenantId", p.parked_id AS id, consumer, event_id AS "eventId", type, subject, data, deliveries`,
      [consumers, limit],
    );
    return rows;
  }

  /** The end of a retry: handled (`reason` null), or parked again with the new reason. */
  async endRetry({ tenantId, id }: ParkedMessage, reason: string | null): Promise<void> {
    await this.sql.query(
      `UPDATE consumer.parked_event
       SET state = CASE WHEN $3::text IS NULL THEN 'handled' ELSE 'parked' END, reason = coalesce($3, reason), parked_at = clock_timestamp(),
         claimed_until = NULL
       WHERE tenant_id = $1 AND parked_id = $2 AND state = 'retrying'`,
      [tenantId, id, reason?.replaceAll('\u0000', '') ?? null],
    );
  }

  /** How many wait for a person, by consumer. */
  async counts(): Promise<Map<string, number>> {
    const { rows } = await this.sql.query<{ consumer: string; events: number }>(
      `SELECT consumer, count(*) AS events FROM consumer.parked_event WHERE state = 'parked' GROUP BY consumer`,
    );
    return new Map(rows.map(({ consumer, events }) => [consumer, Number(events)]));
  }

  /** Forgets what was handled long ago. */
  async forgetOld(): Promise<void> {
    await this.sql.query(`DELETE FROM consumer.parked_event WHERE state = 'handled' AND parked_at < clock_timestamp() - ${KEEP_HANDLED}`);
  }
}

/** A tenant's parked events by id ascending, with one state or in any but `handled`. */
export async function listParked(
  sql: Sql,
  tenantId: string,
  query: { state?: ParkedState | undefined; after: string | null; limit: number },
): Promise<ParkedEvent[]> {
  const { rows } = await sql.query<ParkedEvent>(
    `SELECT ${COLUMNS} FROM consumer.parked_event
     WHERE tenant_id = $1 AND state = ANY($2) AND parked_id > coalesce($3, '') ORDER BY parked_id LIMIT $4`,
    [tenantId, query.state === undefined ? ['parked', 'retrying'] : [query.state], query.after, query.limit],
  );
  return rows;
}

/** A parked event of a tenant, in any state. */
export async function findParked(sql: Sql, tenantId: string, id: string): Promise<ParkedEvent | null> {
  const { rows } = await sql.query<ParkedEvent>(
    `SELECT ${COLUMNS} FROM consumer.parked_event WHERE tenant_id = $1 AND parked_id = $2`,
    [tenantId, id],
  );
  return rows[0] ?? null;
}

/** Wants a parked event handled once more. False if it is not parked (any more). */
export async function retryParked(sql: Sql, tenantId: string, id: string): Promise<boolean> {
  const { rowCount } = await sql.query(
    `UPDATE consumer.parked_event SET state = 'retrying' WHERE tenant_id = $1 AND parked_id = $2 AND state = 'parked'`,
    [tenantId, id],
  );
  return rowCount === 1;
}

/** Forgets a parked event. False if it is not parked (any more). */
export async function discardParked(sql: Sql, tenantId: string, id: string): Promise<boolean> {
  const { rowCount } = await sql.query(
    `DELETE FROM consumer.parked_event WHERE tenant_id = $1 AND parked_id = $2 AND state = 'parked'`,
    [tenantId, id],
  );
  return rowCount === 1;
}

/** Everything of a tenant that is removed. */
export async function removeParkedOf(sql: Sql, tenantId: string): Promise<void> {
  await sql.query(`DELETE FROM consumer.parked_event WHERE tenant_id = $1`, [tenantId]);
}
