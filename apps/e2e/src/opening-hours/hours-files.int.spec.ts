import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { HolidayCalendars, HoursView, SiteView } from '#contract';
import { Tenant } from '../client/index.js';
import { House } from '../presence/house.fixture.js';

let house: House;
let tenant: Tenant;
let site: SiteView;

beforeAll(async () => {
  house = await House.start(60, ['admin-api projector']);
  tenant = await Tenant.add(house);
  site = await tenant.addSite();
});
afterAll(() => house.stop());

const OFFICE = { weekly: [{ days: ['mo', 'tu', 'we', 'th', 'fr'], opens: '08:00', closes: '17:00' }] };
const WHOLE = {
  ...OFFICE,
  timeZone: 'Europe/Berlin',
  exceptions: [{ from: '2099-12-24', to: '2099-12-24', intervals: [{ opens: '08:00', closes: '12:00' }], label: 'Heiligabend' }],
  holidays: { country: 'DE', region: 'BY' },
};

async function send(method: string, path: string, headers: Record<string, string>, body?: string) {
  const url = `${house.urls.admin}/admin/v1/tenants/${tenant.id}${path}`;
  const answer = await fetch(url, { method, headers: { authorization: `Bearer ${house.adminToken}`, ...headers }, ...(body === undefined ? {} : { body }) });
  return { status: answer.status, type: answer.headers.get('content-type'), text: await answer.text() };
}
const fetchAs = (accept: string, owner = `/sites/${site.id}`) => send('GET', `${owner}/hours`, { accept });
const putFile = (type: string, body: string, query = '', owner = `/sites/${site.id}`) => send('PUT', `${owner}/hours${query}`, { 'content-type': type }, body);
const hours = (owner = `/sites/${site.id}`) => tenant.admin<HoursView>('GET', `${owner}/hours`);

describe('opening hours as files', () => {
  it.each(['text/calendar', 'application/ld+json'])('%s: what was exported is imported as the same hours, of a site and of a group', async (type) => {
    await tenant.admin('PUT', `/sites/${site.id}/hours`, WHOLE);
    const before = await hours();
    const file = await fetchAs(type);
    expect(file).toMatchObject({ status: 200, type: `${type}; charset=utf-8` });
    const group = await tenant.addGroup('DE');
    for (const owner of [`/sites/${site.id}`, `/groups/${group.id}`]) {
      expect(await putFile(type, file.text, '', owner)).toMatchObject({ status: 200 });
      expect(await hours(owner)).toEqual(before);
    }
  });

  it('are JSON unless another format is preferred', async () => {
    await tenant.admin('PUT', `/sites/${site.id}/hours`, OFFICE);
    for (const accept of ['*/*', 'application/json', 'text/html, */*;q=0.1', 'text/calendar;q=0.2, application/json']) {
      expect((await fetchAs(accept)).type).toBe('application/json; charset=utf-8');
    }
    expect((await fetchAs('application/json;q=0.5, text/calendar')).text).toMatch(/^BEGIN:VCALENDAR\r\n/);
  });

  it('a dry run tells the hours and stores nothing', async () => {
    await tenant.admin('PUT', `/sites/${site.id}/hours`, OFFICE);
    const count = (await tenant.events()).length;
    const answer = await putFile('application/json', JSON.stringify(WHOLE), '?dryRun=true');
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.text)).toMatchObject({ ...WHOLE, holidayRows: expect.arrayContaining([expect.objectContaining({ name: 'Heilige Drei Könige' })]) });
    expect([(await tenant.events()).length, await hours()]).toEqual([count, OFFICE]);
  });

  it.each([
    ['text/calendar', 'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20270104T080000\r\nDTEND:20270104T170000\r\nRRULE:FREQ=MONTHLY\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n', /^line \d/],
    ['text/calendar', 'no calendar', /^line|^$/],
    ['application/ld+json', '{"@type":"OpeningHoursSpecification","opens":"25:00"}', /^/],
    ['application/json', '{"weekly":[{"days":["mo"],"opens":"8:00","closes":"17:00"}]}', /^\/weekly\/0\/opens$/],
  ])('%s: a fault is told with its place, and nothing is stored: %s', async (type, body, place) => {
    await tenant.admin('PUT', `/sites/${site.id}/hours`, OFFICE);
    const answer = await putFile(type, body);
    const { code, errors } = JSON.parse(answer.text) as { code: string; errors: { pointer: string }[] };
    expect({ status: answer.status, code }).toEqual({ status: 422, code: 'invalid-body' });
    expect(errors[0]?.pointer).toMatch(place);
    expect(await hours()).toEqual(OFFICE);
  });

  it('what is too long, no UTF-8 or of another type is refused', async () => {
    expect((await putFile('text/calendar', 'x'.repeat(300 * 1024))).status).toBe(413);
    expect(JSON.parse((await putFile('text/csv', 'a,b')).text)).toMatchObject({ status: 422, code: 'unsupported-media-type' });
    expect((await putFile('application/json', '{')).status).toBe(400);
    expect(JSON.parse((await send('POST', '/groups', { 'content-type': 'text/calendar' }, 'x')).text)).toMatchObject({ code: 'unsupported-media-type' });
  });
});

