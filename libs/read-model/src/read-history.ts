import type { Status } from '#domain/agent-presence/index';
import type { Instant, StatusInterval } from './rows.js';
import type { Sql } from './sql.js';

export interface HistoryQuery {
  readonly tenantId: string;
  /** A site's own box, a group's box on a site, or an agent's effective status. */
  readonly of: { readonly siteId: string; readonly groupId: string | null } | { readonly agentId: string };
  /** Half-open [from, to). */
  readonly from: Instant;
  readonly to: Instant;
  /** At most this many intervals, oldest first. */
  readonly limit: number;
  /** `last` of the page before. */
  readonly after?: number;
}

export interface HistoryPage {
  readonly intervals: StatusInterval[];
  /** Pass as `after` for the next page; null: this was the last one. */
  readonly last: number | null;
}

/**
 * Stretches of status that overlap [from, to). For boxes what visitors were shown, from the shown log (behaviour D25, `as=shown`);
 * for agents the effective status by effectiveAt.
 */
export async function readHistory(sql: Sql, query: HistoryQuery): Promise<HistoryPage> {
  const { tenantId, of, from, to, limit, after = 0 } = query;
  const range = [from, to, after, limit + 1];
  const { rows } =
    'agentId' in of
      ? await sql.query<KeyedInterval>({ text: AGENT_INTERVALS, values: [tenantId, of.agentId, ...range] })
      : await sql.query<KeyedInterval>({ text: BOX_INTERVALS, values: [tenantId, of.siteId, of.groupId ?? '', ...range] });
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return { intervals: page.map(({ key: _key, ...interval }) => interval), last: rows.length > limit && last ? last.key : null };
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

type KeyedInterval = StatusInterval & { readonly key: number };

const CAUSE = `jsonb_strip_nulls(jsonb_build_object('eventId', cause_event_id, 'type', cause_type, 'actor', actor, 'reason', reason)) AS cause`;

const AGENT_INTERVALS = `
  SELECT position AS key, status, from_at AS "from", to_at AS "to", ${CAUSE}
  FROM read.agent_interval
  WHERE tenant_id = $1 AND agent_id = $2
    AND from_at < to_timestamp($4::float8 / 1000) AND coalesce(to_at, 'infinity') > to_timestamp($3::float8 / 1000) AND position > $5
  ORDER BY position LIMIT $6`;

const SHOWN_BEFORE = `
  SELECT status, since, removed FROM read.shown
  WHERE tenant_id = $1 AND site_id = $2 AND group_id = $3 AND since < to_timestamp($4::float8 / 1000)
  ORDER BY seq DESC LIMIT 1`;

// One step back along the index for each box that there is or was.
const SHOWN_AT = `
  SELECT b.site_id AS "siteId", nullif(b.group_id, '') AS "groupId", s.status, s.since, s.version
  FROM read.box b, LATERAL (
    SELECT status, since, version, removed FROM read.shown s
    WHERE s.tenant_id = b.tenant_id AND s.site_id = b.site_id AND s.group_id = b.group_id AND s.shown_from <= to_timestamp($2::float8 / 1000)
    ORDER BY s.shown_from DESC, s.seq DESC LIMIT 1
  ) s
  WHERE b.tenant_id = $1 AND NOT s.removed`;

// A box that is removed ends its last stretch and begins none.
// The interval before the range may reach into it, and the next row's start is this row's end: both need a look beyond the edges.
const BOX_INTERVALS = `
  SELECT key, status, from_at AS "from", to_at AS "to", cause FROM (
    SELECT seq AS key, status, shown_from AS from_at, removed, ${CAUSE},
      lead(shown_from) OVER (ORDER BY seq) AS to_at
    FROM read.shown WHERE tenant_id = $1 AND site_id = $2 AND group_id = $3
  ) AS stretch
  WHERE NOT removed AND from_at < to_timestamp($5::float8 / 1000) AND coalesce(to_at, 'infinity') > to_timestamp($4::float8 / 1000) AND key > $6
  ORDER BY key LIMIT $7`;
