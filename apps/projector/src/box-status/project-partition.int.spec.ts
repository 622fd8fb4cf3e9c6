import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createPools, type Pools } from '#database';
import { emptyTenantBoxes } from '#domain/box-status/index';
import { readBoxes, readCheckpoint, readShown, readShownHistory, readSiteByKey, readTenantBoxes } from '#read-model';
import { writeProjection } from '#read-model/write';
import { type FreshDatabase, freshDatabase } from '#testing';
import { PartitionProjector, type ProjectionPorts } from './project-partition.js';
import type { StoredEvent } from '#event-store';

const PARTITION = 7;
const TENANT = 'tenant-1';
const SITE = 'site-1';

/** A log of these facts, one a second from 2026-11-22T10:00Z. */
function logOf(facts: readonly { type: string; data: object }[]): StoredEvent[] {
  return facts.map(({ type, data }, index) => ({
    partition: PARTITION,
    position: index + 1,
    tenantId: TENANT,
    streamId: 'any',
    version: index + 1,
    type,
    schemaVersion: 1,
    eventId: `e${index + 1}`,
    commandId: `c${index + 1}`,
    causationId: null,
    correlationId: `c${index + 1}`,
    actor: { kind: 'system', id: 'spec' },
    effectiveAt: Date.UTC(2026, 10, 22, 10, 0, index),
    recordedAt: Date.UTC(2026, 10, 22, 10, 0, index),
    data,
  }));
}

describe('The projection of a partition', () => {
  let database: FreshDatabase;
  let pools: Pools;

  beforeAll(async () => {
    database = await freshDatabase();
    pools = createPools(database.serviceUrl);
  });

  afterAll(async () => {
    await pools.close();
    await database.drop();
  });

  const log = logOf([
    { type: 'TenantAdded', data: { tenantId: TENANT, plan: 'pro', leaseSeconds: 120 } },
    { type: 'SiteAdded', data: { siteId: SITE, key: 'key-1', origins: ['https://shop.example'], timeZone: 'Europe/Berlin' } },
    { type: 'GroupAdded', data: { groupId: 'de' } },
    { type: 'AgentAdded', data: { agentId: 'a', groupIds: ['de'], role: 'agent' } },
    { type: 'AgentLoggedIn', data: { agentId: 'a', sessionId: 's1', device: 'desktop', leaseSeconds: 120 } },
    { type: 'StatusChanged', data: { agentId: 'a', from: 'offline', to: 'online', statusVersion: 1, cause: 'agent' } },
    { type: 'StatusChanged', data: { agentId: 'a', from: 'online', to: 'offline', statusVersion: 2, cause: 'admin', reason: 'end of shift' } },
    { type: 'GroupRemoved', data: { groupId: 'de' } },
  ]);

  const ports = (): ProjectionPorts => ({
    readEvents: (_partition, after, limit) => Promise.resolve(log.filter((e) => e.position > after).slice(0, limit)),
    readCheckpoint: (partition) => readCheckpoint(pools.engine, partition),
    readTenant: (tenantId) => readTenantBoxes(pools.engine, tenantId),
    write: (projection) => writeProjection(pools.engine, projection),
    announce: () => undefined,
    newEventId: (cause, change) => `${cause}/${change.siteId}/${change.groupId ?? ''}`,
  });

  it('folds the log into rows, shown log and intervals and moves its checkpoint with them', async () => {
    expect(await new PartitionProjector(PARTITION, ports()).catchUp()).toBe(log.length);

    expect(await readCheckpoint(pools.engine, PARTITION)).toBe(log.length);
    expect(await readSiteByKey(pools.engine, 'key-1')).toMatchObject({ siteId: SITE, origins: ['https://shop.example'], version: 5, removed: false });
    const boxes = await readBoxes(pools.engine, { tenantId: TENANT, siteId: SITE });
    expect(boxes.find((box) => box.groupId === null)).toMatchObject({ status: 'offline', version: 4, since: log[6]?.effectiveAt });
    expect(boxes.find((box) => box.groupId === 'de')).toMatchObject({ removed: true, version: 5 });
    const shown = await readShown(pools.engine, PARTITION, 0, 100);
    expect(shown.map((row) => [row.seq, row.groupId, row.before, row.status, row.version])).toEqual([
      [1, null, null, 'offline', 1],
      [2, 'de', null, 'offline', 2],
      [3, null, 'offline', 'online', 3],
      [4, 'de', 'offline', 'online', 3],
      [5, null, 'online', 'offline', 4],
      [6, 'de', 'online', 'offline', 4],
      [7, 'de', 'offline', 'offline', 5],
    ]);
  });

  it('keeps the stretches of an agent and of a box with their cause', async () => {
    const { rows } = await pools.engine.query<{ status: string; from: number; to: number | null; event: string; reason: string | null }>(
      `SELECT status, from_at AS from, to_at AS to, cause_event_id AS event, reason FROM read.agent_interval
       WHERE tenant_id = $1 AND agent_id = 'a' ORDER BY position`,
      [TENANT],
    );
    expect(rows.map(({ status, from, to }) => [status, from, to])).toEqual([
      ['offline', log[3]?.effectiveAt, log[5]?.effectiveAt],
      ['online', log[5]?.effectiveAt, log[6]?.effectiveAt],
      ['offline', log[6]?.effectiveAt, null],
    ]);
    expect(rows[2]).toMatchObject({ reason: 'end of shift', event: log[6]?.eventId });
    const range = { tenantId: TENANT, of: { siteId: SITE, groupId: null }, from: 0, to: 4e12 };
    const first = await readShownHistory(pools.engine, { ...range, limit: 2, after: null });
    expect(first.intervals.map(({ status }) => status)).toEqual(['offline', 'online']);
    const rest = await readShownHistory(pools.engine, { ...range, limit: 10, after: first.last });
    expect(rest.intervals.map(({ status, to }) => [status, to])).toEqual([['offline', null]]);
    expect(rest.last).toBeNull();
  });

  it('continues after a restart from the rows, as if it had never stopped', async () => {
    const rebuilt = await readTenantBoxes(pools.engine, TENANT);
    expect(rebuilt.tenant.plan).toBe('pro');
    expect(rebuilt.agents.get('a')?.intent).toEqual({ status: 'offline', version: 2, since: log[6]?.effectiveAt });
    expect(rebuilt.sites.get(SITE)?.version).toBe(5);
    expect(await readTenantBoxes(pools.engine, 'nobody')).toEqual(emptyTenantBoxes());
  });

  it('lets only one of two projectors win a range: the loser writes nothing', async () => {
    const projection = { partition: PARTITION, from: 0, to: 3, tenants: [], agents: [], groups: [], sites: [], boxes: [], intervals: [], shown: [] };
    expect(await writeProjection(pools.engine, projection)).toBe(false);
    expect(await readCheckpoint(pools.engine, PARTITION)).toBe(log.length);
    expect(await new PartitionProjector(PARTITION, ports()).catchUp()).toBe(0);
  });
});
