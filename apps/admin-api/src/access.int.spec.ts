import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AdminApi, type Answer, type Tenant } from './admin-api-world.fixture.js';
import { playProjector } from './played-projector.fixture.js';

let api: AdminApi;
let own: Tenant;
let foreign: Tenant;
const ids = new Map<Tenant, Record<string, string>>();
const keys = new Map<string, string>();

beforeAll(async () => {
  api = await AdminApi.start();
  [own, foreign] = [await api.addTenant('own'), await api.addTenant('foreign')];
  for (const tenant of [own, foreign]) {
    const [site, group] = [await api.addSite(tenant), await api.addGroup(tenant, 'DE')];
    const agent = await api.addAgent(tenant, 'anna', { groupIds: [group] });
    const { body } = await api.did('POST', `${tenant.path}/api-keys`, { body: { name: 'k', role: 'agent' } });
    const webhook = await api.addWebhook(tenant);
    const [delivery, parked, message] = [await api.queueDelivery(tenant, webhook), await api.parkEvent(tenant), await api.keepMessage(tenant, site)];
    ids.set(tenant, { site, group, agent, key: body.id, webhook, delivery, parked, message });
    await playProjector(api, tenant);
  }
  for (const role of ROLES) keys.set(role, await api.issueKey(own, role));
});
afterAll(() => api?.stop());

const PLATFORM_ONLY: string[] = [];
const OWNER = ['owner'];
const MANAGERS = ['owner', 'manager'];
const READERS = ['owner', 'manager', 'auditor'];
const ROLES = ['owner', 'manager', 'auditor', 'agent'];

interface Route {
  readonly method: string;
  readonly path: string;
  readonly roles: readonly string[];
}

const route = (method: string, path: string, roles: readonly string[]): Route => ({ method, path, roles });

/** Every route below a tenant; `:x` stands for the id of that kind. */
const ROUTES = [
  route('GET', '', READERS),
  route('PATCH', '', OWNER),
  route('DELETE', '', PLATFORM_ONLY),
  route('POST', '/api-keys', OWNER),
  route('GET', '/api-keys', READERS),
  route('PATCH', '/api-keys/:key', OWNER),
  route('DELETE', '/api-keys/:key', OWNER),
  route('POST', '/sites', MANAGERS),
  route('GET', '/sites', READERS),
  route('GET', '/sites/:site', READERS),
  route('PATCH', '/sites/:site', MANAGERS),
  route('GET', '/sites/:site/status', READERS),
  route('PUT', '/sites/:site/notices', MANAGERS),
  route('GET', '/sites/:site/notices', READERS),
  route('DELETE', '/sites/:site', MANAGERS),
  route('POST', '/groups', MANAGERS),
  route('GET', '/groups', READERS),
  route('GET', '/groups/:group', READERS),
  route('PATCH', '/groups/:group', MANAGERS),
  route('DELETE', '/groups/:group', MANAGERS),
  route('POST', '/agents', MANAGERS),
  route('GET', '/agents', READERS),
  route('GET', '/agents/:agent', READERS),
  route('PATCH', '/agents/:agent', MANAGERS),
  route('PUT', '/agents/:agent/groups', MANAGERS),
  route('PUT', '/agents/:agent/status', MANAGERS),
  route('DELETE', '/agents/:agent', MANAGERS),
  route('POST', '/agents/:agent/sessions', MANAGERS),
  route('GET', '/status', READERS),
  route('POST', '/webhooks', MANAGERS),
  route('GET', '/webhooks', READERS),
  route('GET', '/webhooks/:webhook', READERS),
  route('PATCH', '/webhooks/:webhook', MANAGERS),
  route('POST', '/webhooks/:webhook/secret', MANAGERS),
  route('DELETE', '/webhooks/:webhook', MANAGERS),
  route('GET', '/webhooks/:webhook/deliveries', READERS),
  route('GET', '/webhooks/:webhook/deliveries/:delivery', READERS),
  route('GET', '/parked-events', READERS),
  route('GET', '/parked-events/:parked', READERS),
  route('DELETE', '/parked-events/:parked', MANAGERS),
  route('GET', '/history?agentId=:agent', READERS),
  route('GET', '/events', READERS),
  route('GET', '/audit', READERS),
  route('POST', '/conversations/c1/events', MANAGERS),
  route('GET', '/messages', ROLES),
  route('GET', '/messages/:message', ROLES),
  route('DELETE', '/messages/:message', MANAGERS),
].map((declared) => [`${declared.method} ${declared.path}`, declared] as const);

