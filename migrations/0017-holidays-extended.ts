import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Hours that were kept before holidays were extended every month get their first alarm: now, whatever month they were written out in. */
export class HolidaysExtended1760000000017 implements MigrationInterface {
  name = 'HolidaysExtended1760000000017';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL ampel.scope = 'all'`);
    await db.query(`
      INSERT INTO lease.alarm (tenant_id, kind, subject_id, partition, due_at)
      SELECT s.tenant_id, 'holidays', s.owner_kind || '-' || s.owner_id, t.partition, clock_timestamp()
      FROM hours.schedule s JOIN directory.tenant t ON t.tenant_id = s.tenant_id
      WHERE s.hours ? 'publicHolidays' AND t.removed_at IS NULL
      ON CONFLICT DO NOTHING
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL ampel.scope = 'all'`);
    await db.query(`DELETE FROM lease.alarm WHERE kind = 'holidays'`);
  }
}
