import type { MigrationInterface, QueryRunner } from 'typeorm';
import { serviceRole, serviceSchema, sharedTable, tenantTable } from './tenant-table.js';

/** Rows that only those may see who see every tenant's. */
function engineTable(table: string, privileges: string): string {
  const rule = `current_setting('ampel.scope', true) = 'all'`;
  return `
    ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY;
    ALTER TABLE ${table} FORCE ROW LEVEL SECURITY;
    CREATE POLICY engine_rows ON ${table} USING (${rule}) WITH CHECK (${rule});
    ${sharedTable(table, privileges)}
  `;
}

const tables = `
-- What somebody asked for, and how far it has come.
CREATE TABLE replay.run (
  replay_id    text        COLLATE "C" PRIMARY KEY,
  mode         text        NOT NULL CHECK (mode IN ('verify', 'rebuild')),
  tenant_id    text        COLLATE "C",
  partition    smallint    CHECK (partition BETWEEN 0 AND 63),
  state        text        NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
  command_id   text        COLLATE "C" UNIQUE,
  request_hash text,
  requested_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  finished_at  timestamptz,
  worker       text,
  seen_at      timestamptz,
  processed    bigint      NOT NULL DEFAULT 0,
  total        bigint      NOT NULL DEFAULT 0,
  drift        bigint      NOT NULL DEFAULT 0,
  shown_drift  bigint      NOT NULL DEFAULT 0,
  position     bigint      NOT NULL DEFAULT 0,
  hash         text,
  fault        text
);
COMMENT ON COLUMN replay.run.tenant_id IS 'null: all tenants';
COMMENT ON COLUMN replay.run.shown_drift IS 'rows of the shown log that are not as the log says: evidence, never healed';
COMMENT ON COLUMN replay.run.partition IS 'where the tenant is';
COMMENT ON COLUMN replay.run.worker IS 'the process that carries it out; another one takes it over when seen_at grows old';
-- One run at a time, so that no partition has two.
CREATE UNIQUE INDEX one_run_at_a_time ON replay.run ((true)) WHERE state = 'running';
CREATE INDEX run_to_do ON replay.run (requested_at) WHERE state IN ('queued', 'running');

-- What a run has finished: it goes on behind it after a restart.
CREATE TABLE replay.part (
  replay_id text     COLLATE "C" NOT NULL REFERENCES replay.run,
  partition smallint NOT NULL CHECK (partition BETWEEN 0 AND 63),
  position  bigint   NOT NULL,
  events    bigint   NOT NULL,
  hash      text     NOT NULL,
  drift     bigint   NOT NULL,
  shown_drift bigint NOT NULL,
  PRIMARY KEY (replay_id, partition)
);

-- Row by row, the first of each partition.
CREATE TABLE replay.difference (
  replay_id text     COLLATE "C" NOT NULL REFERENCES replay.run,
  partition smallint NOT NULL,
  ordinal   integer  NOT NULL,
  tenant_id text     COLLATE "C" NOT NULL,
  found     jsonb    NOT NULL,
  PRIMARY KEY (replay_id, partition, ordinal)
);

-- What the verification in the background found last.
CREATE TABLE replay.verification (
  partition   smallint    PRIMARY KEY CHECK (partition BETWEEN 0 AND 63),
  position    bigint      NOT NULL,
  hash        text        NOT NULL,
  drift       bigint      NOT NULL,
  shown_drift bigint      NOT NULL,
  by_tenant   jsonb       NOT NULL,
  found       jsonb       NOT NULL,
  verified_at timestamptz NOT NULL
);
COMMENT ON COLUMN replay.verification.by_tenant IS 'differing rows by tenant id, of those that have any';
`;

/**
 * Verify and rebuild. `read.checkpoint.rebuilt` steps whenever a rebuild writes rows of the partition: a projector that folded from the rows
 * before it loses its next write and reads them anew.
 */
export class Replays1760000000021 implements MigrationInterface {
  name = 'Replays1760000000021';

  async up(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE read.checkpoint ADD COLUMN rebuilt bigint NOT NULL DEFAULT 0');
    // A row that follows from no event is taken away. Never from the shown log: it is evidence.
    for (const table of ['tenant', 'agent', 'tenant_group', 'site', 'box', 'agent_interval']) {
      await db.query(`GRANT DELETE ON read.${table} TO ${serviceRole}`);
    }
    await db.query(serviceSchema('replay') + tables);
    await db.query(tenantTable('replay.run', 'SELECT, INSERT, UPDATE'));
    await db.query(engineTable('replay.part', 'SELECT, INSERT'));
    await db.query(tenantTable('replay.difference', 'SELECT, INSERT'));
    await db.query(engineTable('replay.verification', 'SELECT, INSERT, UPDATE'));
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP SCHEMA replay CASCADE; ALTER TABLE read.checkpoint DROP COLUMN rebuilt');
    for (const table of ['tenant', 'agent', 'tenant_group', 'site', 'box', 'agent_interval']) {
      await db.query(`REVOKE DELETE ON read.${table} FROM ${serviceRole}`);
    }
  }
}
