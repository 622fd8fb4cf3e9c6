import type { MigrationInterface, QueryRunner } from 'typeorm';
import { sharedTable } from './tenant-table.js';

/**
 * Which code may run on this schema (ADR 14). A migration that only adds leaves the row as it is: the release before it goes on working
 * while the new one is rolled out. One that takes away what older code uses raises `serves_from` in the same transaction.
 */
export class Compatibility1760000000008 implements MigrationInterface {
  name = 'Compatibility1760000000008';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE public.ampel_schema (
        only_row    boolean PRIMARY KEY DEFAULT true CHECK (only_row),
        serves_from integer NOT NULL
      );
      COMMENT ON COLUMN public.ampel_schema.serves_from IS 'code whose newest migration has at least this number may run on this schema';
      INSERT INTO public.ampel_schema (serves_from) VALUES (8);
    `);
    await db.query(sharedTable('public.ampel_schema', 'SELECT'));
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE public.ampel_schema');
  }
}
