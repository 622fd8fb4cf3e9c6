import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AdminApi, type Tenant } from '../admin-api-world.fixture.js';

let api: AdminApi;
let tenant: Tenant;
beforeAll(async () => {
  api = await AdminApi.start();
  tenant = await api.addTenant('force');
});
afterAll(() => api?.stop());

const path = (agent: string) => `${tenant.path}/agents/${agent}/status`;
const command = { status: 'offline', reason: 'forgot to sign out' };

describe('an admin forces a stuck agent offline (case 19)', () => {
  it('at once, with the reason and the admin in the event', async () => {
    const agent = await api.addAgent(tenant, 'stuck');
    const { sessionId } = await api.signIn(tenant, agent);
    await api.switchTo(tenant, agent, sessionId, 'online');
    const token = await api.issueKey(tenant, 'manager');
    const forced = await api.call('PUT', path(agent), { body: command, token });
    expect([forced.status, forced.body]).toEqual([
      200,
      { status: 'offline', effectiveStatus: 'offline', version: 2, since: expect.stringMatching(/Z$/) },
    ]);
    const { body } = await api.did('GET', `${tenant.path}/events?type=StatusChanged&agentId=${agent}`);
    expect((body.events as object[]).at(-1)).toMatchObject({
      actor: { kind: 'api-key', id: token.split('_')[2] },
      data: { agentId: agent, from: 'online', to: 'offline', statusVersion: 2, cause: 'admin', reason: 'forgot to sign out' },
    });
    expect((await api.did('GET', `${tenant.path}/agents/${agent}`)).body.sessions).toHaveLength(1);
  });

  it('who is offline already stays so without an event, and a repeated command gives its first answer', async () => {
    const agent = await api.addAgent(tenant, 'calm');
    const { sessionId } = await api.signIn(tenant, agent);
    await api.switchTo(tenant, agent, sessionId, 'online');
    const first = await api.did('PUT', path(agent), { body: command, key: 'force' });
    await api.switchTo(tenant, agent, sessionId, 'busy');
    expect((await api.did('PUT', path(agent), { body: command, key: 'force' })).text).toBe(first.text);
    expect((await api.did('GET', `${tenant.path}/agents/${agent}`)).body).toMatchObject({ status: 'busy', version: 3 });
    await api.did('PUT', path(agent), { body: command });
    await api.did('PUT', path(agent), { body: command });
    expect((await api.did('GET', `${tenant.path}/agents/${agent}`)).body).toMatchObject({ status: 'offline', version: 4 });
  });

  it.each([
    [{ status: 'offline' }, '/reason'],
    [{ status: 'offline', reason: '' }, '/reason'],
    [{ status: 'offline', reason: ' \n ' }, '/reason'],
    [{ status: 'offline', reason: 'r'.repeat(501) }, '/reason'],
    [{ status: 'offline', reason: 'bell \u0007' }, '/reason'],
    [{ status: 'offline', reason: 'half \ud83d' }, '/reason'],
    [{ status: 'offline', reason: 1 }, '/reason'],
    [{ status: 'online', reason: 'x' }, '/status'],
    [{ reason: 'x' }, '/status'],
    [{ status: 'offline', reason: 'x', until: '2030-01-01T00:00:00.000Z' }, '/until'],
  ])('%j is refused', async (body, pointer) => {
    const { body: list } = await api.did('GET', `${tenant.path}/agents?limit=1`);
    await api.refuses(['PUT', path(list.agents[0].id as string), { body }], 422, 'invalid-body', pointer);
  });

  it('nobody is forced who is not there', async () => {
    await api.refuses(['PUT', path('nobody'), { body: command }], 404, 'not-found');
  });
});
