import type { Status } from '#domain/agent-presence/index';
import type { Instant, StatusInterval } from './rows.js';
import type { Sql } from './sql.js';

/** A page of what a box showed. */
export interface ShownQuery {
  readonly tenantId: string;
  /** A site's own box, or a group's on it. */
  readonly of: { readonly siteId: string; readonly groupId: string | null };
  /** Half-open [from, to). */
  readonly from: Instant;
  readonly to: Instant;
  /** At most this many intervals, oldest first. */
  readonly limit: number;
  /** `last` of the page before. */
  readonly after: ShownPlace | null;
}

/** A place in the record of a box. */
export interface ShownPlace {
  readonly at: Instant;
  readonly seq: number;
}

export interface ShownPage {
  readonly intervals: StatusInterval[];
  /** Pass as `after` for the next page; null: this was the last one. */
  readonly last: ShownPlace | null;
}

/** Stretches of status that visitors were shown and that reach into [from, to), from the record of it (behaviour D25, `as=shown`). */
export async function readShownHistory(sql: Sql, { tenantId, of, from, to, limit, after }: ShownQuery): Promise<ShownPage> {
  const { rows } = await sql.query<ShownStep>({
    name: 'read-shown-history',
    text: SHOWN_STEPS,
    values: [tenantId, of.siteId, of.groupId ?? '', from, after?.at ?? null, after?.seq ?? 0, limit + 2],
  });
  // One row is looked at beyond those that are looked through: a row ends where the next begins. A box that is removed begins none.
  const steps = rows.slice(0, limit + 1).map((step, i) => ({ ...step, to: rows[i + 1]?.from ?? null }));
  const reaching = steps.filter((step) => !step.removed && step.from < to && (step.to === null || step.to > from));
  const intervals = reaching.slice(0, limit).map(({ status, from: begins, to: ends, cause }) => ({ status, from: begins, to: ends, cause }));
  const [beyond, end] = [rows[limit + 1], steps.at(-1)];
  const last = reaching.length > limit ? reaching[limit - 1] : beyond && beyond.from < to ? end : undefined;
  return { intervals, last: last ? { at: last.from, seq: last.seq } : null };
}

/** What a box showed before the stretch that began at `since`, and since when; null: nothing, or it was removed. */
export async function readShownBefore(
  sql: Sql,
  box: { readonly tenantId: string; readonly siteId: string; readonly groupId: string | null },
  since: Instant,
): Promise<{ status: Status; since: Instant } | null> {
  const { rows } = await sql.query<{ status: Status; since: Instant; removed: boolean }>({
    name: 'read-shown-before',
    text: SHOWN_BEFORE,
    values: [box.tenantId, box.siteId, box.groupId ?? '', since],
  });
  const [row] = rows;
  return row && !row.removed ? { status: row.status, since: row.since } : null;
}

/** What a box showed at an instant, by the record of it. */
export interface ShownThen {
  readonly siteId: string;
  readonly groupId: string | null;
  readonly status: Status;
  /** As the visitor was told. */
  readonly since: Instant;
  readonly version: number;
}

/** What every box of a tenant showed at an instant; what was removed by then, or not there yet, is missing. */
export async function readShownAt(sql: Sql, tenantId: string, at: Instant): Promise<ShownThen[]> {
  const { rows } = await sql.query<ShownThen>({ name: 'read-shown-at', text: SHOWN_AT, values: [tenantId, at] });
  return rows;
}

interface ShownStep {
  readonly seq: number;
  readonly status: Status;
  readonly from: Instant;
  readonly removed: boolean;
  readonly cause: StatusInterval['cause'];
}

const CAUSE = `jsonb_strip_nulls(jsonb_build_object('eventId', cause_event_id, 'type', cause_type, 'actor', actor, 'reason', reason)) AS cause`;

const SHOWN_BEFORE = `
  SELECT status, since, removed FROM read.shown
  WHERE tenant_id = $1 AND site_id = $2 AND group_id = $3 AND since < to_timestamp($4::float8 / 1000)
  ORDER BY shown_from DESC, seq DESC LIMIT 1`;

// One step back along the index for each box that there is or was.
const SHOWN_AT = `
  SELECT b.site_id AS "siteId", nullif(b.group_id, '') AS "groupId", s.status, s.since, s.version
  FROM read.box b, LATERAL (
    SELECT status, since, version, removed FROM read.shown s
    WHERE s.tenant_id = b.tenant_id AND s.site_id = b.site_id AND s.group_id = b.group_id AND s.shown_from <= to_timestamp($2::float8 / 1000)
    ORDER BY s.shown_from DESC, s.seq DESC LIMIT 1
  ) s
  WHERE b.tenant_id = $1 AND NOT s.removed`;

// From the row on that reaches into the range; after a page, from the row on that follows it.
const SHOWN_STEPS = `
  SELECT seq, status, shown_from AS "from", removed, ${CAUSE}
  FROM read.shown
  WHERE tenant_id = $1 AND site_id = $2 AND group_id = $3
    AND shown_from >= coalesce(to_timestamp($5::float8 / 1000), (
      SELECT shown_from FROM read.shown
      WHERE tenant_id = $1 AND site_id = $2 AND group_id = $3 AND shown_from <= to_timestamp($4::float8 / 1000)
      ORDER BY shown_from DESC LIMIT 1), '-infinity')
    AND seq > $6
  ORDER BY shown_from, seq LIMIT $7`;
