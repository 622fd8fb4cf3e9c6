import type { MigrationInterface, QueryRunner } from 'typeorm';
import { serviceSchema, tenantTable } from './tenant-table.js';

/** Opening hours as they hold now, beside the events that tell them: what decides the next openings is read here, not folded. */
export class Hours1760000000009 implements MigrationInterface {
  name = 'Hours1760000000009';

  async up(db: QueryRunner): Promise<void> {
    await db.query(serviceSchema('hours'));
    await db.query(`
      CREATE TABLE hours.schedule (
        tenant_id text NOT NULL,
        owner_kind text NOT NULL CHECK (owner_kind IN ('site', 'group')),
        owner_id text NOT NULL,
        hours jsonb NOT NULL,
        PRIMARY KEY (tenant_id, owner_kind, owner_id)
      );
    `);
    await db.query(tenantTable('hours.schedule', 'SELECT, INSERT, UPDATE, DELETE'));
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP SCHEMA hours CASCADE');
  }
}
