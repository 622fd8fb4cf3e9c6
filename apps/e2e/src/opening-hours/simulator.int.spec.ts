import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { GroupView, SiteStatus, SiteView } from '#contract';
import { type Device, Tenant } from '../client/index.js';
import { House } from '../presence/house.fixture.js';
import { clocksGoForward, coming, daysAfter, inBerlin } from './calendar.fixture.js';

let house: House;
let tenant: Tenant;
let site: SiteView;
let device: Device;

// Given A online, in Berlin
beforeAll(async () => {
  house = await House.start(60, ['agent-api admin-api projector timekeeper widget-api']);
  tenant = await Tenant.add(house);
  site = await tenant.addSite();
  device = await (await tenant.addAgent()).present('online');
});
afterAll(() => house.stop());

const WEEKDAYS = ['mo', 'tu', 'we', 'th', 'fr'];
const OFFICE = { weekly: [{ days: WEEKDAYS, opens: '08:00', closes: '17:00' }] };
const [MONDAY, TUESDAY] = [coming(1), daysAfter(coming(1), 1)];

const put = (hours: object, owner = `/sites/${site.id}`) => tenant.admin('PUT', `${owner}/hours`, hours);
const seenAt = async (at: string, group?: GroupView): Promise<SiteStatus> => {
  const query = group === undefined ? '' : `&group=${group.id}`;
  return tenant.admin('GET', `/sites/${site.id}/status?at=${encodeURIComponent(at)}${query}`);
};
const statusAt = async (date: string, time: string) => (await seenAt(inBerlin(date, time))).status;

