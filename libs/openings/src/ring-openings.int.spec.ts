import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DAY_NAMES, type HoursBody } from '#domain/opening-hours/index';
import { OPENING_ALARM } from '#domain/tenant-settings/index';
import { wakeForZoneData, wakeSites } from './hours-rows.js';
import { HOUR_MS, OpeningsWorld, type SiteOfWorld } from './openings-world.fixture.js';
import { ringOpenings } from './ring-openings.js';

let world: OpeningsWorld;
let hour: number;
beforeAll(async () => {
  world = await OpeningsWorld.start();
  hour = Math.floor((await world.now()) / HOUR_MS);
});
afterAll(() => world.stop());

const noFault = (error: unknown): never => {
  throw error;
};
const ring = () => ringOpenings(world.sql, world.store, { overdueMs: 0, limit: 1000, onFault: noFault });
const clock = (hours: number): string => `${String((((hour + hours) % 24) + 24) % 24).padStart(2, '0')}:00`;
const instant = (hours: number): number => (hour + hours) * HOUR_MS;
/** Open every day between these hours, counted from the present one. */
const daily = (...spans: [number, number][]): HoursBody => ({
  weekly: spans.map(([opens, closes]) => ({ days: [...DAY_NAMES], opens: clock(opens), closes: clock(closes) })),
});
const openings = async (site: SiteOfWorld) => (await world.told(site)).map(({ type, effectiveAt }) => [type, effectiveAt]);

describe('openings that fell due while nobody looked (case 43)', () => {
  it('after a night down each is told, in order, with its nominal time; the status is right at once, and the alarm waits for the next', async () => {
    const site = await world.site(daily([-6, -4], [-2, 2]), instant(-8));
    await ring();
    expect(await openings(site)).toEqual([
      ['OpeningStarted', instant(-6)],
      ['OpeningEnded', instant(-4)],
      ['OpeningStarted', instant(-2)],
    ]);
    const last = (await world.told(site)).at(-1);
    expect(last?.data).toMatchObject({ upcoming: [{ at: new Date(instant(2)).toISOString(), open: false }, {}, {}] });
    expect(last?.recordedAt).toBeGreaterThan(instant(0));
    expect(await world.alarm(OPENING_ALARM, site.siteId)).toBe(instant(2));
  });

  it('told by two at the same moment, each is told once', async () => {
    const site = await world.site(daily([-3, 3]), instant(-5));
    await Promise.all([ring(), ring(), ring()]);
    await ring();
    expect(await openings(site)).toEqual([['OpeningStarted', instant(-3)]]);
  });

  it('a site that was woken and has nothing to tell waits for its next turn: nobody looks at it meanwhile', async () => {
    const site = await world.site(daily([-3, 3]));
    await wakeSites(world.sql, { id: site.tenantId, partition: site.partition }, [site.siteId]);
    expect(await ring()).toBe(1);
    expect(await openings(site)).toEqual([]);
    expect(await world.alarm(OPENING_ALARM, site.siteId)).toBe(instant(3));
    expect(await ring()).toBe(0);
  });
});

describe('another release of the time zone database', () => {
  it('wakes every site once; what says the same as before is no event, and a turn that it moved is told with the new time', async () => {
    await wakeForZoneData(world.sql, '2026a');
    const [same, moved] = [await world.site(daily([-3, 3])), await world.site(daily([-3, 3]))];
    await ring();
    // As told by data in which the zone of this site was an hour further on.
    const told = { groupId: null, open: true, because: { rule: 'weekly', of: 'site' } as const, upcoming: [{ at: new Date(instant(2)).toISOString(), open: false }] };
    await world.append(moved, [{ type: 'OpeningsChanged', data: { siteId: moved.siteId, openings: [told] } }]);
    expect(await wakeForZoneData(world.sql, '2026a')).toBe(0);
    expect(await ring()).toBe(0);
    expect(await wakeForZoneData(world.sql, '2026b')).toBeGreaterThanOrEqual(2);
    await ring();
    expect(await openings(same)).toEqual([]);
    expect((await world.told(moved)).slice(1)).toMatchObject([{ type: 'OpeningsChanged', data: { openings: [{ upcoming: [{ at: new Date(instant(3)).toISOString() }, {}, {}] }] } }]);
    expect([await world.alarm(OPENING_ALARM, same.siteId), await world.alarm(OPENING_ALARM, moved.siteId)]).toEqual([instant(3), instant(3)]);
    expect(await ring()).toBe(0);
  });
});