describe('single holidays (D28)', () => {
  const christmas = `${new Date().getUTCFullYear() + 1}-12-25`;
  const row = (date: string) => `/sites/${site.id}/hours/holidays/${date}`;
  const listed = async () => (await tenant.admin<{ holidays: { date: string }[] }>('GET', `/sites/${site.id}/hours/holidays`)).holidays;

  it('are listed, edited, added and struck out; what people edited stays when the hours are saved again', async () => {
    await tenant.admin('PUT', `/sites/${site.id}/hours`, WHOLE);
    expect(await listed()).toContainEqual({ date: christmas, name: '1. Weihnachtstag', counts: true, edited: false });
    const open = { name: 'Weihnachten', intervals: [{ opens: '10:00', closes: '12:00' }] };
    expect(await tenant.admin('PUT', row(christmas), open)).toEqual({ date: christmas, ...open, counts: true, edited: true });
    const own = `${new Date().getUTCFullYear() + 1}-07-07`;
    await tenant.admin('PUT', row(own), { name: 'Firmenjubiläum' });
    await tenant.admin('DELETE', row(`${christmas.slice(0, 4)}-01-06`));
    await tenant.admin('PUT', `/sites/${site.id}/hours`, { ...WHOLE, weekly: [{ days: ['mo'], opens: '09:00', closes: '10:00' }] });
    expect(await listed()).toEqual(
      expect.arrayContaining([
        { date: christmas, ...open, counts: true, edited: true },
        { date: own, name: 'Firmenjubiläum', counts: true, edited: true },
        { date: `${christmas.slice(0, 4)}-01-06`, name: 'Heilige Drei Könige', counts: false, edited: true },
      ]),
    );
  });

  it('countries and regions are listed by name, in the language asked for', async () => {
    const { countries } = await tenant.admin<HolidayCalendars>('GET', '/holiday-calendars?language=de');
    expect(countries.length).toBeGreaterThan(150);
    expect(countries.find(({ code }) => code === 'DE')).toEqual({ code: 'DE', name: 'Deutschland', regions: expect.arrayContaining([{ code: 'BY', name: 'Bayern' }]) });
    expect((await tenant.admin<HolidayCalendars>('GET', '/holiday-calendars')).countries.find(({ code }) => code === 'DE')).toMatchObject({ name: 'Germany' });
    expect((await tenant.ask('GET', '/holiday-calendars?language=fr')).status).toBe(422);
  });

  it('bad ones are refused, and the same again is no event', async () => {
    await tenant.admin('PUT', `/sites/${site.id}/hours`, WHOLE);
    await tenant.admin('PUT', row(christmas), { name: 'Weihnachten' });
    const count = (await tenant.events()).length;
    await tenant.admin('PUT', row(christmas), { name: 'Weihnachten' });
    const bad: [string, object, number, string?][] = [
      ['2027-02-30', { name: 'x' }, 404],
      ['tomorrow', { name: 'x' }, 404],
      [christmas, { name: '' }, 422, '/name'],
      [christmas, { name: 'x', intervals: [{ opens: '10:00', closes: '10:00' }] }, 422, '/intervals/0/closes'],
      [christmas, { name: 'x', open: true }, 422, '/open'],
    ];
    for (const [date, body, status, pointer] of bad) {
      const answer = await tenant.ask<{ errors?: { pointer: string }[] }>('PUT', row(date), body);
      expect([answer.status, answer.body.errors?.[0]?.pointer]).toEqual([status, pointer]);
    }
    expect((await tenant.ask('DELETE', row('2027-07-08'))).status).toBe(404);
    expect((await tenant.events()).length).toBe(count);
    await tenant.admin('PUT', `/sites/${site.id}/hours`, OFFICE);
    expect((await tenant.ask('GET', `/sites/${site.id}/hours/holidays`)).status).toBe(404);
  });
});
