import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findCredentials, verifyPassword } from '#directory';
import { AdminApi, type Tenant } from '../admin-api-world.fixture.js';

let api: AdminApi;
let tenant: Tenant;
beforeAll(async () => {
  api = await AdminApi.start();
  tenant = await api.addTenant('agents');
});
afterAll(() => api?.stop());

let stayed = '';
const path = (id = '') => `${tenant.path}/agents${id === '' ? '' : `/${id}`}`;

describe('agents', () => {
  it('are added active, without groups and with the role agent unless said otherwise', async () => {
    const added = await api.call('POST', path(), { body: { email: ' Anna.Ärger@Example.COM ', name: 'Anna' } });
    expect([added.status, added.body]).toEqual([
      201,
      {
        ...{ id: expect.any(String), email: 'anna.ärger@example.com', name: 'Anna' },
        ...{ active: true, groupIds: [], role: 'agent', statusOnLogin: 'last' },
      },
    ]);
    const group = await api.addGroup(tenant, 'DE');
    const owner = await api.did('POST', path(), { body: { email: 'o@example.com', name: 'O', groupIds: [group], role: 'owner' } });
    expect(owner.body).toMatchObject({ groupIds: [group], role: 'owner' });
  });

  it.each([
    [{ email: 'not-an-address' }, '/email'],
    [{ email: 'a@b' }, '/email'],
    [{ email: 'a b@example.com' }, '/email'],
    [{ email: 'a@example..com' }, '/email'],
    [{ email: 'a@example.com\n' + 'b' }, '/email'],
    [{ email: 'a\u0000@example.com' }, '/email'],
    [{ email: `${'a'.repeat(65)}@example.com` }, '/email'],
    [{ email: `a@${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(63)}.com` }, '/email'],
    [{ email: null }, '/email'],
    [{ name: undefined }, '/name'],
    [{ name: { $ne: 1 } }, '/name'],
    [{ password: 'short' }, '/password'],
    [{ password: 'p'.repeat(201) }, '/password'],
    [{ password: 'with\u0007bell' }, '/password'],
    [{ password: 12345678 }, '/password'],
    [{ role: 'admin' }, '/role'],
    [{ groupIds: {} }, '/groupIds'],
    [{ active: false }, '/active'],
    [{ id: 'mine' }, '/id'],
    ['{"email":"p@example.com","name":"p","__proto__":{"role":"owner"}}', '/__proto__'],
  ])('are not added with %j', async (wrong, pointer) => {
    const body = typeof wrong === 'string' ? wrong : { email: 'fine@example.com', name: 'Fine', ...wrong };
    await api.refuses(['POST', path(), { body }], 422, 'invalid-body', pointer);
  });

  it('do not share an address within a tenant, whatever its case; another tenant may use it (case 30)', async () => {
    await api.addAgent(tenant, 'unique');
    await api.refuses(['POST', path(), { body: { email: 'UNIQUE@example.com', name: 'Two' } }], 409, 'already-exists', '/email');
    const other = await api.addTenant('agents-elsewhere');
    await api.addAgent(other, 'unique');
    const twins = await Promise.all(
      [1, 2, 3].map((i) => api.call('POST', path(), { body: { email: 'twin@example.com', name: `Twin ${i}` }, key: `twin-${i}` })),
    );
    expect(twins.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
  });

  it('the same command twice is one agent and the same answer, also at the same moment; another password is another command', async () => {
    const request = { body: { email: 'once@example.com', name: 'Once', password: 'correct horse' }, key: 'once' };
    const answers = await Promise.all([1, 2, 3].map(() => api.call('POST', path(), request)));
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    const id = answers[0]?.body.id as string;
    expect(await api.eventTypes(tenant, `agent-${id}`)).toEqual(['AgentAdded']);
    await api.did('PATCH', path(id), { body: { name: 'Twice', active: false } });
    expect((await api.did('POST', path(), request)).text).toBe(answers[0]?.text);
    const another = { ...request, body: { ...request.body, password: 'another horse' } };
    await api.refuses(['POST', path(), another], 422, 'idempotency-key-reused');
    const elsewhere = await api.addTenant('agents-same-key');
    expect((await api.call('POST', `${elsewhere.path}/agents`, request)).status).toBe(201);
  });

  it('passwords are kept as Argon2id, and nowhere else', async () => {
    const body = { email: 'secret@example.com', name: 'S', password: 'correct horse battery' };
    await api.did('POST', path(), { body, key: 'with-password' });
    const credentials = await findCredentials(api.admin, tenant.id, 'secret@example.com');
    expect(credentials?.passwordHash).toMatch(/^\$argon2id\$/);
    expect(await verifyPassword(credentials?.passwordHash ?? null, 'correct horse battery')).toBe(true);
    const { rows } = await api.admin.query<{ dump: string }>(
      `SELECT (SELECT string_agg(e::text, '') FROM store.event e) || (SELECT string_agg(h::text, '') FROM store.stream_head h) AS dump`,
    );
    expect(rows[0]?.dump).not.toMatch(/secret@example|correct horse|argon2/);
  });

  it('are changed in name, activity and status at sign-in', async () => {
    const id = await api.addAgent(tenant, 'changing');
    const changed = await api.did('PATCH', path(id), { body: { name: 'Changed', statusOnLogin: 'online', active: false } });
    expect(changed.body).toMatchObject({ id, name: 'Changed', statusOnLogin: 'online', active: false });
    expect((await api.did('PATCH', path(id), { body: { active: true } })).body.active).toBe(true);
    await api.did('PATCH', path(id), { body: { active: true, statusOnLogin: 'online', name: 'Changed' } });
    const types = await api.eventTypes(tenant, `agent-${id}`);
    expect(types).toEqual(['AgentAdded', 'StatusOnLoginChanged', 'AgentDeactivated', 'AgentReactivated']);
    for (const [body, pointer] of [
      [{ active: 'no' }, '/active'],
      [{ statusOnLogin: 'busy' }, '/statusOnLogin'],
      [{ email: 'new@example.com' }, '/email'],
      [{ role: 'boss' }, '/role'],
    ] as const) {
      await api.refuses(['PATCH', path(id), { body }], 422, 'invalid-body', pointer);
    }
  });

  it('get another role by an event, once; a repeated command gives the first answer', async () => {
    const id = await api.addAgent(tenant, 'rising');
    const request = { body: { role: 'auditor' }, key: 'rise' };
    const first = await api.did('PATCH', path(id), request);
    expect(first.body).toMatchObject({ id, role: 'auditor' });
    await api.did('PATCH', path(id), { body: { role: 'auditor' } });
    await api.did('PATCH', path(id), { body: { role: 'manager' } });
    expect((await api.did('PATCH', path(id), request)).text).toBe(first.text);
    const { body: page } = await api.did('GET', `${tenant.path}/events?agentId=${id}&type=AgentRoleChanged`);
    expect((page.events as { data: object }[]).map(({ data }) => data)).toEqual([
      { agentId: id, from: 'agent', to: 'auditor' },
      { agentId: id, from: 'auditor', to: 'manager' },
    ]);
    const { body: list } = await api.did('GET', `${path()}?limit=500`);
    expect((list.agents as { id: string; role: string }[]).find((agent) => agent.id === id)?.role).toBe('manager');
  });

  it('the same change again gives the first answer, whatever was changed or removed since', async () => {
    const [old, de, en] = [await api.addGroup(tenant, 'old'), await api.addGroup(tenant, 'de'), await api.addGroup(tenant, 'en')];
    const id = await api.addAgent(tenant, 'repeating', { groupIds: [old, de] });
    await api.did('DELETE', `${tenant.path}/groups/${old}`);
    const request = { body: { statusOnLogin: 'online' }, key: 'repeat-change' };
    const first = await api.did('PATCH', path(id), request);
    expect(first.body).toMatchObject({ groupIds: [de], statusOnLogin: 'online', active: true });
    await api.did('PUT', `${path(id)}/groups`, { body: { groupIds: [en] } });
    await api.did('PATCH', path(id), { body: { statusOnLogin: 'offline', active: false } });
    await api.did('DELETE', `${tenant.path}/groups/${de}`);
    expect((await api.did('PATCH', path(id), request)).text).toBe(first.text);
  });

  it('deactivation ends all sessions and keeps the intent', async () => {
    const id = await api.addAgent(tenant, 'leaving');
    const { sessionId } = await api.signIn(tenant, id);
    await api.switchTo(tenant, id, sessionId, 'busy');
    await api.did('PATCH', path(id), { body: { active: false }, key: 'deactivate' });
    const shown = (await api.did('GET', path(id))).body;
    expect(shown).toMatchObject({ active: false, status: 'busy', effectiveStatus: 'offline', version: 1, sessions: [] });
    const { rows } = await api.admin.query(
      `SELECT s.ended_at IS NOT NULL AS ended, t.revoked_at IS NOT NULL AS revoked
       FROM lease.session s JOIN directory.session_token t USING (tenant_id, session_id) WHERE session_id = $1`,
      [sessionId],
    );
    expect(rows).toEqual([{ ended: true, revoked: true }]);
    const types = await api.eventTypes(tenant, `agent-${id}`);
    expect(types).toEqual(['AgentAdded', 'AgentLoggedIn', 'StatusChanged', 'SessionEnded', 'AgentDeactivated']);
  });

  it('once removed are found no more, free their address, and count for no confirmation', async () => {
    const group = await api.addGroup(tenant, 'of-one');
    const id = await api.addAgent(tenant, 'gone', { groupIds: [group] });
    expect((await api.call('DELETE', path(id), { key: 'remove' })).status).toBe(204);
    expect((await api.call('DELETE', path(id), { key: 'remove' })).status).toBe(204);
    for (const method of ['GET', 'DELETE']) await api.refuses([method, path(id)], 404, 'not-found');
    await api.refuses(['PATCH', path(id), { body: { name: 'x' } }], 404, 'not-found');
    await api.refuses(['PATCH', path(id), { body: { active: false } }], 404, 'not-found');
    expect(await api.addAgent(tenant, 'gone')).not.toBe(id);
    expect((await api.call('DELETE', `${tenant.path}/groups/${group}`)).status).toBe(204);
  });

  it('nobody hands out, or takes away, a role above the own one', async () => {
    const manager = await api.issueKey(tenant, 'manager');
    const owner = await api.addAgent(tenant, 'boss', { role: 'owner' });
    const body = { email: 'usurper@example.com', name: 'U' };
    await api.refuses(['POST', path(), { token: manager, body: { ...body, role: 'owner' } }], 403, 'forbidden');
    await api.refuses(['PATCH', path(owner), { token: manager, body: { active: false } }], 403, 'forbidden');
    await api.refuses(['DELETE', path(owner), { token: manager }], 403, 'forbidden');
    expect((await api.call('POST', path(), { token: manager, body: { ...body, role: 'manager' } })).status).toBe(201);
    expect((await api.call('PATCH', path(owner), { token: manager, body: { name: 'Boss' } })).status).toBe(200);
    const worker = await api.addAgent(tenant, 'worker');
    await api.refuses(['PATCH', path(worker), { token: manager, body: { role: 'owner' } }], 403, 'forbidden');
    await api.refuses(['PATCH', path(owner), { token: manager, body: { role: 'agent' } }], 403, 'forbidden');
    expect((await api.did('PATCH', path(worker), { token: manager, body: { role: 'manager' } })).body.role).toBe('manager');
  });

  it('the last active owner stays one, whoever of the tenant asks; the platform may lift even that', async () => {
    const own = await api.addTenant('agents-with-owners');
    const [key, at] = [await api.issueKey(own, 'owner'), (id: string) => `${own.path}/agents/${id}`];
    const [first, second] = [await api.addAgent(own, 'first', { role: 'owner' }), await api.addAgent(own, 'second', { role: 'owner' })];
    await api.did('PATCH', at(first), { token: key, body: { active: false } });
    const { token } = await api.signIn(own, second);
    for (const by of [key, token]) {
      await api.refuses(['PATCH', at(second), { token: by, body: { role: 'manager' } }], 409, 'last-owner');
      await api.refuses(['PATCH', at(second), { token: by, body: { active: false } }], 409, 'last-owner');
      await api.refuses(['DELETE', at(second), { token: by }], 409, 'last-owner');
    }
    await api.did('PATCH', at(second), { token, body: { role: 'owner', name: 'Second' } });
    await api.did('DELETE', at(first), { token: key });
    await api.did('PATCH', at(second), { body: { role: 'manager' } });
  });

  it('of two owners who leave at the same moment one stays', async () => {
    const own = await api.addTenant('agents-two-owners');
    const key = await api.issueKey(own, 'owner');
    for (let round = 0; round < 5; round++) {
      const pair = [await api.addAgent(own, `a${round}`, { role: 'owner' }), await api.addAgent(own, `b${round}`, { role: 'owner' })];
      if (round > 0) await api.did('DELETE', `${own.path}/agents/${stayed}`, { token: key });
      const left = await Promise.all(pair.map((id) => api.call('DELETE', `${own.path}/agents/${id}`, { token: key })));
      expect(left.map(({ status }) => status).sort()).toEqual([204, 409]);
      stayed = pair[left.findIndex(({ status }) => status === 409)] ?? '';
    }
  });
});

describe('the list of agents', () => {
  it('pages through 250 agents without loss or doubles while others are added', async () => {
    const big = await api.addTenant('big');
    const ids: string[] = [];
    for (let i = 0; i < 25; i++) {
      ids.push(...(await Promise.all(Array.from({ length: 10 }, (_, n) => api.addAgent(big, `a${i}-${n}`)))));
    }
    const seen: string[] = [];
    let late = 0;
    for (let cursor: string | null = ''; cursor !== null; ) {
      const { body } = await api.did('GET', `${big.path}/agents?limit=40${cursor ? `&cursor=${cursor}` : ''}`);
      seen.push(...(body.agents as { id: string }[]).map(({ id }) => id));
      cursor = body.nextCursor;
      if (late < 10) await api.addAgent(big, `late-${late++}`);
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toEqual(expect.arrayContaining(ids));
    expect((await api.did('GET', `${big.path}/agents`)).body.agents).toHaveLength(100);
    expect((await api.did('GET', `${big.path}/agents?limit=500`)).body).toMatchObject({ nextCursor: null });
  }, 60_000);

  it.each([
    ['limit=0', '?limit'],
    ['limit=501', '?limit'],
    ['limit=1.5', '?limit'],
    ['limit=', '?limit'],
    ['limit=ten', '?limit'],
    ['limit=5&limit=6', '?limit'],
    ['cursor=nonsense', '?cursor'],
    ['cursor=', '?cursor'],
    [`cursor=${Buffer.from('{"of":"sites","after":"x"}').toString('base64url')}`, '?cursor'],
    [`cursor=${Buffer.from('{"of":"agents","after":"\\u0000"}').toString('base64url')}`, '?cursor'],
    [`cursor=${Buffer.from('{"of":"agents","after":{}}').toString('base64url')}`, '?cursor'],
    ['page=2', '?page'],
  ])('refuses %s', async (query, pointer) => {
    await api.refuses(['GET', `${path()}?${query}`], 422, 'invalid-query', pointer);
  });
});
