import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What a box showed at an instant, and a page of its history from an instant on, are found by time (behaviour D25), however long the record
 * is. Within a box `shown_from` is in the order of `seq`, so the index that had only that is not needed any more.
 */
export class ShownByTime1760000000019 implements MigrationInterface {
  name = 'ShownByTime1760000000019';
  transaction = false; // an index on a table in use is built beside the traffic

  async up(db: QueryRunner): Promise<void> {
    await db.query('DROP INDEX CONCURRENTLY IF EXISTS read.shown_by_time'); // of an attempt that was cut off, which is no use to anybody
    await db.query('CREATE INDEX CONCURRENTLY shown_by_time ON read.shown (tenant_id, site_id, group_id, shown_from, seq)');
    await db.query('DROP INDEX CONCURRENTLY IF EXISTS read.shown_by_box');
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('CREATE INDEX CONCURRENTLY IF NOT EXISTS shown_by_box ON read.shown (tenant_id, site_id, group_id, seq)');
    await db.query('DROP INDEX CONCURRENTLY IF EXISTS read.shown_by_time');
  }
}
