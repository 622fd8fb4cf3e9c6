import type { MigrationInterface, QueryRunner } from 'typeorm';
import { serviceFunction } from './tenant-table.js';

/**
 * read.write_range: what read.write_projection of migration 11 does, which stays for services of the release before, for half the work:
 *   agents and their intervals, of which a backlog has one for every event, come as arrays, whose elements cost a tenth of taking a field
 *   out of a jsonb (as store.append has them: subscripted, because plpgsql keeps array arguments expanded);
 *   what several intervals have in common comes once: whose they are (`w_*`, with the place of the first one, whose beginning ends the
 *   interval that was open), and who caused them (`causers`);
 *   `others` holds the rows of the rarer kinds as before, without those that no row is of: a statement for nothing is begun no more;
 *   gaps of coverage are noted by the same call.
 * The lock of the checkpoint's row comes first: a rebuild under way is waited for, and its step is seen.
 * False: another projector was faster, or a rebuild wrote rows since `known_rebuilt` was read; then nothing is written.
 */
const writeRange = `
CREATE FUNCTION read.write_range(
  p integer, from_position bigint, to_position bigint, known_rebuilt bigint, shown_rows integer, others jsonb, gaps jsonb,
  a_tenants text[], a_ids text[], a_statuses text[], a_states jsonb[], a_removed boolean[],
  w_tenants text[], w_agents text[], w_first integer[], causers jsonb[],
  i_whose integer[], i_positions bigint[], i_statuses text[], i_from float8[], i_to float8[], i_events text[], i_types text[],
  i_causers integer[], i_reasons text[])
RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off AS $$
DECLARE
  seq_before bigint;
BEGIN
  UPDATE read.checkpoint SET position = to_position, shown_seq = shown_seq + shown_rows
    WHERE partition = p AND position = from_position AND rebuilt = known_rebuilt
    RETURNING shown_seq - shown_rows INTO seq_before;
  IF NOT FOUND THEN RETURN false; END IF;

  IF cardinality(a_ids) > 0 THEN
    INSERT INTO read.agent (tenant_id, agent_id, effective_status, state, removed)
      SELECT a_tenants[n], a_ids[n], a_statuses[n], a_states[n], a_removed[n] FROM generate_series(1, cardinality(a_ids)) AS n
      ON CONFLICT (tenant_id, agent_id) DO UPDATE
        SET effective_status = excluded.effective_status, state = excluded.state, removed = excluded.removed;
  END IF;

  IF cardinality(i_positions) > 0 THEN
    UPDATE read.agent_interval AS open SET to_at = read.at(i_from[w_first[w]])
      FROM generate_series(1, cardinality(w_agents)) AS w,
        LATERAL (SELECT known.ctid AS place FROM read.agent_interval AS known
                 WHERE known.tenant_id = w_tenants[w] AND known.agent_id = w_agents[w] ORDER BY known.position DESC LIMIT 1) AS last
      WHERE open.ctid = last.place AND open.to_at IS NULL;  -- by place alone: a key would tempt the planner to begin with this table
    INSERT INTO read.agent_interval (tenant_id, agent_id, position, status, from_at, to_at, cause_event_id, cause_type, actor, reason)
      SELECT w_tenants[i_whose[n]], w_agents[i_whose[n]], i_positions[n], i_statuses[n], read.at(i_from[n]), read.at(i_to[n]),
        i_events[n], i_types[n], causers[i_causers[n]], i_reasons[n]
      FROM generate_series(1, cardinality(i_positions)) AS n;
  END IF;

  IF others ? 'tenants' THEN
    INSERT INTO read.tenant (tenant_id, partition, state)
      SELECT t->>'tenantId', p, t FROM jsonb_array_elements(others->'tenants') AS t
      ON CONFLICT (tenant_id) DO UPDATE SET state = excluded.state;
  END IF;

  IF others ? 'groups' THEN
    INSERT INTO read.tenant_group (tenant_id, group_id, state, added_at, removed)
      SELECT g->>'tenantId', g->'group'->>'groupId', g->'group', read.at((g->>'at')::float8), g->'group'->>'standing' = 'removed'
      FROM jsonb_array_elements(others->'groups') AS g
      ON CONFLICT (tenant_id, group_id) DO UPDATE SET state = excluded.state, removed = excluded.removed;
  END IF;

  IF others ? 'sites' THEN
    INSERT INTO read.site (tenant_id, site_id, partition, key, version, state, added_at, removed)
      SELECT s->>'tenantId', s->'site'->>'siteId', p, s->'site'->>'key', (s->>'version')::bigint, s->'site', read.at((s->>'at')::float8),
        s->'site'->>'standing' = 'removed'
      FROM jsonb_array_elements(others->'sites') AS s
      ON CONFLICT (tenant_id, site_id) DO UPDATE SET version = excluded.version, state = excluded.state, removed = excluded.removed;
  END IF;

  IF others ? 'boxes' THEN
    INSERT INTO read.box (tenant_id, site_id, group_id, status, since, version, next_at, next_status, removed)
      SELECT b->>'tenantId', b->>'siteId', coalesce(b->>'groupId', ''), b->>'status', read.at((b->>'since')::float8), (b->>'version')::bigint,
        read.at((b->'next'->>'at')::float8), b->'next'->>'status', (b->>'removed')::boolean
      FROM jsonb_array_elements(others->'boxes') AS b
      ON CONFLICT (tenant_id, site_id, group_id) DO UPDATE
        SET status = excluded.status, since = excluded.since, version = excluded.version,
          next_at = excluded.next_at, next_status = excluded.next_status, removed = excluded.removed;
  END IF;

  IF shown_rows > 0 THEN
    INSERT INTO read.shown (partition, seq, event_id, tenant_id, site_id, group_id, status, before, since, version, removed, shown_from,
        cause_event_id, cause_type, actor, reason)
      SELECT p, seq_before + ordinal, s->>'eventId', s->>'tenantId', s->>'siteId', coalesce(s->>'groupId', ''), s->>'status', s->>'before',
        read.at((s->>'since')::float8), (s->>'version')::bigint, (s->>'removed')::boolean, read.at((s->>'shownFrom')::float8),
        s->'cause'->>'eventId', s->'cause'->>'type', s->'cause'->'actor', s->'cause'->>'reason'
      FROM jsonb_array_elements(others->'shown') WITH ORDINALITY AS shown(s, ordinal);
  END IF;

  RETURN gaps IS NULL OR coverage.note(p, gaps);
END $$;
`;

const SIGNATURE =
  'read.write_range(integer, bigint, bigint, bigint, integer, jsonb, jsonb, text[], text[], text[], jsonb[], boolean[], ' +
  'text[], text[], integer[], jsonb[], integer[], bigint[], text[], float8[], float8[], text[], text[], integer[], text[])';

/** What a range of the log costs Postgres. */
export class ProjectionByArrays1760000000025 implements MigrationInterface {
  name = 'ProjectionByArrays1760000000025';

  async up(db: QueryRunner): Promise<void> {
    await db.query(writeRange);
    await db.query(serviceFunction(SIGNATURE));
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`DROP FUNCTION ${SIGNATURE}`);
  }
}
