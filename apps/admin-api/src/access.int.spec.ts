import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AdminApi, type Answer, type Tenant } from './admin-api-world.spec.js';
import { playProjector } from './played-projector.spec.js';

let api: AdminApi;
let own: Tenant;
let foreign: Tenant;
const ids = new Map<Tenant, Record<string, string>>();

beforeAll(async () => {
  api = await AdminApi.start();
  [own, foreign] = [await api.addTenant('own'), await api.addTenant('foreign')];
  for (const tenant of [own, foreign]) {
    const [site, group] = [await api.addSite(tenant), await api.addGroup(tenant, 'DE')];
    const agent = await api.addAgent(tenant, 'anna', { groupIds: [group] });
    const { body } = await api.did('POST', `${tenant.path}/api-keys`, { body: { name: 'k', role: 'agent' } });
    ids.set(tenant, { site, group, agent, key: body.id });
    await playProjector(api, tenant);
  }
});
afterAll(() => api?.stop());

const PLATFORM_ONLY: string[] = [];
const OWNER = ['owner'];
const MANAGERS = ['owner', 'manager'];
const READERS = ['owner', 'manager', 'auditor'];
const ROLES = ['owner', 'manager', 'auditor', 'agent'];

/** Every route below a tenant; `:x` stands for the id of that kind. Bodies are wrong on purpose: whoever may come in is told 422. */
const ROUTES: [method: string, path: string, roles: string[], body?: object][] = [
  ['GET', '', READERS],
  ['PATCH', '', OWNER, { wrong: 1 }],
  ['DELETE', '', PLATFORM_ONLY],
  ['POST', '/api-keys', OWNER, { wrong: 1 }],
  ['GET', '/api-keys', READERS],
  ['DELETE', '/api-keys/:key', OWNER],
  ['POST', '/sites', MANAGERS, { wrong: 1 }],
  ['GET', '/sites', READERS],
  ['GET', '/sites/:site', READERS],
  ['PATCH', '/sites/:site', MANAGERS, { wrong: 1 }],
  ['GET', '/sites/:site/status', READERS],
  ['DELETE', '/sites/:site', MANAGERS],
  ['POST', '/groups', MANAGERS, { wrong: 1 }],
  ['GET', '/groups', READERS],
  ['GET', '/groups/:group', READERS],
  ['PATCH', '/groups/:group', MANAGERS, { wrong: 1 }],
  ['DELETE', '/groups/:group', MANAGERS],
  ['POST', '/agents', MANAGERS, { wrong: 1 }],
  ['GET', '/agents', READERS],
  ['GET', '/agents/:agent', READERS],
  ['PATCH', '/agents/:agent', MANAGERS, { wrong: 1 }],
  ['PUT', '/agents/:agent/groups', MANAGERS, { wrong: 1 }],
  ['PUT', '/agents/:agent/status', MANAGERS, { wrong: 1 }],
  ['DELETE', '/agents/:agent', MANAGERS],
  ['GET', '/status', READERS],
  ['GET', '/history?agentId=:agent', READERS],
  ['GET', '/events', READERS],
];

/** A body that passes, for the routes that would otherwise stop at their validation. */
const RIGHT: Record<string, object> = {
  'PATCH /sites/:site': { name: 'x' },
  'PATCH /groups/:group': { name: 'x' },
  'PATCH /agents/:agent': { name: 'x' },
  'PUT /agents/:agent/groups': { groupIds: [] },
  'PUT /agents/:agent/status': { status: 'offline', reason: 'x' },
};

const at = (tenant: Tenant, path: string, use = ids.get(tenant) ?? {}) =>
  tenant.path + path.replace(/:(\w+)/, (_all, kind: string) => use[kind] ?? 'unknown');

