import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AdminApi, type Tenant } from '../admin-api-world.fixture.js';

let api: AdminApi;
let tenant: Tenant;
beforeAll(async () => {
  api = await AdminApi.start();
  tenant = await api.addTenant('sessions');
});
afterAll(() => api?.stop());

const path = (id: string) => `${tenant.path}/agents/${id}/sessions`;
const DESKTOP = { device: { kind: 'desktop' } };

describe('a session that a platform opens for an agent', () => {
  it("is answered as the agent's own sign-in, and the log says who opened it", async () => {
    const agent = await api.addAgent(tenant, 'anna');
    const key = await api.issueKey(tenant, 'manager');
    const body = { device: { kind: 'mobile', name: "Anna's phone" } };
    const opened = await api.call('POST', path(agent), { token: key, body });
    expect([opened.status, opened.body]).toEqual([
      201,
      {
        sessionId: expect.any(String),
        accessToken: expect.stringMatching(/^ey/),
        refreshToken: expect.stringMatching(/^rt_/),
        expiresIn: 600,
        leaseSeconds: 120,
        heartbeatSeconds: 30,
        state: { status: 'offline', effectiveStatus: 'offline', version: 0, since: expect.any(String) },
      },
    ]);
    const { sessionId } = opened.body;
    const shown = (await api.did('GET', `${tenant.path}/agents/${agent}`)).body;
    expect(shown.sessions).toMatchObject([{ id: sessionId, device: body.device, signedOut: false }]);
    const { events } = (await api.did('GET', `${tenant.path}/events?agentId=${agent}&type=AgentLoggedIn`)).body;
    expect(events).toMatchObject([
      { actor: { kind: 'api-key', id: key.split('_')[2] }, data: { agentId: agent, sessionId, device: 'mobile', leaseSeconds: 120 } },
    ]);
    const stored = JSON.stringify((await api.admin.query('SELECT (SELECT json_agg(e) FROM store.event e) AS all')).rows);
    expect(stored).not.toMatch(/ey[A-Za-z0-9]{20}|rt_|phone/);
  });

  it('is as good as its agent: the token opens what the role allows, and nothing once the agent is switched off', async () => {
    const auditor = await api.addAgent(tenant, 'auditor', { role: 'auditor' });
    const { accessToken: token } = (await api.did('POST', path(auditor), { body: DESKTOP })).body;
    expect((await api.call('GET', tenant.path, { token })).status).toBe(200);
    await api.refuses(['POST', `${tenant.path}/groups`, { token, body: { name: 'x' } }], 403, 'forbidden');
    await api.did('PATCH', `${tenant.path}/agents/${auditor}`, { body: { active: false } });
    await api.refuses(['GET', tenant.path, { token }], 410, 'session-expired');
    await api.refuses(['POST', path(auditor), { body: DESKTOP }], 409, 'agent-inactive');
  });

  it('is not opened for somebody of a role above the own one', async () => {
    const owner = await api.addAgent(tenant, 'owner', { role: 'owner' });
    const token = await api.issueKey(tenant, 'manager');
    await api.refuses(['POST', path(owner), { token, body: DESKTOP }], 403, 'forbidden');
    expect((await api.call('POST', path(owner), { token: await api.issueKey(tenant, 'owner'), body: DESKTOP })).status).toBe(201);
  });

  it('at most 20 are open: one more ends the oldest', async () => {
    const agent = await api.addAgent(tenant, 'many');
    const opened: string[] = [];
    for (let i = 0; i < 21; i++) opened.push((await api.did('POST', path(agent), { body: DESKTOP })).body.sessionId as string);
    const { sessions } = (await api.did('GET', `${tenant.path}/agents/${agent}`)).body;
    expect((sessions as { id: string }[]).map(({ id }) => id)).toEqual(opened.slice(1));
    const { rows } = await api.admin.query(
      `SELECT s.ended_at IS NOT NULL AS ended, t.revoked_at IS NOT NULL AS revoked
       FROM lease.session s JOIN directory.session_token t USING (tenant_id, session_id) WHERE session_id = $1`,
      [opened[0]],
    );
    expect(rows).toEqual([{ ended: true, revoked: true }]);
  });

  it('brings the status that the agent chose for sign-ins (D12)', async () => {
    const agent = await api.addAgent(tenant, 'chooser');
    await api.did('PATCH', `${tenant.path}/agents/${agent}`, { body: { statusOnLogin: 'online' } });
    const { state } = (await api.did('POST', path(agent), { body: DESKTOP })).body;
    expect(state).toMatchObject({ status: 'online', effectiveStatus: 'online', version: 1 });
  });

  it.each([
    [{}, '/device'],
    [{ device: { kind: 'toaster' } }, '/device/kind'],
    [{ device: { kind: 'desktop', name: 'a\u0000' } }, '/device/name'],
    [{ device: { kind: 'desktop' }, password: 'x' }, '/password'],
  ])('is not opened by %j', async (body, pointer) => {
    const agent = await api.addAgent(tenant, `faults-${pointer.replaceAll('/', '-')}`);
    await api.refuses(['POST', path(agent), { body }], 422, 'invalid-body', pointer);
  });

  it('is not opened for an agent who is unknown, removed or of another tenant', async () => {
    const gone = await api.addAgent(tenant, 'gone');
    await api.did('DELETE', `${tenant.path}/agents/${gone}`);
    const elsewhere = await api.addAgent(await api.addTenant('sessions-elsewhere'), 'x');
    for (const id of [gone, elsewhere, 'never']) await api.refuses(['POST', path(id), { body: DESKTOP }], 404, 'not-found');
  });
});
