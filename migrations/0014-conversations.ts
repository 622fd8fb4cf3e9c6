import type { MigrationInterface, QueryRunner } from 'typeorm';
import { serviceSchema, tenantTable } from './tenant-table.js';

/**
 * Conversations: what visitors wrote (mutable, with retention: behaviour D27), which conversations are open and what their visitors have been
 * told (D16, D17), and the notices of sites. Events name these rows by their ids.
 */
export class Conversations1760000000014 implements MigrationInterface {
  name = 'Conversations1760000000014';

  async up(db: QueryRunner): Promise<void> {
    await db.query(serviceSchema('conversation'));
    await db.query(TABLES);
    for (const table of ['message', 'conversation', 'notices']) {
      await db.query(tenantTable(`conversation.${table}`, 'SELECT, INSERT, UPDATE, DELETE'));
    }
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP SCHEMA conversation CASCADE;
      ALTER TABLE directory.tenant DROP COLUMN conversation_hold_minutes, DROP COLUMN message_retention_days;
    `);
  }
}

const TABLES = `
  ALTER TABLE directory.tenant
    ADD COLUMN conversation_hold_minutes integer NOT NULL DEFAULT 120 CHECK (conversation_hold_minutes >= 0),
    ADD COLUMN message_retention_days integer NOT NULL DEFAULT 90 CHECK (message_retention_days > 0);

  CREATE TABLE conversation.message (
    tenant_id text COLLATE "C" NOT NULL,
    message_id text COLLATE "C" NOT NULL,
    conversation_id text COLLATE "C" NOT NULL,
    site_id text COLLATE "C" NOT NULL,
    group_id text COLLATE "C",
    visitor text COLLATE "C" NOT NULL,
    words text NOT NULL,
    email text,
    received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (tenant_id, message_id)
  );
  COMMENT ON TABLE conversation.message IS 'personal data: kept for directory.tenant.message_retention_days, and erased on request';
  CREATE INDEX message_by_age ON conversation.message (tenant_id, received_at);

  CREATE TABLE conversation.conversation (
    tenant_id text COLLATE "C" NOT NULL,
    conversation_id text COLLATE "C" NOT NULL,
    site_id text COLLATE "C" NOT NULL,
    group_id text COLLATE "C",
    visitor text COLLATE "C" NOT NULL,
    version integer NOT NULL,
    opened_at timestamptz NOT NULL,
    ended boolean NOT NULL,
    notice text CHECK (notice IN ('busy', 'offline')),
    notice_at timestamptz,
    changed_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, conversation_id)
  );
  COMMENT ON COLUMN conversation.conversation.version IS 'of its stream: a lower one is dropped by whoever keeps a copy';
  COMMENT ON COLUMN conversation.conversation.notice IS 'the last one sent, if nobody has answered since';
  CREATE INDEX open_conversation ON conversation.conversation (tenant_id, site_id) WHERE NOT ended;
  CREATE INDEX conversation_by_change ON conversation.conversation (changed_at);

  CREATE TABLE conversation.notices (
    tenant_id text COLLATE "C" NOT NULL,
    site_id text COLLATE "C" NOT NULL,
    settings jsonb NOT NULL,
    PRIMARY KEY (tenant_id, site_id)
  );
`;
