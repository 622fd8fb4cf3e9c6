import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * read.write_projection, as in migration 4 but for two things. What a range costs does not grow with the rows that are there:
 *   an agent's open interval is found as its last one by position, instead of looking through all it ever had. Its place stays the same
 *   until the update: only this function writes intervals, and of one partition only under the lock of the checkpoint's row;
 *   the settings keep every statement on the primary keys. A plan made while the tables were empty, as after an import, would go on
 *   reading them whole (measured: 5 s for 500 events, and so the statement's time-out, again and again).
 */
const projection = `
CREATE OR REPLACE FUNCTION read.write_projection(p integer, from_position bigint, to_position bigint, rows jsonb) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off AS $$
DECLARE
  seq_before bigint;
BEGIN
  UPDATE read.checkpoint
    SET position = to_position, shown_seq = shown_seq + jsonb_array_length(rows->'shown')
    WHERE partition = p AND position = from_position
    RETURNING shown_seq - jsonb_array_length(rows->'shown') INTO seq_before;
  IF NOT FOUND THEN RETURN false; END IF;

  INSERT INTO read.tenant (tenant_id, partition, state)
    SELECT t->>'tenantId', p, t FROM jsonb_array_elements(rows->'tenants') AS t
    ON CONFLICT (tenant_id) DO UPDATE SET state = excluded.state;

  INSERT INTO read.agent (tenant_id, agent_id, effective_status, state, removed)
    SELECT a->>'tenantId', a->'agent'->>'agentId', a->>'effectiveStatus', a->'agent', a->'agent'->>'standing' = 'removed'
    FROM jsonb_array_elements(rows->'agents') AS a
    ON CONFLICT (tenant_id, agent_id) DO UPDATE
      SET effective_status = excluded.effective_status, state = excluded.state, removed = excluded.removed;

  INSERT INTO read.tenant_group (tenant_id, group_id, state, added_at, removed)
    SELECT g->>'tenantId', g->'group'->>'groupId', g->'group', read.at((g->>'at')::float8), g->'group'->>'standing' = 'removed'
    FROM jsonb_array_elements(rows->'groups') AS g
    ON CONFLICT (tenant_id, group_id) DO UPDATE SET state = excluded.state, removed = excluded.removed;

  INSERT INTO read.site (tenant_id, site_id, partition, key, version, state, added_at, removed)
    SELECT s->>'tenantId', s->'site'->>'siteId', p, s->'site'->>'key', (s->>'version')::bigint, s->'site', read.at((s->>'at')::float8),
      s->'site'->>'standing' = 'removed'
    FROM jsonb_array_elements(rows->'sites') AS s
    ON CONFLICT (tenant_id, site_id) DO UPDATE SET version = excluded.version, state = excluded.state, removed = excluded.removed;

  INSERT INTO read.box (tenant_id, site_id, group_id, status, since, version, next_at, next_status, removed)
    SELECT b->>'tenantId', b->>'siteId', coalesce(b->>'groupId', ''), b->>'status', read.at((b->>'since')::float8), (b->>'version')::bigint,
      read.at((b->'next'->>'at')::float8), b->'next'->>'status', (b->>'removed')::boolean
    FROM jsonb_array_elements(rows->'boxes') AS b
    ON CONFLICT (tenant_id, site_id, group_id) DO UPDATE
      SET status = excluded.status, since = excluded.since, version = excluded.version,
        next_at = excluded.next_at, next_status = excluded.next_status, removed = excluded.removed;

  UPDATE read.agent_interval AS open SET to_at = first.from_at
    FROM (SELECT i->>'tenantId' AS tenant_id, i->>'agentId' AS agent_id, min(read.at((i->>'from')::float8)) AS from_at
          FROM jsonb_array_elements(rows->'intervals') AS i GROUP BY 1, 2) AS first,
      LATERAL (SELECT known.ctid AS place FROM read.agent_interval AS known
               WHERE known.tenant_id = first.tenant_id AND known.agent_id = first.agent_id ORDER BY known.position DESC LIMIT 1) AS last
    WHERE open.ctid = last.place AND open.to_at IS NULL;  -- by place alone: a key would tempt the planner to begin with this table
  INSERT INTO read.agent_interval (tenant_id, agent_id, position, status, from_at, to_at, cause_event_id, cause_type, actor, reason)
    SELECT i->>'tenantId', i->>'agentId', (i->>'position')::bigint, i->>'status', read.at((i->>'from')::float8), read.at((i->>'to')::float8),
      i->'cause'->>'eventId', i->'cause'->>'type', i->'cause'->'actor', i->'cause'->>'reason'
    FROM jsonb_array_elements(rows->'intervals') AS i;

  INSERT INTO read.shown (partition, seq, event_id, tenant_id, site_id, group_id, status, before, since, version, removed, shown_from,
      cause_event_id, cause_type, actor, reason)
    SELECT p, seq_before + ordinal, s->>'eventId', s->>'tenantId', s->>'siteId', coalesce(s->>'groupId', ''), s->>'status', s->>'before',
      read.at((s->>'since')::float8), (s->>'version')::bigint, (s->>'removed')::boolean, read.at((s->>'shownFrom')::float8),
      s->'cause'->>'eventId', s->'cause'->>'type', s->'cause'->'actor', s->'cause'->>'reason'
    FROM jsonb_array_elements(rows->'shown') WITH ORDINALITY AS shown(s, ordinal);
  RETURN true;
END $$;
`;

/** What a range of the log costs the projector no longer grows with the rows. */
export class ProjectionByKey1760000000011 implements MigrationInterface {
  name = 'ProjectionByKey1760000000011';

  async up(db: QueryRunner): Promise<void> {
    await db.query(projection);
  }

  async down(): Promise<void> {
    throw new Error('The slower function is not worth going back to: it does the same.');
  }
}
