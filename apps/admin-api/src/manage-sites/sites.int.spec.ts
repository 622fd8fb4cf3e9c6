import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AdminApi, type Tenant } from '../admin-api-world.fixture.js';

let api: AdminApi;
let tenant: Tenant;
beforeAll(async () => {
  api = await AdminApi.start();
  tenant = await api.addTenant('sites');
});
afterAll(() => api?.stop());

const site = { name: 'Shop', origins: ['https://shop.example', 'http://localhost:3000'], timeZone: 'Europe/Berlin' };

describe('sites', () => {
  it('are added with a public key of their own', async () => {
    const added = await api.call('POST', `${tenant.path}/sites`, { body: site });
    expect(added.status).toBe(201);
    expect(added.body).toEqual({ id: expect.any(String), key: expect.stringMatching(/^[0-9a-f]{32}$/), ...site, mode: 'agents-and-hours' });
    expect((await api.did('GET', `${tenant.path}/sites/${added.body.id}`)).body).toEqual(added.body);
    const other = await api.did('POST', `${tenant.path}/sites`, { body: { ...site, origins: [], timeZone: 'UTC' } });
    expect(other.body.key).not.toBe(added.body.key);
  });

  it.each([
    ['origins', 'https://shop.example', '/origins'],
    ['origins', ['https://shop.example/'], '/origins/0'],
    ['origins', ['https://a.example', 'https://Shop.example'], '/origins/1'],
    ['origins', ['https://shop.example/path'], '/origins/0'],
    ['origins', ['https://shop.example:443'], '/origins/0'],
    ['origins', ['https://user@shop.example'], '/origins/0'],
    ['origins', ['shop.example'], '/origins/0'],
    ['origins', ['null'], '/origins/0'],
    ['origins', ['*'], '/origins/0'],
    ['origins', ['https://*.shop.example'], '/origins/0'],
    ['origins', ['ftp://shop.example'], '/origins/0'],
    ['origins', ['javascript:alert(1)'], '/origins/0'],
    ['origins', ['https://müller.example'], '/origins/0'],
    ['origins', ['https://a.example', 'https://a.example'], '/origins'],
    ['origins', Array.from({ length: 101 }, (_, i) => `https://s${i}.example`), '/origins'],
    ['origins', [7], '/origins/0'],
    ['timeZone', 'Europe/Atlantis', '/timeZone'],
    ['timeZone', '+01:00', '/timeZone'],
    ['timeZone', 'Europe/berlin', '/timeZone'],
    ['timeZone', 'europe/berlin', '/timeZone'],
    ['timeZone', '', '/timeZone'],
    ['timeZone', null, '/timeZone'],
    ['name', '\u0007', '/name'],
    ['mode', 'force-online', '/mode'],
  ])('are neither added nor changed with %s = %j', async (field, value, pointer) => {
    await api.refuses(['POST', `${tenant.path}/sites`, { body: { ...site, [field]: value } }], 422, 'invalid-body', pointer);
    const { body } = await api.did('GET', `${tenant.path}/sites?limit=1`);
    await api.refuses(['PATCH', `${tenant.path}/sites/${body.sites[0].id}`, { body: { [field]: value } }], 422, 'invalid-body', pointer);
  });

  it('tell what time zone may be meant; an alias is as good a name', async () => {
    const detailOf = async (timeZone: string) => (await api.call('POST', `${tenant.path}/sites`, { body: { ...site, timeZone } })).body.errors?.[0]?.detail;
    expect(await detailOf('europe/berlin')).toBe('must be the name of an IANA time zone as it is spelt; Europe/Berlin may be meant');
    expect(await detailOf('new york')).toMatch('America/New_York');
    expect(await detailOf('Atlantis')).toBe('must be the name of an IANA time zone such as Europe/Berlin');
    const { body } = await api.did('POST', `${tenant.path}/sites`, { body: { ...site, timeZone: 'Asia/Calcutta' } });
    expect(body.timeZone).toBe('Asia/Calcutta');
  });

  it('are changed by events only where something differs; a name is none', async () => {
    const id = await api.addSite(tenant);
    const changed = await api.did('PATCH', `${tenant.path}/sites/${id}`, { body: { name: 'New', origins: ['https://a.example'], timeZone: 'UTC' } });
    expect(changed.body).toMatchObject({ id, name: 'New', origins: ['https://a.example'], timeZone: 'UTC' });
    await api.did('PATCH', `${tenant.path}/sites/${id}`, { body: { name: 'Newer', timeZone: 'UTC' } });
    expect(await api.eventTypes(tenant, `site-${id}`)).toEqual(['SiteAdded', 'SiteOriginsChanged', 'SiteTimeZoneChanged']);
    expect((await api.did('GET', `${tenant.path}/sites/${id}`)).body).toMatchObject({ name: 'Newer' });
    const { rows } = await api.admin.query<{ log: string }>(`SELECT string_agg(data::text, '') AS log FROM store.event`);
    expect(rows[0]?.log).not.toContain('Newer');
  });

  it('once removed are found no more', async () => {
    const id = await api.addSite(tenant);
    expect((await api.call('DELETE', `${tenant.path}/sites/${id}`, { key: 'gone' })).status).toBe(204);
    expect((await api.call('DELETE', `${tenant.path}/sites/${id}`, { key: 'gone' })).status).toBe(204);
    for (const method of ['GET', 'DELETE']) await api.refuses([method, `${tenant.path}/sites/${id}`], 404, 'not-found');
    await api.refuses(['PATCH', `${tenant.path}/sites/${id}`, { body: { name: 'x' } }], 404, 'not-found');
    expect((await api.did('GET', `${tenant.path}/sites`)).text).not.toContain(id);
    expect(await api.eventTypes(tenant, `site-${id}`)).toEqual(['SiteAdded', 'SiteRemoved']);
  });

  it('the same command twice is one site, also at the same moment', async () => {
    const answers = await Promise.all([1, 2, 3, 4].map(() => api.did('POST', `${tenant.path}/sites`, { body: site, key: 'one-site' })));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    const { body } = await api.did('GET', `${tenant.path}/events?type=SiteAdded&limit=500`);
    const added = (body.events as { data: { siteId: string } }[]).filter(({ data }) => data.siteId === answers[0]?.body.id);
    expect(added).toHaveLength(1);
  });
});
