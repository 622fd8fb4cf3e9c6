import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AdminApi, type Tenant } from '../admin-api-world.fixture.js';

let api: AdminApi;
let tenant: Tenant;
beforeAll(async () => {
  api = await AdminApi.start();
  tenant = await api.addTenant('shown');
});
afterAll(() => api?.stop());

describe('an agent as an admin sees it', () => {
  it('new: offline, version 0, no sessions', async () => {
    const id = await api.addAgent(tenant, 'new');
    expect((await api.did('GET', `${tenant.path}/agents/${id}`)).body).toEqual({
      ...{ id, email: 'new@example.com', name: 'new', active: true, groupIds: [], role: 'agent', statusOnLogin: 'last' },
      ...{ status: 'offline', effectiveStatus: 'offline', version: 0, since: expect.stringMatching(/\.\d{3}Z$/), sessions: [] },
    });
  });

  it('present: intent, effective status, and each session with its lease', async () => {
    const id = await api.addAgent(tenant, 'present');
    const { sessionId } = await api.signIn(tenant, id);
    await api.switchTo(tenant, id, sessionId, 'online');
    const { sessionId: second } = await api.signIn(tenant, id);
    await api.admin.query(`UPDATE directory.session_token SET device_name = 'Desk' WHERE session_id = $1`, [second]);
    const { body } = await api.did('GET', `${tenant.path}/agents/${id}`);
    expect(body).toMatchObject({ status: 'online', effectiveStatus: 'online', version: 1 });
    expect(body.sessions).toMatchObject([
      { id: sessionId, device: { kind: 'desktop' } },
      { id: second, device: { kind: 'desktop', name: 'Desk' } },
    ]);
    const [{ lastSeenAt, expiresAt }] = body.sessions;
    expect(Date.parse(expiresAt) - Date.parse(lastSeenAt)).toBe(120_000);
  });

  it('carries an ETag, and is not sent again while nothing changed', async () => {
    const id = await api.addAgent(tenant, 'tagged');
    const first = await api.did('GET', `${tenant.path}/agents/${id}`);
    const headers = { 'if-none-match': String(first.headers.get('etag')) };
    const again = await api.call('GET', `${tenant.path}/agents/${id}`, { headers });
    expect([again.status, again.text]).toEqual([304, '']);
    await api.did('PATCH', `${tenant.path}/agents/${id}`, { body: { name: 'Tagged' } });
    expect((await api.call('GET', `${tenant.path}/agents/${id}`, { headers })).status).toBe(200);
  });
});
