import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { withTenant } from '#database';
import { StoreUnavailable } from '#event-store';
import { eventually, rowsLookedAt } from '#testing';
import { OpeningsWorld, type SiteOfWorld } from './openings-world.fixture.js';
import { countOpenGaps, coverageAlertMs, ringGaps } from './ring-gaps.js';

const MINUTE = 60_000;
let world: OpeningsWorld;
beforeAll(async () => {
  world = await OpeningsWorld.start();
});
afterAll(() => world.stop());

const noFault = (error: unknown): never => {
  throw error;
};
const ring = (alertAfterMs = MINUTE, store = world.store) => ringGaps(world.sql, store, { alertAfterMs, limit: 100, onFault: noFault });
/** As the projector notes it. */
const note = async ({ tenantId, siteId, partition }: SiteOfWorld, at: number, over: string | null = null, groupId: string | null = null) => {
  await world.sql.query('SELECT coverage.note($1, $2)', [partition, JSON.stringify([{ tenantId, siteId, groupId, at, over }])]);
};
const siteNobodyIsAt = async (forMs: number): Promise<{ site: SiteOfWorld; since: number }> => {
  const site = await world.site({ weekly: [], closedPermanently: true });
  const since = (await world.now()) - forMs;
  await note(site, since);
  return { site, since };
};
const told = async (site: SiteOfWorld) =>
  (await world.told(site)).map(({ type, effectiveAt, data }) => [type, effectiveAt, (data as { groupId: string | null }).groupId]);
const rowsOf = async ({ siteId }: SiteOfWorld) =>
  (await world.sql.query<{ told: boolean; over: boolean }>('SELECT told, over_at IS NOT NULL AS over FROM coverage.gap WHERE site_id = $1', [siteId])).rows;