const keyOf = (role: string) => keys.get(role) ?? '';
const hasBody = (method: string) => ['POST', 'PATCH', 'PUT'].includes(method);

/** Bodies that pass: only a request that is right gets as far as the tenant. */
const RIGHT: Record<string, object> = {
  'PATCH ': { name: 'x' },
  'POST /api-keys': { name: 'x', role: 'agent' },
  'PATCH /api-keys/:key': { name: 'x' },
  'POST /sites': { name: 'x', origins: [], timeZone: 'UTC' },
  'PATCH /sites/:site': { name: 'x' },
  'PUT /sites/:site/notices': {},
  'POST /groups': { name: 'x' },
  'PATCH /groups/:group': { name: 'x' },
  'POST /agents': { email: 'x@example.com', name: 'x' },
  'POST /webhooks': { name: 'x', url: 'https://hooks.acme-shop.com/', eventTypes: ['*'] },
  'PATCH /webhooks/:webhook': { name: 'x' },
  'POST /webhooks/:webhook/secret': {},
  'PATCH /agents/:agent': { name: 'x' },
  'PUT /agents/:agent/groups': { groupIds: [] },
  'POST /agents/:agent/sessions': { device: { kind: 'desktop' } },
  'PUT /agents/:agent/status': { status: 'offline', reason: 'x' },
  'POST /conversations/c1/events': { type: 'ended', siteId: 'x', visitor: 'x' },
};

const at = (tenant: Tenant, path: string, use = ids.get(tenant) ?? {}) =>
  tenant.path + path.replace(/:(\w+)/g, (_all, kind: string) => use[kind] ?? 'unknown');

