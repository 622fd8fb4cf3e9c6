import type { MigrationInterface, QueryRunner } from 'typeorm';
import { serviceFunction, serviceSchema, sharedTable, tenantTable } from './tenant-table.js';

/** The read model: boxes and what decides them, agents' intervals, the shown log, the projector's checkpoints. */
export class ReadModel1760000000004 implements MigrationInterface {
  name = 'ReadModel1760000000004';

  async up(db: QueryRunner): Promise<void> {
    await db.query(serviceSchema('read'));
    await db.query(TABLES);
    await db.query(sharedTable('read.checkpoint', 'SELECT, UPDATE') + sharedTable('read.beacon', 'SELECT, UPDATE'));
    for (const table of ['tenant', 'agent', 'tenant_group', 'site', 'box', 'agent_interval']) {
      await db.query(tenantTable(`read.${table}`, 'SELECT, INSERT, UPDATE'));
    }
    // The shown log is evidence: what was shown stays as it was written (behaviour D25).
    await db.query(tenantTable('read.shown', 'SELECT, INSERT'));
    await db.query(WRITE + serviceFunction('read.at') + serviceFunction('read.write_projection'));
    await db.query(sharedTable('api.site_status_v1', 'SELECT'));
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP VIEW api.site_status_v1; DROP SCHEMA read CASCADE');
  }
}

const TABLES = `
CREATE TABLE read.checkpoint (
  partition integer PRIMARY KEY,
  position bigint NOT NULL DEFAULT 0,
  shown_seq bigint NOT NULL DEFAULT 0
);
COMMENT ON COLUMN read.checkpoint.position IS 'last position of the event log that is folded into the rows';
COMMENT ON COLUMN read.checkpoint.shown_seq IS 'last sequence number of the shown log';
INSERT INTO read.checkpoint (partition) SELECT generate_series(0, 63);

CREATE TABLE read.beacon (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  at timestamptz
);
INSERT INTO read.beacon DEFAULT VALUES;

CREATE TABLE read.tenant (
  tenant_id text PRIMARY KEY,
  partition integer NOT NULL,
  state jsonb NOT NULL
);

CREATE TABLE read.agent (
  tenant_id text NOT NULL,
  agent_id text NOT NULL,
  effective_status text NOT NULL,
  state jsonb NOT NULL,
  removed boolean NOT NULL,
  PRIMARY KEY (tenant_id, agent_id)
);

CREATE TABLE read.tenant_group (
  tenant_id text NOT NULL,
  group_id text NOT NULL,
  state jsonb NOT NULL,
  added_at timestamptz NOT NULL,
  removed boolean NOT NULL,
  PRIMARY KEY (tenant_id, group_id)
);

CREATE TABLE read.site (
  tenant_id text NOT NULL,
  site_id text NOT NULL,
  partition integer NOT NULL,
  key text NOT NULL,
  version bigint NOT NULL,
  state jsonb NOT NULL,
  added_at timestamptz NOT NULL,
  removed boolean NOT NULL,
  PRIMARY KEY (tenant_id, site_id)
);
CREATE INDEX site_by_key ON read.site (key);

CREATE TABLE read.box (
  tenant_id text NOT NULL,
  site_id text NOT NULL,
  group_id text NOT NULL,
  status text NOT NULL CHECK (status IN ('online', 'busy', 'offline')),
  since timestamptz NOT NULL,
  version bigint NOT NULL,
  next_at timestamptz,
  next_status text,
  removed boolean NOT NULL,
  PRIMARY KEY (tenant_id, site_id, group_id)
);
COMMENT ON COLUMN read.box.group_id IS 'empty: the site itself';
COMMENT ON COLUMN read.box.removed IS 'tombstone of a deleted group';

CREATE TABLE read.agent_interval (
  tenant_id text NOT NULL,
  agent_id text NOT NULL,
  position bigint NOT NULL,
  status text NOT NULL,
  from_at timestamptz NOT NULL,
  to_at timestamptz,
  cause_event_id text NOT NULL,
  cause_type text NOT NULL,
  actor jsonb NOT NULL,
  reason text,
  PRIMARY KEY (tenant_id, agent_id, position)
);
COMMENT ON TABLE read.agent_interval IS 'effective status of an agent by effectiveAt; position is that of the event that opened the interval';

CREATE TABLE read.shown (
  partition integer NOT NULL,
  seq bigint NOT NULL,
  event_id text NOT NULL,
  tenant_id text NOT NULL,
  site_id text NOT NULL,
  group_id text NOT NULL,
  status text NOT NULL,
  before text,
  since timestamptz NOT NULL,
  version bigint NOT NULL,
  removed boolean NOT NULL,
  shown_from timestamptz NOT NULL,
  written_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  cause_event_id text NOT NULL,
  cause_type text NOT NULL,
  actor jsonb NOT NULL,
  reason text,
  PRIMARY KEY (partition, seq)
);
CREATE INDEX shown_by_box ON read.shown (tenant_id, site_id, group_id, seq);
CREATE TRIGGER shown_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON read.shown
  FOR EACH STATEMENT EXECUTE FUNCTION store.refuse_change();

CREATE VIEW api.site_status_v1 WITH (security_invoker = true) AS
  SELECT b.tenant_id, b.site_id, nullif(b.group_id, '') AS group_id, b.status, b.version, b.since
  FROM read.box b JOIN read.site s USING (tenant_id, site_id)
  WHERE NOT b.removed AND NOT s.removed;
`;

// One call per range: the compare-and-set of the checkpoint decides first, and a loser writes nothing (architecture 4).
const WRITE = `
CREATE FUNCTION read.at(ms float8) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS 'SELECT to_timestamp(ms / 1000)';

CREATE FUNCTION read.write_projection(p integer, from_position bigint, to_position bigint, rows jsonb) RETURNS boolean LANGUAGE plpgsql AS $$
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
          FROM jsonb_array_elements(rows->'intervals') AS i GROUP BY 1, 2) AS first
    WHERE open.tenant_id = first.tenant_id AND open.agent_id = first.agent_id AND open.to_at IS NULL;
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
