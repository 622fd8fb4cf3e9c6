import type { Instant, ShownRow } from './rows.js';
import type { Sql } from './sql.js';

/** How far the projector has come, per partition. */
export async function readCheckpoints(sql: Sql): Promise<Map<number, number>> {
  const { rows } = await sql.query<{ partition: number; position: number }>({
    name: 'read-checkpoints',
    text: 'SELECT partition, position FROM read.checkpoint',
  });
  return new Map(rows.map((row) => [row.partition, Number(row.position)]));
}

/** How far one partition is folded. */
export async function readCheckpoint(sql: Sql, partition: number): Promise<number> {
  const { rows } = await sql.query<{ position: number }>({
    name: 'read-checkpoint',
    text: 'SELECT position FROM read.checkpoint WHERE partition = $1',
    values: [partition],
  });
  return Number(rows[0]?.position ?? 0);
}

/** The projector's last sign of life that does not need the bus; null before the first. */
export async function readBeacon(sql: Sql): Promise<Instant | null> {
  const { rows } = await sql.query<{ at: Instant }>({ name: 'read-beacon', text: 'SELECT at FROM read.beacon' });
  return rows[0] ? Number(rows[0].at) : null;
}

/** The shown log of a partition, in order, after a sequence number: an outbox of SiteStatusChanged. */
export async function readShown(sql: Sql, partition: number, afterSeq: number, limit: number): Promise<ShownRow[]> {
  const { rows } = await sql.query<ShownRow>({ name: 'read-shown', text: SHOWN, values: [partition, afterSeq, limit] });
  return rows;
}

/** The last sequence number of every partition's shown log. */
export async function readShownHeads(sql: Sql): Promise<Map<number, number>> {
  const { rows } = await sql.query<{ partition: number; shown_seq: number }>({
    name: 'read-shown-heads',
    text: 'SELECT partition, shown_seq FROM read.checkpoint WHERE shown_seq > 0',
  });
  return new Map(rows.map((row) => [row.partition, Number(row.shown_seq)]));
}

const SHOWN = `
  SELECT partition, seq, event_id AS "eventId", tenant_id AS "tenantId", site_id AS "siteId", nullif(group_id, '') AS "groupId", status, before,
    since, version, removed, shown_from AS "shownFrom",
    jsonb_strip_nulls(jsonb_build_object('eventId', cause_event_id, 'type', cause_type, 'actor', actor, 'reason', reason)) AS cause
  FROM read.shown WHERE partition = $1 AND seq > $2 ORDER BY seq LIMIT $3`;
