import type { MigrationInterface, QueryRunner } from 'typeorm';
import { serviceSchema, tenantTable } from './tenant-table.js';

const TABLES = `
  CREATE TABLE memory.place (
    tenant_id   text   COLLATE "C" NOT NULL,
    rules       text   COLLATE "C" NOT NULL,
    position    bigint NOT NULL,
    place_no    bigint GENERATED ALWAYS AS IDENTITY,
    told_until  bigint NOT NULL,
    known_until bigint NOT NULL,
    made_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    told        bytea  NOT NULL,
    known       bytea  NOT NULL,
    PRIMARY KEY (tenant_id, rules, position)
  );
  ALTER TABLE memory.place ALTER told SET STORAGE EXTERNAL, ALTER known SET STORAGE EXTERNAL;
  CREATE INDEX place_by_truth ON memory.place (tenant_id, rules, told_until, position);
  CREATE INDEX place_by_knowledge ON memory.place (tenant_id, rules, known_until, position);
  COMMENT ON TABLE memory.place IS 'what was folded of a tenant''s log up to a position: a cache, which may be emptied at any time';
  COMMENT ON COLUMN memory.place.rules IS 'print of the rules it was folded by: others do not see it';
  COMMENT ON COLUMN memory.place.told_until IS 'nothing behind the position became true before this, ms since 1970';
  COMMENT ON COLUMN memory.place.told IS 'JSON, deflated: in the order of truth; known: in the order of the log';

  CREATE TABLE memory.stretch (
    tenant_id text   COLLATE "C" NOT NULL,
    rules     text   COLLATE "C" NOT NULL,
    site_id   text   COLLATE "C" NOT NULL,
    group_id  text   COLLATE "C" NOT NULL,
    from_at   bigint NOT NULL,
    to_at     bigint NOT NULL,
    position  bigint NOT NULL,
    status    text   NOT NULL,
    cause     jsonb  NOT NULL,
    PRIMARY KEY (tenant_id, rules, site_id, group_id, from_at),
    CHECK (to_at > from_at)
  );
  COMMENT ON TABLE memory.stretch IS 'intervals of boxes, in the order of truth, that were over at the place of that position; times in ms since 1970';
`;

/** The memory's places: where its reading of a tenant's log has come by. A cache of the log, and thrown away whole by whoever doubts it. */
export class Places1760000000022 implements MigrationInterface {
  name = 'Places1760000000022';

  async up(db: QueryRunner): Promise<void> {
    await db.query(serviceSchema('memory') + TABLES);
    for (const table of ['place', 'stretch']) await db.query(tenantTable(`memory.${table}`, 'SELECT, INSERT, DELETE'));
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP SCHEMA memory CASCADE');
  }
}
