import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AdminApi, type Tenant } from '../admin-api-world.fixture.js';

let api: AdminApi;
let tenant: Tenant;
let de: string;
let en: string;
beforeAll(async () => {
  api = await AdminApi.start();
  tenant = await api.addTenant('assignments');
  de = await api.addGroup(tenant, 'DE');
  en = await api.addGroup(tenant, 'EN');
});
afterAll(() => api?.stop());

const path = (agent: string) => `${tenant.path}/agents/${agent}/groups`;

describe('putting agents into groups', () => {
  it('answers with the agent and makes one event, none if nothing changes', async () => {
    const agent = await api.addAgent(tenant, 'moving', { groupIds: [de] });
    const moved = await api.call('PUT', path(agent), { body: { groupIds: [en, de] } });
    expect([moved.status, moved.body]).toMatchObject([200, { id: agent, groupIds: [de, en].sort() }]);
    await api.did('PUT', path(agent), { body: { groupIds: [de, en] } });
    await api.did('PUT', path(agent), { body: { groupIds: [en] } });
    expect(await api.eventTypes(tenant, `agent-${agent}`)).toEqual(['AgentAdded', 'AgentGroupsChanged', 'AgentGroupsChanged']);
  });

  it('out of the last group needs a confirmation, because the agent then drives every group (case 28)', async () => {
    const agent = await api.addAgent(tenant, 'leaving', { groupIds: [de] });
    const asked = await api.refuses(['PUT', path(agent), { body: { groupIds: [] } }], 409, 'confirmation-required');
    expect(asked.body.agents).toEqual([{ id: agent, name: 'leaving' }]);
    await api.refuses(['PUT', path(agent), { body: { groupIds: [], confirm: 'yes' } }], 422, 'invalid-body', '/confirm');
    await api.refuses(['PUT', path(agent), { body: { groupIds: [], confirm: true } }], 422, 'invalid-body', '/confirm');
    const request = { body: { groupIds: [], confirm: 'affects-all-groups' }, key: 'leave-the-last' };
    const left = await api.did('PUT', path(agent), request);
    expect(left.body.groupIds).toEqual([]);
    await api.did('PUT', path(agent), { body: { groupIds: [en] } });
    expect((await api.did('PUT', path(agent), request)).text).toBe(left.text);
    const types = await api.eventTypes(tenant, `agent-${agent}`);
    expect(types).toEqual(['AgentAdded', 'AgentGroupsChanged', 'AgentGroupsChanged']);
  });

  it('the same command again gives the first answer, whatever was changed or removed since', async () => {
    const agent = await api.addAgent(tenant, 'repeating');
    const passing = await api.addGroup(tenant, 'passing');
    const request = { body: { groupIds: [de, passing] }, key: 'repeat-groups' };
    const first = await api.did('PUT', path(agent), request);
    await api.did('PATCH', `${tenant.path}/agents/${agent}`, { body: { active: false, statusOnLogin: 'offline' } });
    await api.did('DELETE', `${tenant.path}/groups/${passing}`);
    expect((await api.did('PUT', path(agent), request)).text).toBe(first.text);
  });

  it('who is in no group stays in none without a question', async () => {
    const agent = await api.addAgent(tenant, 'free');
    expect((await api.did('PUT', path(agent), { body: { groupIds: [] } })).body.groupIds).toEqual([]);
  });

  it('a group that is unknown, removed or of another tenant is refused at its place', async () => {
    const agent = await api.addAgent(tenant, 'careful', { groupIds: [de] });
    const removed = await api.addGroup(tenant, 'removed');
    await api.did('DELETE', `${tenant.path}/groups/${removed}`);
    const foreign = await api.addGroup(await api.addTenant('assignments-elsewhere'), 'foreign');
    const details = new Set<string>();
    for (const wrong of [removed, foreign, 'no-such-group', agent]) {
      const answer = await api.refuses(['PUT', path(agent), { body: { groupIds: [en, wrong] } }], 422, 'invalid-body', '/groupIds/1');
      details.add(JSON.stringify(answer.body.errors));
    }
    expect(details.size).toBe(1);
    await api.refuses(
      ['POST', `${tenant.path}/agents`, { body: { email: 'x@example.com', name: 'x', groupIds: [removed] } }],
      422,
      'invalid-body',
      '/groupIds/0',
    );
  });

  it.each([
    [{}, '/groupIds'],
    [{ groupIds: 'DE' }, '/groupIds'],
    [{ groupIds: [7] }, '/groupIds/0'],
    [{ groupIds: ['a', 'a'] }, '/groupIds'],
    [{ groupIds: [''] }, '/groupIds/0'],
    [{ groupIds: Array.from({ length: 501 }, (_, i) => `g${i}`) }, '/groupIds'],
    [{ groupIds: [], agentId: 'other' }, '/agentId'],
  ])('%j is refused', async (body, pointer) => {
    const { body: list } = await api.did('GET', `${tenant.path}/agents?limit=1`);
    await api.refuses(['PUT', path(list.agents[0].id as string), { body }], 422, 'invalid-body', pointer);
  });

  it('an unknown or removed agent is not found', async () => {
    const agent = await api.addAgent(tenant, 'gone');
    await api.did('DELETE', `${tenant.path}/agents/${agent}`);
    for (const id of [agent, 'nobody']) await api.refuses(['PUT', path(id), { body: { groupIds: [de] } }], 404, 'not-found');
  });

  it('while groups are removed at the same moment no agent ends up in a group that is gone, and nobody waits for ever', async () => {
    const agents = await Promise.all(Array.from({ length: 6 }, (_, i) => api.addAgent(tenant, `race-${i}`)));
    const groups = await Promise.all(Array.from({ length: 4 }, (_, i) => api.addGroup(tenant, `race-${i}`)));
    const inTwo = (agent: string, first: number) => ({ groupIds: [groups[first % 4], groups[(first + 1) % 4]], agent });
    const wishes = agents.flatMap((agent, i) => [inTwo(agent, i), inTwo(agent, i + 1)]);
    const answers = await Promise.all([
      ...wishes.map(({ agent, groupIds }) => api.call('PUT', path(agent), { body: { groupIds } })),
      ...groups.slice(0, 2).map((id) => api.call('DELETE', `${tenant.path}/groups/${id}?confirm=affects-all-groups`)),
    ]);
    expect(answers.filter(({ status }) => ![200, 204, 422].includes(status)).map(({ text }) => text)).toEqual([]);
    const { rows } = await api.admin.query(
      `SELECT 1 FROM directory.membership m JOIN directory.grp g USING (tenant_id, group_id) WHERE g.removed_at IS NOT NULL`,
    );
    expect(rows).toEqual([]);
  });
});