describe('who may do what', () => {
  it.each(ROUTES)('%s %s', async (method, path, roles, body) => {
    await api.refuses([method, at(own, path), { token: null, body }], 401, 'unauthenticated');
    const destroys = method === 'DELETE';
    for (const role of ROLES) {
      const token = await api.issueKey(own, role);
      if (!roles.includes(role)) await api.refuses([method, at(own, path), { token, body }], 403, 'forbidden');
      else if (body) await api.refuses([method, at(own, path), { token, body }], 422, 'invalid-body', '/wrong');
      else if (destroys) await api.refuses([method, at(own, path, {}), { token }], 404, 'not-found');
      else expect((await api.call(method, at(own, path), { token })).status).toBe(200);
    }
  });

  it.each(ROUTES)('%s %s of another tenant is not found, letter by letter as what never was', async (method, path, roles) => {
    const token = await api.issueKey(own, roles[0] ?? 'owner');
    const body = RIGHT[`${method} ${path}`];
    const never = { ...foreign, id: 'never', path: '/tenants/never' };
    const answers: Answer[] = [await api.refuses([method, at(foreign, path), { token, body }], 404, 'not-found')];
    for (const tenant of [foreign, never]) answers.push(await api.refuses([method, at(tenant, path, {}), { token, body }], 404, 'not-found'));
    answers.push(await api.refuses([method, at(never, path), { body: body ?? valid(method, path) }], 404, 'not-found'));
    if (path.includes(':') && roles.length > 0) {
      const useForeign = at(own, path, ids.get(foreign));
      answers.push(await api.refuses([method, useForeign, { token, body }], 404, 'not-found'));
    }
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  });

  it('tenants are added and listed by the platform alone', async () => {
    for (const role of ROLES) {
      const token = await api.issueKey(own, role);
      await api.refuses(['POST', '/tenants', { token, body: { slug: 'mine', name: 'Mine' } }], 403, 'forbidden');
      await api.refuses(['GET', '/tenants', { token }], 403, 'forbidden');
    }
    await api.refuses(['GET', '/tenants', { token: 'insecure-platform-token-of-the-spe' }], 401, 'unauthenticated');
  });

  it('a person by the own access token, while the session is open and the agent active', async () => {
    const boss = await api.addAgent(own, 'boss', { role: 'owner' });
    const { token, sessionId } = await api.signIn(own, boss);
    expect((await api.call('GET', own.path, { token })).status).toBe(200);
    await api.refuses(['GET', foreign.path, { token }], 404, 'not-found');
    const worker = await api.signIn(own, await api.addAgent(own, 'worker'));
    await api.refuses(['GET', own.path, { token: worker.token }], 403, 'forbidden');
    await api.did('PATCH', `${own.path}/agents/${boss}`, { body: { active: false } });
    await api.refuses(['GET', own.path, { token }], 410, 'session-expired');
    await api.did('PATCH', `${own.path}/agents/${boss}`, { body: { active: true } });
    await api.refuses(['GET', own.path, { token }], 410, 'session-expired');
    expect(sessionId).toBeTruthy();
    await api.refuses(['GET', own.path, { token: `${token.slice(0, -2)}xx` }], 401, 'unauthenticated');
  });

  it('a signed-out session speaks for nobody', async () => {
    const boss = await api.addAgent(own, 'boss-leaving', { role: 'owner' });
    const { token, sessionId } = await api.signIn(own, boss);
    await api.signOut(own, boss, sessionId);
    await api.refuses(['GET', own.path, { token }], 401, 'signed-out');
  });

  it('every action stands in the log with who did it', async () => {
    const key = await api.issueKey(own, 'manager');
    const { body } = await api.did('POST', `${own.path}/groups`, { token: key, body: { name: 'audited' } });
    const { body: page } = await api.did('GET', `${own.path}/events?type=GroupAdded&limit=500`);
    const added = page.events.find((event: { data: { groupId: string } }) => event.data.groupId === body.id);
    expect(added.actor).toEqual({ kind: 'api-key', id: key.split('_')[2] });
  });
});

/** The platform passes the role check for every tenant, so its request has to be right to get as far as the tenant. */
function valid(method: string, path: string): object | undefined {
  const bodies: Record<string, object> = {
    'PATCH ': { name: 'x' },
    'POST /api-keys': { name: 'x', role: 'agent' },
    'POST /sites': { name: 'x', origins: [], timeZone: 'UTC' },
    'POST /groups': { name: 'x' },
    'POST /agents': { email: 'x@example.com', name: 'x' },
  };
  return bodies[`${method} ${path}`];
}
