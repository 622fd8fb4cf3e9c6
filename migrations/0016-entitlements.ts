import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a tenant's plan includes, beside the plan, so that a command can ask without reading the log. */
export class Entitlements1760000000016 implements MigrationInterface {
  name = 'Entitlements1760000000016';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE directory.tenant ADD COLUMN entitlements jsonb;
      COMMENT ON COLUMN directory.tenant.entitlements IS 'as granted with the plan; null: the defaults of the plan';
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE directory.tenant DROP COLUMN entitlements');
  }
}
