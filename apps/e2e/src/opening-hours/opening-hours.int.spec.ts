import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { SiteStatus, SiteView } from '#contract';
import { type Device, Tenant, type WidgetStream } from '../client/index.js';
import { House } from '../presence/house.fixture.js';

let house: House;
let tenant: Tenant;
let site: SiteView;
let device: Device;
let box: WidgetStream;

beforeAll(async () => {
  house = await House.start(60, ['agent-api admin-api projector timekeeper widget-api']);
});
afterAll(() => house.stop());

// Given A online
beforeEach(async () => {
  tenant = await Tenant.add(house);
  site = await tenant.addSite();
  device = await (await tenant.addAgent()).present('online');
  box = await (await tenant.widget(site).listen()).startsAs('online');
});

const ALL_WEEK = ['mo', 'tu', 'we', 'th', 'fr', 'sa', 'su'];
const always = { weekly: [{ days: ALL_WEEK, opens: '00:00', closes: '24:00' }] };
const never = { weekly: [], closedPermanently: true };
/** Closed on this day and the next by the wall clock of Berlin, whatever the week says. */
const closedNow = (label: string) => {
  const day = (ms: number): string => new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Berlin' }).format(Date.now() + ms);
  return { ...always, exceptions: [{ from: day(0), to: day(86_400_000), closed: true, label }] };
};
const put = (path: string, body: unknown) => tenant.ask<Record<string, unknown>>('PUT', path, body);

