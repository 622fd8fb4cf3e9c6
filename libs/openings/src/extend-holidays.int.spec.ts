import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DAY_NAMES, extendHolidays, type Holiday } from '#domain/opening-hours/index';
import { HOLIDAYS_ALARM, OPENING_ALARM, type WriteOut } from '#domain/tenant-settings/index';
import { setAlarm } from '#leases';
import { extendDueHolidays } from './extend-holidays.js';
import { readHours } from './hours-rows.js';
import { OpeningsWorld, type SiteOfWorld } from './openings-world.fixture.js';

let world: OpeningsWorld;
beforeAll(async () => {
  world = await OpeningsWorld.start();
});
afterAll(() => world.stop());

const DAY_MS = 86_400_000;
const HOURS = { weekly: [{ days: [...DAY_NAMES], opens: '08:00', closes: '17:00' }], holidays: { country: 'DE' } };
/** A country that celebrates every first of the month. */
const writeOut: WriteOut = ({ rows }, from, to) => {
  const firsts: { date: string; name: string }[] = [];
  for (let at = Date.parse(from); at <= Date.parse(to); at += DAY_MS) {
    const date = new Date(at).toISOString().slice(0, 10);
    if (date.endsWith('-01')) firsts.push({ date, name: 'First' });
  }
  return extendHolidays(rows, firsts, from, to);
};
const noFault = (error: unknown): never => {
  throw error;
};
const extend = (load: () => Promise<WriteOut> = () => Promise.resolve(writeOut), onFault: (error: unknown) => void = noFault) =>
  extendDueHolidays(world.sql, world.store, { limit: 100, load, sitesOf: () => Promise.resolve([]), onFault });
const due = async ({ tenantId, partition, siteId }: SiteOfWorld, inMs: number): Promise<void> =>
  setAlarm(world.sql, { tenantId, partition, kind: HOLIDAYS_ALARM, subjectId: `site-${siteId}`, dueAt: (await world.now()) + inMs });
const rowsOf = async ({ tenantId, siteId }: SiteOfWorld) =>
  (await readHours(world.sql, tenantId, { kind: 'site', id: siteId }))?.publicHolidays?.rows ?? [];
const monthsFrom = (now: number, months: number): string => {
  const at = new Date(now);
  return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + months, 1)).toISOString().slice(0, 10);
};

describe('holidays are written out every month (D28)', () => {
  it('24 months ahead, by an event, with what people edited kept; then a month passes until the next', async () => {
    const now = await world.now();
    const edited: Holiday = { date: monthsFrom(now, 3), name: 'Ours', edited: true };
    const past: Holiday = { date: '2020-01-01', name: 'Long ago' };
    const site = await world.site(HOURS, undefined, [past, edited]);
    await due(site, -100 * DAY_MS);
    expect(await extend()).toBe(1);
    const rows = await rowsOf(site);
    expect(rows).toContainEqual(edited);
    expect(rows).toContainEqual(past);
    expect(rows).toContainEqual({ date: monthsFrom(now, 24), name: 'First' });
    const [told] = await world.told(site);
    expect(told).toMatchObject({ type: 'HolidaysExtended', actor: { kind: 'system', id: HOLIDAYS_ALARM } });
    const { written, dropped } = told?.data as { written: { date: string }[]; dropped: string[] };
    expect([written.map(({ date }) => date).includes(edited.date), written.length, dropped]).toEqual([false, rows.length - 2, []]);
    const next = (await world.alarm(HOLIDAYS_ALARM, `site-${site.siteId}`)) ?? 0;
    expect((next - now) / DAY_MS).toBeGreaterThan(27);
    expect((next - now) / DAY_MS).toBeLessThan(32);
    expect(await world.alarm(OPENING_ALARM, site.siteId)).toBeLessThanOrEqual(await world.now());
    expect(await extend()).toBe(0);
  });

  it('by several at the same moment once, and the calendars are not loaded while nothing is due', async () => {
    const site = await world.site(HOURS);
    await extend(() => Promise.reject(new Error('nothing is due')));
    await due(site, -1);
    await Promise.all([extend(), extend(), extend()]);
    expect(await world.told(site)).toHaveLength(1);
  });

  it('hours without holidays, or none any more, have nothing to extend and are not asked again', async () => {
    const site = await world.site({ weekly: HOURS.weekly });
    await due(site, -1);
    expect(await extend()).toBe(1);
    expect([await world.told(site), await world.alarm(HOLIDAYS_ALARM, `site-${site.siteId}`)]).toEqual([[], undefined]);
  });

  it('a calendar that fails is told, tried again later, and keeps nobody waiting', async () => {
    const [broken, fine] = [await world.site({ ...HOURS, holidays: { country: 'XX' } }), await world.site(HOURS)];
    for (const site of [broken, fine]) await due(site, -1);
    const faults: unknown[] = [];
    const load = () => Promise.resolve<WriteOut>((calendar, from, to) => {
      if (calendar.country === 'XX') throw new RangeError('no calendar');
      return writeOut(calendar, from, to);
    });
    await extend(load, (error) => faults.push(error));
    expect([faults.length, (await world.told(broken)).length, (await world.told(fine)).length]).toEqual([1, 0, 1]);
    expect(await world.alarm(HOLIDAYS_ALARM, `site-${broken.siteId}`)).toBeGreaterThan(await world.now());
  });
});
