import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantTable } from './tenant-table.js';

const tables = `
  ALTER TABLE directory.api_key ADD COLUMN last_used_on date;
  COMMENT ON COLUMN directory.api_key.last_used_on IS 'the last day (UTC) on which the key opened anything: written once a day';

  -- What admins did, with what was so before and after: in the transaction that did it. Words of people (names, addresses) stand here and
  -- not in the log; secrets never. Services add and read, they change nothing.
  CREATE TABLE directory.audit_entry (
    tenant_id   text        COLLATE "C" NOT NULL REFERENCES directory.tenant,
    audit_id    text        COLLATE "C" NOT NULL,
    at          timestamptz NOT NULL,
    actor_kind  text        NOT NULL,
    actor_id    text        COLLATE "C" NOT NULL,
    actor_role  text,
    session_id  text        COLLATE "C",
    ip          text,
    action      text        NOT NULL,
    target_kind text        NOT NULL,
    target_id   text        COLLATE "C" NOT NULL,
    before      jsonb       NOT NULL,
    after       jsonb       NOT NULL,
    PRIMARY KEY (tenant_id, audit_id)
  );
  COMMENT ON COLUMN directory.audit_entry.audit_id IS 'also the correlation id of the events that the action led to';
  COMMENT ON COLUMN directory.audit_entry.action IS 'method and path pattern of the request';
  COMMENT ON COLUMN directory.audit_entry.before IS 'only what differs';
  CREATE INDEX audit_by_target ON directory.audit_entry (tenant_id, target_id, audit_id);
  CREATE INDEX audit_by_actor ON directory.audit_entry (tenant_id, actor_id, audit_id);
`;

/** Roles, keys and their use, and the record of what admins do. */
export class People1760000000007 implements MigrationInterface {
  name = 'People1760000000007';

  async up(db: QueryRunner): Promise<void> {
    await db.query(tables);
    await db.query(tenantTable('directory.audit_entry', 'SELECT, INSERT'));
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE directory.audit_entry; ALTER TABLE directory.api_key DROP COLUMN last_used_on;');
  }
}