describe('opening hours through the doors', () => {
  it('case 41: hours that are closed now close the box on save; taken away they open it at once; the agent stays online', async () => {
    expect(await put(`/sites/${site.id}/hours`, closedNow('Inventur'))).toMatchObject({ status: 200, body: closedNow('Inventur') });
    await box.shows('offline', 1000);
    expect(await device.status()).toMatchObject({ status: 'online', effectiveStatus: 'online' });
    expect((await tenant.ask('GET', `/sites/${site.id}/status`)).body).toMatchObject({
      status: 'offline',
      reasons: [{ rule: 'hours', decides: true, because: { rule: 'exception', label: 'Inventur' } }, { rule: 'agents', decides: false }],
      wouldOpen: { change: 'change-hours' },
    });
    expect((await tenant.ask('DELETE', `/sites/${site.id}/hours`)).status).toBe(204);
    await box.shows('online', 1000);
    expect(box.pushes).toEqual(['offline', 'online']);
    expect((await tenant.ask('GET', `/sites/${site.id}/hours`)).status).toBe(404);
  });

  it('case 32: outside the hours a click on online opens nothing', async () => {
    await device.click('offline');
    await put(`/sites/${site.id}/hours`, never);
    await box.shows('offline');
    await device.click('online');
    expect(await tenant.widget(site).status()).toMatchObject({ status: 'offline', next: null });
  });

  it('case 33: inside the hours nobody online is offline', async () => {
    await put(`/sites/${site.id}/hours`, always);
    await device.click('offline');
    await box.shows('offline', 5_000);
    const { reasons } = (await tenant.ask<SiteStatus>('GET', `/sites/${site.id}/status`)).body;
    expect(reasons.find(({ decides }) => decides)).toMatchObject({ rule: 'agents' });
    await device.click('online');
    await box.shows('online', 5_000);
  });

  it("a group's hours replace the site's for its box only, on every site (D6); the box follows when they go", async () => {
    const group = await tenant.addGroup('DE');
    const inGroup = await (await tenant.widget(site, group).listen()).startsAs('online');
    expect((await put(`/groups/${group.id}/hours`, never)).status).toBe(200);
    await inGroup.shows('offline', 1000);
    expect(await tenant.widget(site).status()).toMatchObject({ status: 'online' });
    const later = await tenant.addSite();
    expect(await tenant.widget(later, group).status()).toMatchObject({ status: 'offline' });
    await tenant.ask('DELETE', `/groups/${group.id}/hours`);
    await inGroup.shows('online', 1000);
  });

  it('the same hours again are no event; a plan without hours keeps them, inactive (D20)', async () => {
    await put(`/sites/${site.id}/hours`, never);
    await put(`/sites/${site.id}/hours`, never);
    expect((await tenant.events('type=HoursChanged')).length).toBe(1);
    await box.shows('offline');
    await tenant.admin('PATCH', '', { plan: 'standard' });
    await box.shows('online', 1000);
    const why = async () => (await tenant.ask<SiteStatus>('GET', `/sites/${site.id}/status`)).body;
    expect((await why()).reasons[0]).toMatchObject({ rule: 'plan', plan: 'standard', inactive: 'hours' });
    await device.click('offline');
    await box.shows('offline');
    expect((await why()).wouldOpen).toMatchObject({ change: 'go-online', plan: 'standard', inactiveByPlan: ['hours'] });
    await device.click('online');
    await box.shows('online');
    expect((await tenant.ask('GET', `/sites/${site.id}/hours`)).body).toEqual(never);
    await tenant.admin('PATCH', '', { plan: 'pro' });
    await box.shows('offline', 1000);
  });

  it('case 39: holidays of the country and region are written out 24 months ahead, under the names they have there (D28)', async () => {
    const body = { ...always, holidays: { country: 'DE', region: 'BY' } };
    const answer = await put(`/sites/${site.id}/hours`, body);
    expect(answer).toMatchObject({ status: 200, body });
    const rows = answer.body['holidayRows'] as { date: string; name: string }[];
    const year = new Date().getUTCFullYear() + 1;
    expect(rows).toContainEqual({ date: `${year}-12-25`, name: '1. Weihnachtstag' });
    expect(rows).toContainEqual({ date: `${year}-01-06`, name: 'Heilige Drei Könige' }); // Bavaria has it, Berlin has not
    expect(rows.every(({ date }) => Date.parse(date) < Date.now() + 25 * 31 * 86_400_000)).toBe(true);
    await put(`/sites/${site.id}/hours`, body);
    expect(await tenant.events('type=HoursChanged')).toHaveLength(1);
  });

  it.each([
    [{ weekly: [{ days: ['mo'], opens: '08:00', closes: '08:00' }] }, '/weekly/0/closes'],
    [{ weekly: [{ days: ['mo'], opens: '08:00', closes: '25:00' }] }, '/weekly/0/closes'],
    [{ weekly: [{ days: ['mo'], opens: '8:00', closes: '17:00' }] }, '/weekly/0/opens'],
    [{ ...always, timeZone: 'Europe/Atlantis' }, '/timeZone'],
    [{ ...always, timeZone: 'Europe/berlin' }, '/timeZone'],
    [{ weekly: [] }, '/weekly'],
    [{ ...always, exceptions: [{ from: '2027-02-29', to: '2027-03-01', closed: true }] }, '/exceptions/0/from'],
    [{ ...always, exceptions: [{ from: '2027-03-02', to: '2027-03-01', closed: true }] }, '/exceptions/0/to'],
    [{ ...always, holidays: { country: 'XX' } }, '/holidays/country'],
    [{ ...always, holidays: { country: 'DE', region: 'XX' } }, '/holidays/region'],
  ])('case 42: %j is refused at %s, of a site and of a group, and nothing is stored', async (body, pointer) => {
    const group = await tenant.addGroup('DE');
    const count = (await tenant.events()).length;
    for (const owner of [`/sites/${site.id}`, `/groups/${group.id}`]) {
      const answer = await put(`${owner}/hours`, body);
      expect(answer).toMatchObject({ status: 422, body: { code: 'invalid-body' } });
      expect((answer.body as { errors: { pointer: string }[] }).errors.map((fault) => fault.pointer)).toContain(pointer);
      expect((await tenant.ask('GET', `${owner}/hours`)).status).toBe(404);
    }
    expect(await tenant.events()).toHaveLength(count);
  });
});
