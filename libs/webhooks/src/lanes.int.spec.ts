import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { freshDatabase, type FreshDatabase, rowsLookedAt } from '#testing';
import { claimLanes, dueDeliveries, type Lane } from './lanes.js';

const WAITING = 3_000;
const FEW = 100;
const lane: Lane = { tenantId: 't1', webhookId: 'due', failingSince: null, failures: 0 };

let database: FreshDatabase;
let sql: pg.Client;

beforeAll(async () => {
  database = await freshDatabase();
  sql = new pg.Client({ connectionString: database.adminUrl });
  await sql.connect();
  await sql.query(`INSERT INTO directory.tenant (tenant_id, slug, name, partition, plan, lease_seconds) VALUES ('t1', 't1', 't1', 3, 'pro', 120)`);
  await sql.query(`
    INSERT INTO webhook.endpoint (tenant_id, webhook_id, partition, name, url, event_types, secret)
    SELECT 't1', id, 3, 'spec', 'https://example.com', '{*}', 'x' FROM (SELECT 'due' AS id UNION ALL SELECT 'later-' || i FROM generate_series(1, ${WAITING}) i) s;
    INSERT INTO webhook.lane (tenant_id, webhook_id, due_at)
    SELECT 't1', webhook_id, now() + CASE webhook_id WHEN 'due' THEN interval '-1 second' ELSE interval '1 hour' END FROM webhook.endpoint;
    INSERT INTO webhook.delivery (tenant_id, delivery_id, webhook_id, event_id, event_type, kind, partition, position, next_attempt_at)
    SELECT 't1', i, 'due', i, 'Thing', 'event', 3, i, now() + CASE i WHEN 1 THEN interval '-1 second' ELSE interval '1 hour' END
    FROM generate_series(1, ${WAITING}) i;
    ANALYZE`);
});
afterAll(async () => {
  await sql.end();
  await database.drop();
});

describe('what is due', () => {
  it('of the lanes is found without looking at those that are not', async () => {
    const before = await rowsLookedAt(sql, 'lane');
    expect(await claimLanes(sql, 'me', 'healthy', 10)).toEqual([lane]);
    expect((await rowsLookedAt(sql, 'lane')) - before).toBeLessThan(FEW);
  });

  it('of the deliveries of a lane is found without looking at those that are not', async () => {
    const before = await rowsLookedAt(sql, 'delivery');
    expect(await dueDeliveries(sql, lane, 10)).toMatchObject([{ id: '1' }]);
    expect((await rowsLookedAt(sql, 'delivery')) - before).toBeLessThan(FEW);
  });
});