describe('who may do what', () => {
  it.each(ROUTES)('%s', async (_name, { method, path, roles }) => {
    // wrong on purpose: whoever may come in is told 422
    const body = hasBody(method) ? { wrong: 1 } : undefined;
    await api.refuses([method, at(own, path), { token: null, body }], 401, 'unauthenticated');
    for (const role of ROLES) {
      const token = keyOf(role);
      if (!roles.includes(role)) await api.refuses([method, at(own, path), { token, body }], 403, 'forbidden');
      else if (body) await api.refuses([method, at(own, path), { token, body }], 422, 'invalid-body', '/wrong');
      else if (method === 'DELETE') await api.refuses([method, at(own, path, {}), { token }], 404, 'not-found');
      else expect((await api.call(method, at(own, path), { token })).status).toBe(200);
    }
  });

  it.each(ROUTES)('%s of another tenant is not found, letter by letter as what never was', async (name, { method, path, roles }) => {
    const token = keyOf(roles[0] ?? 'owner');
    const body = RIGHT[name];
    const never = { ...foreign, id: 'never', path: '/tenants/never' };
    const answers: Answer[] = [await api.refuses([method, at(foreign, path), { token, body }], 404, 'not-found')];
    for (const tenant of [foreign, never]) {
      answers.push(await api.refuses([method, at(tenant, path, {}), { token, body }], 404, 'not-found'));
    }
    answers.push(await api.refuses([method, at(never, path), { body }], 404, 'not-found'));
    if (path.includes(':') && roles.length > 0) {
      const useForeign = at(own, path, ids.get(foreign));
      answers.push(await api.refuses([method, useForeign, { token, body }], 404, 'not-found'));
    }
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  });

  it('tenants are added and listed by the platform alone', async () => {
    for (const role of ROLES) {
      const token = keyOf(role);
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

  it('a role changed counts at once for tokens that are out: more, less, and nothing any more', async () => {
    const person = await api.addAgent(own, 'changing-role', { role: 'manager' });
    const { token } = await api.signIn(own, person);
    const addsGroup = async () => (await api.call('POST', `${own.path}/groups`, { token, body: { name: 'x' } })).status;
    const role = (name: string) => api.did('PATCH', `${own.path}/agents/${person}`, { body: { role: name } });
    expect(await addsGroup()).toBe(201);
    await role('auditor');
    expect([await addsGroup(), (await api.call('GET', own.path, { token })).status]).toEqual([403, 200]);
    await role('agent');
    expect([await addsGroup(), (await api.call('GET', own.path, { token })).status]).toEqual([403, 403]);
    await role('owner');
    expect(await addsGroup()).toBe(201);
    expect((await api.call('POST', `${own.path}/api-keys`, { token, body: { name: 'k', role: 'owner' } })).status).toBe(201);
  });

  it('an agent sees what is the own, and nothing of colleagues, known or unknown', async () => {
    const [anna, ben] = [await api.addAgent(own, 'anna-self'), await api.addAgent(own, 'ben-self')];
    const { token } = await api.signIn(own, anna);
    const see = (path: string) => api.call('GET', `${own.path}${path}`, { token });
    for (const path of ['/agents/:', '/history?agentId=:', '/events?agentId=:']) {
      expect((await see(path.replace(':', anna))).status).toBe(200);
      const others = await Promise.all([ben, 'never', ''].map((id) => see(path.replace(':', id))));
      expect(others.map(({ status }) => status)).toEqual(path.startsWith('/agents') ? [403, 403, 404] : [403, 403, 403]);
      expect(others[0]?.text).toBe(others[1]?.text);
    }
    expect((await see(`/events?agentId=${anna}`)).body.events).toHaveLength(2);
    await api.refuses(['GET', `${own.path}/events?agentId=${anna}&agentId=${ben}`, { token }], 403, 'forbidden');
    await api.refuses(['GET', `${own.path}/events`, { token }], 403, 'forbidden');
    await api.refuses(['GET', `${foreign.path}/agents/${anna}`, { token }], 404, 'not-found');
    await api.refuses(['PATCH', `${own.path}/agents/${anna}`, { token, body: { role: 'owner' } }], 403, 'forbidden');
  });

  it('a refusal says what one comes with and what is needed', async () => {
    const detail = async (method: string, path: string, token: string | null) => (await api.call(method, path, { token })).body.detail as string;
    expect(await detail('POST', `${own.path}/api-keys`, keyOf('auditor'))).toBe(
      "You come with an API key of the role auditor. This needs the platform's token, or an API key or a person's access token of the role owner.",
    );
    expect(await detail('GET', '/tenants', keyOf('owner'))).toBe(
      "You come with an API key of the role owner. This needs the platform's token.",
    );
    expect(await detail('GET', own.path, null)).toBe(
      'Send credentials as "Authorization: Bearer ...". This needs the platform\'s token, or an API key or a person\'s access token of ' +
        'the role owner, manager or auditor.',
    );
    expect(await detail('GET', own.path, 'rt_x')).toMatch(/^This is a refresh token/);
    expect(await detail('GET', own.path, `${keyOf('owner')}0`)).toMatch(/^This API key is not valid/);
    expect(await detail('GET', own.path, 'eyJ')).toMatch(/^This access token is not valid/);
  });

  it('a signed-out session speaks for nobody', async () => {
    const boss = await api.addAgent(own, 'boss-leaving', { role: 'owner' });
    const { token, sessionId } = await api.signIn(own, boss);
    await api.signOut(own, boss, sessionId);
    await api.refuses(['GET', own.path, { token }], 401, 'signed-out');
  });

  it('every action stands in the log with who did it', async () => {
    const key = keyOf('manager');
    const { body } = await api.did('POST', `${own.path}/groups`, { token: key, body: { name: 'audited' } });
    const { body: page } = await api.did('GET', `${own.path}/events?type=GroupAdded&limit=500`);
    const added = (page.events as { data: { groupId: string }; actor: object }[]).find(({ data }) => data.groupId === body.id);
    expect(added?.actor).toEqual({ kind: 'api-key', id: key.split('_')[2] });
  });
});