describe('gaps of coverage (case 56)', () => {
  it('looked at by three at once, again and again, each is told once; its end takes it away', async () => {
    const { site, since } = await siteNobodyIsAt(2 * MINUTE);
    await Promise.all([ring(), ring(), ring()]);
    await ring();
    expect(await told(site)).toEqual([['CoverageLost', since + MINUTE, null]]);
    expect((await world.told(site))[0]).toMatchObject({ actor: { kind: 'system', id: 'coverage' }, data: { since: new Date(since).toISOString(), afterSeconds: 60 } });
    expect([await rowsOf(site), await countOpenGaps(world.sql)]).toEqual([[{ told: true, over: false }], 1]);
    await note(site, since + 90_000, 'somebody-there');
    await Promise.all([ring(), ring()]);
    expect(await ring()).toEqual({ lost: 0, restored: 0 });
    expect(await told(site)).toEqual([['CoverageLost', since + MINUTE, null], ['CoverageRestored', since + 90_000, null]]);
    expect([await rowsOf(site), await countOpenGaps(world.sql)]).toEqual([[], 0]);
  });

  it('whoever dies after telling, before noting it: the next one tells nothing twice', async () => {
    const { site, since } = await siteNobodyIsAt(2 * MINUTE);
    await ring();
    await world.sql.query('UPDATE coverage.gap SET told = false WHERE site_id = $1', [site.siteId]);
    expect(await ring()).toEqual({ lost: 0, restored: 0 });
    await note(site, since + 100_000, 'somebody-there');
    await ring();
    await world.sql.query(
      `INSERT INTO coverage.gap (tenant_id, site_id, group_id, partition, since, told, over_at, over_because)
       VALUES ($1, $2, '', $3, to_timestamp($4::float8 / 1000), true, to_timestamp($5::float8 / 1000), 'somebody-there')`,
      [site.tenantId, site.siteId, site.partition, since, since + 100_000],
    );
    expect(await ring()).toEqual({ lost: 0, restored: 0 });
    expect([(await told(site)).length, await rowsOf(site)]).toEqual([2, []]);
  });

  it('too short, or not long enough yet: nothing; noted twice it is one; of each scope by itself', async () => {
    const { site, since } = await siteNobodyIsAt(2 * MINUTE);
    await note(site, since + 1_000);
    await note(site, since + 59_000, 'somebody-there');
    await note(site, since + 62_000, null, 'DE');
    await note(site, since + 30_000, null, 'EN');
    await ring();
    expect(await told(site)).toEqual([['CoverageLost', since + 90_000, 'EN']]);
    expect(await rowsOf(site)).toHaveLength(2);
  });

  it('switched off: nothing is told, and nothing stays behind', async () => {
    const { site, since } = await siteNobodyIsAt(2 * MINUTE);
    await ring(coverageAlertMs(0));
    await note(site, since + 90_000, 'somebody-there');
    await ring(coverageAlertMs(0));
    expect([await told(site), await rowsOf(site)]).toEqual([[], []]);
  });

  it('a site that is gone: nothing is told, and its gaps are forgotten once they are over', async () => {
    const { site, since } = await siteNobodyIsAt(2 * MINUTE);
    await world.append(site, [{ type: 'SiteRemoved', data: { siteId: site.siteId } }]);
    await note(site, since + 90_000, 'removed');
    await ring();
    expect([(await told(site)).map(([type]) => type), await rowsOf(site)]).toEqual([['SiteRemoved'], []]);
  });

  it('waits until the projection has come so far: somebody may be there already', async () => {
    const site = await world.site({ weekly: [], closedPermanently: true });
    const since = await world.now();
    await note(site, since);
    await world.append(site, [{ type: 'NoticesChanged', data: { siteId: site.siteId, busyDelaySeconds: 1, offlineDelaySeconds: 1, language: 'de', fingerprint: 'f' } }]);
    await eventually(async () => (await world.now()) > since + 2_500, { within: 20_000, every: 100 });
    const alertAfterMs = 1_000; // the fact above was recorded before it was over, and is not folded
    await ring(alertAfterMs);
    const lost = async () => (await told(site)).filter(([type]) => type === 'CoverageLost').length;
    expect(await lost()).toBe(0);
    await world.sql.query('UPDATE read.checkpoint c SET position = h.pos FROM store.partition_head h WHERE c.partition = h.partition');
    await ring(alertAfterMs);
    expect(await lost()).toBe(1);
    await world.sql.query('UPDATE read.checkpoint SET position = 0');
  });

  it('stays while the store is away, which is said; and a fault at one site keeps no other waiting', async () => {
    const [bad, good] = [await siteNobodyIsAt(2 * MINUTE), await siteNobodyIsAt(2 * MINUTE)];
    const failing = (error: Error) => {
      const store = Object.create(world.store) as typeof world.store;
      store.load = ((stream: { streamId: string }, ...rest: never[]) => {
        if (stream.streamId.endsWith(bad.site.siteId)) throw error;
        return world.store.load(stream as never, ...(rest as never as [never]));
      }) as never;
      return store;
    };
    await expect(ring(MINUTE, failing(new StoreUnavailable('away')))).rejects.toThrow('away');
    const faults: string[] = [];
    await note(good.site, good.since + 90_000, 'somebody-there');
    await ringGaps(world.sql, failing(new Error('broken')), { alertAfterMs: MINUTE, limit: 10, onFault: (_error, { siteId }) => faults.push(siteId) });
    expect([faults, (await told(good.site)).length, (await told(bad.site)).length]).toEqual([[bad.site.siteId], 2, 0]);
    await ring();
    expect(await told(bad.site)).toHaveLength(1);
  });

  it('an idle system stays idle: of thousands of gaps that last and were told, none is looked at', async () => {
    await world.sql.query(
      `INSERT INTO coverage.gap (tenant_id, site_id, group_id, partition, since, told) SELECT 't9', 'many-' || i, '', 9, now() - interval '1 hour', true
       FROM generate_series(1, 5000) i`,
    );
    await world.sql.query(`INSERT INTO coverage.gap (tenant_id, site_id, group_id, partition, since) SELECT 't9', 'soon-' || i, '', 9, now() FROM generate_series(1, 5000) i`);
    await ring();
    const client = await world.pools.engine.connect();
    try {
      const before = await rowsLookedAt(client, 'gap');
      for (let i = 0; i < 5; i += 1) await ringGaps(client, world.store, { alertAfterMs: MINUTE, limit: 100, onFault: noFault });
      expect((await rowsLookedAt(client, 'gap')) - before).toBeLessThan(100);
    } finally {
      client.release();
    }
  });

  it('are seen by their own tenant alone', async () => {
    const seenBy = (tenantId: string) =>
      withTenant(world.pools, tenantId, async (sql) => (await sql.query<{ n: number }>('SELECT count(*)::int AS n FROM coverage.gap')).rows[0]?.n);
    expect([await seenBy('t9'), await seenBy('nobody')]).toEqual([10_000, 0]);
  });
});
