import type { MigrationInterface, QueryRunner } from 'typeorm';
import { sharedTable } from './tenant-table.js';

/** Which release of the time zone database the openings were told with, so that a newer one is told once (behaviour D5, ADR 18). */
export class ZoneData1760000000015 implements MigrationInterface {
  name = 'ZoneData1760000000015';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE hours.zone_data (
        only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
        release text
      );
      INSERT INTO hours.zone_data DEFAULT VALUES;
    `);
    await db.query(sharedTable('hours.zone_data', 'SELECT, UPDATE'));
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE hours.zone_data');
  }
}
