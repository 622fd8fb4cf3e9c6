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
  const { rows } = await sql.query({ name: 'read-shown', text: SHOWN, values: [partition, afterSeq, limit] });
  return rows.map((row) => ({
    partition: row['partition'],
    seq: Number(row['seq']),
    eventId: row['event_id'],
    tenantId: row['tenant_id'],
    siteId: row['site_id'],
    groupId: row['group_id'] === '' ? null : row['group_id'],
    status: row['status'],
    before: row['before'],
    since: Number(row['since']),
    version: Number(row['version']),
    removed: row['removed'],
    shownFrom: Number(row['shown_from']),
    cause: {
      eventId: row['cause_event_id'],
      type: row['cause_type'],
      actor: row['actor'],
      ...(row['reason'] === null ? {} : { reason: row['reason'] }),
    },
  }));
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
  SELECT partition, seq, event_id, tenant_id, site_id, group_id, status, before, since, version, removed, shown_from,
    cause_event_id, cause_type, actor, reason
  FROM read.shown WHERE partition = $1 AND seq > $2 ORDER BY seq LIMIT $3`;
