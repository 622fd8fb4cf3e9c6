import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AdminApi, type Tenant } from '../admin-api-world.fixture.js';

let api: AdminApi;
beforeAll(async () => {
  api = await AdminApi.start();
});
afterAll(() => api?.stop());

async function tenantWith(slug: string, plan: string): Promise<Tenant> {
  const tenant = await api.addTenant(slug);
  await api.did('PATCH', tenant.path, { body: { plan } });
  return tenant;
}

const HOURS = { weekly: [{ days: ['mo'], opens: '08:00', closes: '17:00' }] };
const agent = (name: string) => ({ body: { email: `${name}@example.com`, name } });

describe('plans (rule 8, D20)', () => {
  it('say what they include, support in the paid ones only', async () => {
    const tenant = await tenantWith('says', 'free');
    const entitlements = { agents: 3, groups: false, hours: false, historyDays: 14, support: false };
    expect((await api.did('GET', tenant.path)).body).toMatchObject({ plan: 'free', entitlements });
    await api.did('PATCH', tenant.path, { body: { plan: 'standard' } });
    expect((await api.did('GET', tenant.path)).body.entitlements).toMatchObject({ agents: null, support: true });
  });

  it('a downgrade is an event that tells what is granted; what is stored, or stored now, stays and counts after the upgrade', async () => {
    const tenant = await api.addTenant('downgraded');
    const [site, group] = [await api.addSite(tenant), await api.addGroup(tenant, 'DE')];
    for (const owner of [`sites/${site}`, `groups/${group}`]) await api.did('PUT', `${tenant.path}/${owner}/hours`, { body: HOURS });
    await api.did('PATCH', tenant.path, { body: { plan: 'standard' } });
    const { body } = await api.did('GET', `${tenant.path}/events?type=PlanChanged`);
    const entitlements = expect.objectContaining({ groups: false, hours: false });
    expect(body.events).toMatchObject([{ data: { from: 'pro', to: 'standard', entitlements } }]);
    const later = { ...HOURS, weekly: [{ days: ['tu'], opens: '09:00', closes: '12:00' }] };
    await api.did('PUT', `${tenant.path}/groups/${group}/hours`, { body: later });
    await api.did('POST', `${tenant.path}/groups`, { body: { name: 'EN' } });
    expect((await api.did('GET', `${tenant.path}/groups/${group}/hours`)).body).toEqual(later);
    expect((await api.did('GET', `${tenant.path}/sites/${site}/hours`)).body).toEqual(HOURS);
    expect((await api.did('GET', `${tenant.path}/groups`)).body.groups).toMatchObject([{ id: group, enabled: true }, { name: 'EN' }]);
    await api.did('DELETE', `${tenant.path}/groups/${group}/hours`);
    await api.did('PATCH', tenant.path, { body: { plan: 'pro' } });
    expect((await api.did('GET', `${tenant.path}/sites/${site}/hours`)).body).toEqual(HOURS);
  });

  it('limit the agents who are active: added, reactivated, imported; nobody who is there is switched off', async () => {
    const tenant = await tenantWith('three-seats', 'free');
    const ids = await Promise.all(['a', 'b', 'c'].map((name) => api.addAgent(tenant, name)));
    const refusal = await api.refuses(['POST', `${tenant.path}/agents`, agent('d')], 403, 'plan-limit');
    expect(refusal.body).toMatchObject({ plan: 'free', entitlement: 'agents', limit: 3 });
    await api.did('PATCH', `${tenant.path}/agents/${ids[0]}`, { body: { active: false } });
    const fourth = await api.addAgent(tenant, 'd');
    await api.refuses(['PATCH', `${tenant.path}/agents/${ids[0]}`, { body: { active: true } }], 403, 'plan-limit');
    const lines = [{ email: 'b@example.com', active: false }, { email: 'e@example.com', name: 'e' }, { email: 'f@example.com', name: 'f' }];
    const { body } = await api.did('POST', `${tenant.path}/agents/import`, { body: { agents: lines } });
    expect(body.results).toMatchObject([{ outcome: 'updated' }, { outcome: 'created' }, { outcome: 'refused', code: 'plan-limit' }]);
    await api.did('DELETE', `${tenant.path}/agents/${fourth}`);
    await api.did('PATCH', `${tenant.path}/agents/${ids[0]}`, { body: { active: true } });
  });

  it('keep their limit among commands of one moment', async () => {
    const tenant = await tenantWith('at-once', 'free');
    const answers = await Promise.all(Array.from({ length: 8 }, (_, i) => api.call('POST', `${tenant.path}/agents`, agent(`n${i}`))));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 201, 403, 403, 403, 403, 403]);
  });

  it('keep whoever is there at a downgrade', async () => {
    const tenant = await api.addTenant('five-agents');
    for (const name of ['a', 'b', 'c', 'd', 'e']) await api.addAgent(tenant, name);
    await api.did('PATCH', tenant.path, { body: { plan: 'free' } });
    const { body } = await api.did('GET', `${tenant.path}/agents`);
    expect((body.agents as { active: boolean }[]).filter(({ active }) => active)).toHaveLength(5);
    await api.refuses(['POST', `${tenant.path}/agents`, agent('f')], 403, 'plan-limit');
  });
});
