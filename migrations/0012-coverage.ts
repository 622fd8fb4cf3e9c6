import type { MigrationInterface, QueryRunner } from 'typeorm';
import { serviceFunction, serviceSchema, tenantTable } from './tenant-table.js';

/**
 * Gaps of coverage: when nobody is there although a box is meant to be open (behaviour case 56). The projector notes where they begin and
 * end, in the transaction of what it folds; whoever tells of them takes away what was told to the end.
 */
export class Coverage1760000000012 implements MigrationInterface {
  name = 'Coverage1760000000012';

  async up(db: QueryRunner): Promise<void> {
    await db.query(serviceSchema('coverage'));
    await db.query(TABLES);
    await db.query(tenantTable('coverage.gap', 'SELECT, INSERT, UPDATE, DELETE'));
    await db.query(NOTE + serviceFunction('coverage.note(integer, jsonb)') + DUE + serviceFunction('coverage.due(float8, integer)'));
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP SCHEMA coverage CASCADE');
  }
}

// One gap of a box lasts at a time. Those that are over, and those of which nobody was told, are found without looking at any other.
const TABLES = `
  CREATE TABLE coverage.gap (
    gap_no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id text COLLATE "C" NOT NULL,
    site_id text COLLATE "C" NOT NULL,
    group_id text COLLATE "C" NOT NULL,
    partition integer NOT NULL,
    since timestamptz NOT NULL,
    told boolean NOT NULL DEFAULT false,
    over_at timestamptz,
    over_because text,
    CHECK ((over_at IS NULL) = (over_because IS NULL))
  ) WITH (fillfactor = 70);
  COMMENT ON COLUMN coverage.gap.group_id IS 'empty: the site itself';
  COMMENT ON COLUMN coverage.gap.told IS 'CoverageLost is in the log';
  CREATE UNIQUE INDEX lasting_gap ON coverage.gap (tenant_id, site_id, group_id) WHERE over_at IS NULL;
  CREATE INDEX untold_gap ON coverage.gap (since) WHERE over_at IS NULL AND NOT told;
  CREATE INDEX ended_gap ON coverage.gap (over_at) WHERE over_at IS NOT NULL;
`;

const NOTE = `
CREATE FUNCTION coverage.note(p integer, turns jsonb) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_bitmapscan = off SET jit = off AS $$
DECLARE
  turn jsonb;
BEGIN
  FOR turn IN SELECT * FROM jsonb_array_elements(turns) LOOP
    IF turn->>'over' IS NULL THEN
      INSERT INTO coverage.gap (tenant_id, site_id, group_id, partition, since)
        VALUES (turn->>'tenantId', turn->>'siteId', coalesce(turn->>'groupId', ''), p, to_timestamp((turn->>'at')::float8 / 1000))
        ON CONFLICT (tenant_id, site_id, group_id) WHERE over_at IS NULL DO NOTHING;
    ELSE
      UPDATE coverage.gap SET over_at = greatest(since, to_timestamp((turn->>'at')::float8 / 1000)), over_because = turn->>'over'
        WHERE tenant_id = turn->>'tenantId' AND site_id = turn->>'siteId' AND group_id = coalesce(turn->>'groupId', '') AND over_at IS NULL;
    END IF;
  END LOOP;
  RETURN true;
END $$;
`;

// Asked every second: by the two small indexes, whatever the planner has seen of the table. With how far each partition is folded: one snapshot.
const DUE = `
CREATE FUNCTION coverage.due(overdue_ms float8, most integer)
RETURNS TABLE (gap_no float8, tenant_id text, site_id text, group_id text, partition integer, since float8, over_at float8, over_because text,
               folded_to float8, behind boolean)
LANGUAGE plpgsql STABLE ROWS 10 SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
    SELECT g.gap_no::float8, g.tenant_id, g.site_id, g.group_id, g.partition, (extract(epoch FROM g.since) * 1000)::float8,
      (extract(epoch FROM g.over_at) * 1000)::float8, g.over_because, c.position::float8, c.position < h.pos
    FROM (
      (SELECT * FROM coverage.gap WHERE over_at IS NOT NULL ORDER BY over_at LIMIT most)
      UNION ALL
      (SELECT * FROM coverage.gap
       WHERE over_at IS NULL AND NOT told AND since <= statement_timestamp() - overdue_ms * interval '1 millisecond' ORDER BY since LIMIT most)
    ) AS g
    JOIN read.checkpoint c ON c.partition = g.partition
    JOIN store.partition_head h ON h.partition = g.partition;
END $$;
`;
