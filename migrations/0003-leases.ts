import type { MigrationInterface, QueryRunner } from 'typeorm';
import { serviceSchema, tenantTable } from './tenant-table.js';

const tables = `
  -- One row per session. Beats update last_seen in place: no index on a column that changes with them, and room left on every page
  -- (architecture 5: with an index, in-place updates fall from 100 % to 0 %).
  CREATE TABLE lease.session (
    last_seen     timestamptz NOT NULL,
    started_at    timestamptz NOT NULL,
    signed_out_at timestamptz,
    ended_at      timestamptz,
    lease_seconds integer     NOT NULL CHECK (lease_seconds BETWEEN 2 AND 3600),
    partition     smallint    NOT NULL CHECK (partition BETWEEN 0 AND 63),
    tenant_id     text        COLLATE "C" NOT NULL,
    session_id    text        COLLATE "C" NOT NULL,
    agent_id      text        COLLATE "C" NOT NULL,
    device        text        COLLATE "C" NOT NULL CHECK (device IN ('desktop', 'mobile')),
    CHECK (last_seen >= started_at),
    PRIMARY KEY (tenant_id, session_id)
  ) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
  COMMENT ON COLUMN lease.session.last_seen IS 'the last beat by the clock of this server (D8); last_seen + lease_seconds is the deadline';
  COMMENT ON COLUMN lease.session.signed_out_at IS 'no beat counts after it; the lease runs out by itself (behaviour D11)';
  COMMENT ON COLUMN lease.session.ended_at IS 'the session speaks no more; its history is in the log';
  CREATE INDEX session_of_agent ON lease.session (tenant_id, agent_id, session_id) WHERE ended_at IS NULL;
`;

/** Leases of sessions: who beat last and when (architecture 5). */
export class Leases1760000000003 implements MigrationInterface {
  name = 'Leases1760000000003';

  async up(db: QueryRunner): Promise<void> {
    await db.query(serviceSchema('lease'));
    await db.query(tables);
    await db.query(tenantTable('lease.session', 'SELECT, INSERT, UPDATE'));
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP SCHEMA lease CASCADE');
  }
}
