import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AdminApi, type Tenant } from '../admin-api-world.fixture.js';

let api: AdminApi;
let tenant: Tenant;
let site: string;
beforeAll(async () => {
  api = await AdminApi.start();
  tenant = await api.addTenant('modes');
});
afterAll(() => api?.stop());

const add = async (): Promise<string> => `${tenant.path}/sites/${(site = await api.addSite(tenant))}`;
const inAnHour = (): string => new Date(Date.now() + 3_600_000).toISOString();
const alarms = async (): Promise<string[]> => {
  const sql = 'SELECT due_at::text FROM lease.alarm WHERE subject_id = $1 AND kind = $2';
  return (await api.admin.query<{ due_at: string }>(sql, [site, 'mode-timer'])).rows.map(({ due_at }) => due_at);
};

describe('the mode of a site', () => {
  it('is set and told with its reason; the same again is no second event', async () => {
    const path = await add();
    const asked = { mode: 'force-offline', reason: 'staff meeting' };
    const { body } = await api.did('PUT', `${path}/mode`, { body: asked });
    expect(body).toMatchObject({ id: site, mode: 'force-offline', modeReason: 'staff meeting' });
    expect(body).not.toHaveProperty('modeUntil');
    expect((await api.did('PUT', `${path}/mode`, { body: asked })).body).toEqual(body);
    expect(await api.eventTypes(tenant, `site-${site}`)).toEqual(['SiteAdded', 'SiteModeChanged']);
    expect(await alarms()).toEqual([]);
  });

  it('for a while: the answer says until when, an alarm is set with it', async () => {
    const path = await add();
    const until = inAnHour();
    expect((await api.did('PUT', `${path}/mode`, { body: { mode: 'force-online', until } })).body).toMatchObject({ modeUntil: until });
    expect((await alarms()).map((at) => new Date(at).toISOString())).toEqual([until]);
    const twice = { body: { mode: 'agents', until }, key: 'one-mode' };
    expect((await api.did('PUT', `${path}/mode`, twice)).text).toBe((await api.did('PUT', `${path}/mode`, twice)).text);
    expect(await api.eventTypes(tenant, `site-${site}`)).toEqual(['SiteAdded', 'SiteModeChanged', 'SiteModeChanged']);
  });

  it.each([
    [{ mode: 'closed' }, 'invalid-body', '/mode'],
    [{}, 'invalid-body', '/mode'],
    [{ mode: 'agents', until: '2030-01-01 10:00' }, 'invalid-body', '/until'],
    [{ mode: 'agents', until: '2020-01-01T10:00:00Z' }, 'until-out-of-range', '/until'],
    [{ mode: 'agents', until: new Date(Date.now() + 31 * 86_400_000).toISOString() }, 'until-out-of-range', '/until'],
    [{ mode: 'agents', reason: 'x'.repeat(501) }, 'invalid-body', '/reason'],
    [{ mode: 'agents', colour: 'red' }, 'invalid-body', '/colour'],
  ])('is not set by %j', async (body, code, pointer) => {
    const path = await add();
    await api.refuses(['PUT', `${path}/mode`, { body }], 422, code, pointer);
    expect(await api.eventTypes(tenant, `site-${site}`)).toEqual(['SiteAdded']);
    expect(await alarms()).toEqual([]);
  });

  it('is not set on a site that is unknown, removed or of another tenant', async () => {
    const path = await add();
    await api.did('DELETE', path);
    const foreign = await api.addTenant('others');
    for (const at of [path, `${tenant.path}/sites/nowhere`, `${tenant.path}/sites/${await api.addSite(foreign)}`]) {
      await api.refuses(['PUT', `${at}/mode`, { body: { mode: 'agents' } }], 404, 'not-found');
    }
  });
});
