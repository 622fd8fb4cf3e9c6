import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AdminApi, type Tenant } from '../admin-api-world.fixture.js';

let api: AdminApi;
let tenant: Tenant;
beforeAll(async () => {
  api = await AdminApi.start();
  tenant = await api.addTenant('groups');
});
afterAll(() => api?.stop());

const path = (id: string, query = '') => `${tenant.path}/groups/${id}${query}`;

describe('groups', () => {
  it('are added enabled, renamed, and switched off and on', async () => {
    const added = await api.call('POST', `${tenant.path}/groups`, { body: { name: 'DE' } });
    expect([added.status, added.body]).toEqual([201, { id: expect.any(String), name: 'DE', enabled: true }]);
    const id = added.body.id as string;
    expect((await api.did('PATCH', path(id), { body: { name: 'Deutsch' } })).body).toEqual({ id, name: 'Deutsch', enabled: true });
    expect((await api.did('PATCH', path(id), { body: { enabled: false } })).body).toEqual({ id, name: 'Deutsch', enabled: false });
    await api.did('PATCH', path(id), { body: { enabled: false } });
    expect((await api.did('GET', path(id))).body).toEqual({ id, name: 'Deutsch', enabled: false });
    await api.did('PATCH', path(id), { body: { enabled: true } });
    expect(await api.eventTypes(tenant, `group-${id}`)).toEqual(['GroupAdded', 'GroupDisabled', 'GroupEnabled']);
  });

  it('a change repeated gives its first answer, whatever happened since (case 51)', async () => {
    const id = await api.addGroup(tenant, 'repeated');
    const off = { body: { name: 'Off', enabled: false }, key: 'switch-off' };
    const first = await api.did('PATCH', path(id), off);
    await api.did('PATCH', path(id), { body: { name: 'On', enabled: true } });
    expect((await api.did('PATCH', path(id), off)).body).toEqual(first.body);
    expect((await api.did('GET', path(id))).body).toEqual({ id, name: 'On', enabled: true });
  });

  it.each([
    [{}, '/name'],
    [{ name: '' }, '/name'],
    [{ name: ['DE'] }, '/name'],
    [{ name: 'DE', enabled: false }, '/enabled'],
  ])('are not added from %j', async (body, pointer) => {
    await api.refuses(['POST', `${tenant.path}/groups`, { body }], 422, 'invalid-body', pointer);
  });

  it('are not switched by anything but true and false', async () => {
    const id = await api.addGroup(tenant, 'switch');
    for (const enabled of ['false', 0, null]) {
      await api.refuses(['PATCH', path(id), { body: { enabled } }], 422, 'invalid-body', '/enabled');
    }
  });

  it('are removed without a question if their agents have another group, or none are in them', async () => {
    const [de, en] = [await api.addGroup(tenant, 'DE'), await api.addGroup(tenant, 'EN')];
    const both = await api.addAgent(tenant, 'both', { groupIds: [de, en] });
    expect((await api.call('DELETE', path(de))).status).toBe(204);
    expect((await api.did('GET', `${tenant.path}/agents/${both}`)).body.groupIds).toEqual([en]);
    expect((await api.call('DELETE', path(await api.addGroup(tenant, 'empty')))).status).toBe(204);
  });

  it('whose agents have no other group are removed only after a confirmation that names them (behaviour D18)', async () => {
    const [de, en] = [await api.addGroup(tenant, 'DE'), await api.addGroup(tenant, 'EN')];
    const anna = await api.addAgent(tenant, 'anna', { groupIds: [de] });
    await api.addAgent(tenant, 'bert', { groupIds: [de, en] });
    const asked = await api.refuses(['DELETE', path(de)], 409, 'confirmation-required');
    expect(asked.body.agents).toEqual([{ id: anna, name: 'anna' }]);
    await api.refuses(['DELETE', path(de, '?confirm=yes')], 422, 'invalid-query', '?confirm');
    await api.refuses(['DELETE', path(de, '?confirm=')], 422, 'invalid-query', '?confirm');
    await api.refuses(['DELETE', path(de, '?force=true')], 422, 'invalid-query', '?force');

    expect((await api.call('DELETE', path(de, '?confirm=affects-all-groups'), { key: 'remove-de' })).status).toBe(204);
    expect((await api.did('GET', `${tenant.path}/agents/${anna}`)).body.groupIds).toEqual([]);
    expect((await api.call('DELETE', path(de, '?confirm=affects-all-groups'), { key: 'remove-de' })).status).toBe(204);
    await api.refuses(['DELETE', path(de, '?confirm=affects-all-groups')], 404, 'not-found');
    await api.refuses(['PATCH', path(de), { body: { name: 'again' } }], 404, 'not-found');
    expect(await api.eventTypes(tenant, `group-${de}`)).toEqual(['GroupAdded', 'GroupRemoved']);
  });

  it('two that share their agents are not both removed at the same moment without a question', async () => {
    for (let round = 0; round < 5; round++) {
      const [one, two] = [await api.addGroup(tenant, 'one'), await api.addGroup(tenant, 'two')];
      const shared = await api.addAgent(tenant, `shared-${round}`, { groupIds: [one, two] });
      const answers = await Promise.all([one, two].map((id) => api.call('DELETE', path(id))));
      expect(answers.map(({ status }) => status).sort()).toEqual([204, 409]);
      expect((await api.did('GET', `${tenant.path}/agents/${shared}`)).body.groupIds).toHaveLength(1);
    }
  });

  it('are listed page by page', async () => {
    const other = await api.addTenant('groups-listed');
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) ids.push(await api.addGroup(other, `g${i}`));
    const first = await api.did('GET', `${other.path}/groups?limit=3`);
    const second = await api.did('GET', `${other.path}/groups?limit=3&cursor=${first.body.nextCursor}`);
    const seen = [...first.body.groups, ...second.body.groups] as { id: string }[];
    expect(seen.map(({ id }) => id)).toEqual(ids);
    expect(second.body.nextCursor).toBeNull();
  });
});