describe('the simulator: what a visitor will see, by what is known now', () => {
  it('case 31: online at 16:59:59.999, offline at 17:00:00.000, with the next change', async () => {
    await put(OFFICE);
    expect(await seenAt(inBerlin(MONDAY, '16:59:59.999'))).toMatchObject({
      status: 'online',
      since: inBerlin(MONDAY, '08:00'),
      next: { at: inBerlin(MONDAY, '17:00'), status: 'offline' },
      settled: false,
    });
    expect(await seenAt(inBerlin(MONDAY, '17:00'))).toMatchObject({
      status: 'offline',
      since: inBerlin(MONDAY, '17:00'),
      next: { at: inBerlin(TUESDAY, '08:00'), status: 'online' },
      reasons: [{ rule: 'hours', decides: true, because: { rule: 'weekly', of: 'site' }, nextTurn: inBerlin(TUESDAY, '08:00') }, { rule: 'agents' }],
      wouldOpen: { change: 'change-hours', opensAt: inBerlin(TUESDAY, '08:00') },
    });
    expect(await device.status()).toMatchObject({ status: 'online', effectiveStatus: 'online' });
  });

  it('case 34: a lunch break closes from 12:00:00.000 up to 13:00:00.000', async () => {
    await put({ weekly: [{ days: WEEKDAYS, opens: '08:00', closes: '12:00' }, { days: WEEKDAYS, opens: '13:00', closes: '17:00' }] });
    const at = ['11:59:59.999', '12:00:00.000', '12:59:59.999', '13:00:00.000'];
    expect(await Promise.all(at.map((time) => statusAt(MONDAY, time)))).toEqual(['online', 'offline', 'offline', 'online']);
  });

  it('case 36: a night from Monday 21:00 to 02:00', async () => {
    await put({ weekly: [{ days: ['mo'], opens: '21:00', closes: '02:00' }] });
    expect([await statusAt(TUESDAY, '01:59'), await statusAt(TUESDAY, '02:00')]).toEqual(['online', 'offline']);
  });

  it('case 37: an opening that the clocks leave out begins with the first instant after, 01:00Z; it closes 08:00Z', async () => {
    await put({ weekly: [{ days: ['su'], opens: '02:30', closes: '10:00' }] });
    const day = clocksGoForward();
    const at = [`${day}T00:59:59.999Z`, `${day}T01:00:00.000Z`, `${day}T07:59:59.999Z`, `${day}T08:00:00.000Z`];
    expect((await Promise.all(at.map((time) => seenAt(time)))).map(({ status }) => status)).toEqual(['offline', 'online', 'online', 'offline']);
    expect((await seenAt(at[0] as string)).next).toEqual({ at: at[1], status: 'online' });
  });

  it('case 38: 09:00 is 08:00Z on the Friday before the clocks change and 07:00Z on the Monday after', async () => {
    await put({ weekly: [{ days: WEEKDAYS, opens: '09:00', closes: '17:00' }] });
    const sunday = clocksGoForward();
    for (const opens of [`${daysAfter(sunday, -2)}T08:00:00.000Z`, `${daysAfter(sunday, 1)}T07:00:00.000Z`]) {
      expect(await seenAt(opens)).toMatchObject({ status: 'online', since: opens });
      expect((await seenAt(new Date(Date.parse(opens) - 1).toISOString())).status).toBe('offline');
    }
  });

  it('case 39: Christmas closes the whole local day, by its name; also in the fourth year, which is not written out yet (D28)', async () => {
    const always = { weekly: [{ days: [...WEEKDAYS, 'sa', 'su'], opens: '00:00', closes: '24:00' }] };
    await put({ ...always, holidays: { country: 'DE', region: 'BE' } });
    for (const years of [1, 4]) {
      const day = `${new Date().getUTCFullYear() + years}-12-25`;
      expect(await seenAt(inBerlin(day, '00:00'))).toMatchObject({
        status: 'offline',
        since: inBerlin(day, '00:00'),
        reasons: [{ because: { rule: 'holiday', label: '1. Weihnachtstag' } }, {}],
      });
      expect([await statusAt(daysAfter(day, -1), '23:59:59.999'), await statusAt(day, '23:59:59.999')]).toEqual(['online', 'offline']);
    }
  });

  it('case 40: a special day of 08-12 over weekly 08-17 closes at 12:00', async () => {
    await put({ ...OFFICE, exceptions: [{ from: MONDAY, to: MONDAY, intervals: [{ opens: '08:00', closes: '12:00' }], label: 'Heiligabend' }] });
    expect([await statusAt(MONDAY, '11:59:59.999'), await statusAt(MONDAY, '12:00')]).toEqual(['online', 'offline']);
    expect(await statusAt(TUESDAY, '12:00')).toBe('online');
  });

  it('of a group: its own hours, and the special days of the site before them (D6)', async () => {
    const group = await tenant.addGroup('DE');
    await put({ weekly: [{ days: WEEKDAYS, opens: '08:00', closes: '20:00' }] }, `/groups/${group.id}`);
    await put({ ...OFFICE, exceptions: [{ from: TUESDAY, to: TUESDAY, closed: true, label: 'Betriebsausflug' }] });
    expect([(await seenAt(inBerlin(MONDAY, '18:00'), group)).status, await statusAt(MONDAY, '18:00')]).toEqual(['online', 'offline']);
    const { status, reasons } = await seenAt(inBerlin(TUESDAY, '10:00'), group);
    expect({ status, reasons }).toMatchObject({ status: 'offline', reasons: [{ because: { rule: 'exception', of: 'site', label: 'Betriebsausflug' } }, {}] });
    await tenant.admin('DELETE', `/groups/${group.id}`);
  });

  it('a mode and a status for a while are over by then', async () => {
    await put(OFFICE);
    const until = new Date(Date.now() + 20 * 86_400_000).toISOString();
    await tenant.admin('PUT', `/sites/${site.id}/mode`, { mode: 'force-offline', until, reason: 'Umzug' });
    expect(await seenAt(inBerlin(MONDAY, '10:00'))).toMatchObject({ status: 'offline', reasons: [{ rule: 'site-mode', reason: 'Umzug' }, {}, {}] });
    const later = coming(1, Date.parse(until) + 86_400_000);
    expect(await seenAt(inBerlin(later, '10:00'))).toMatchObject({ status: 'online', reasons: [{ rule: 'hours' }, { rule: 'agents' }] });
    await tenant.admin('PUT', `/sites/${site.id}/mode`, { mode: 'agents-and-hours' });
  });
});
