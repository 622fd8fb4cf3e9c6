import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AdminApi, type Tenant } from '../admin-api-world.fixture.js';

let api: AdminApi;
let tenant: Tenant;
let owner: string;
beforeAll(async () => {
  api = await AdminApi.start();
  tenant = await api.addTenant('audit');
  owner = await api.issueKey(tenant, 'owner');
});
afterAll(() => api?.stop());

interface Entry {
  id: string;
  at: string;
  actor: { kind: string; id: string; role?: string; sessionId?: string };
  ip: string;
  action: string;
  target: { kind: string; id: string };
  before: Record<string, unknown>;
  after: Record<string, unknown>;
}

const entries = async (query = '', of = tenant): Promise<Entry[]> => (await api.did('GET', `${of.path}/audit?limit=500${query}`)).body.entries as Entry[];
const newest = async (targetId: string): Promise<Entry | undefined> => (await entries(`&targetId=${targetId}`))[0];
const AGENT = '/admin/v1/tenants/:tenantId/agents/:agentId';

describe('the record of what admins do', () => {
  it('tells who, when, from where, what, and what was so before and after', async () => {
    const agent = await api.addAgent(tenant, 'anna');
    const { token, sessionId } = await api.signIn(tenant, await api.addAgent(tenant, 'boss', { role: 'owner' }));
    const since = Date.now();
    await api.did('PATCH', `${tenant.path}/agents/${agent}`, { token, body: { name: 'Anna B.', role: 'manager' } });
    const entry = await newest(agent);
    expect(entry).toEqual({
      id: expect.any(String),
      at: expect.any(String),
      actor: { kind: 'agent', id: expect.any(String), role: 'owner', sessionId },
      ip: '127.0.0.1',
      action: `PATCH ${AGENT}`,
      target: { kind: 'agent', id: agent },
      before: { name: 'anna', role: 'agent' },
      after: { name: 'Anna B.', role: 'manager' },
    });
    expect(Math.abs(Date.parse(entry?.at ?? '') - since)).toBeLessThan(10_000);
    const { rows } = await api.admin.query('SELECT type FROM store.event WHERE correlation_id = $1', [entry?.id]);
    expect(rows).toEqual([{ type: 'AgentRoleChanged' }]);
  });

  it('knows every action of this API by its route', async () => {
    const own = await api.addTenant('audit-all');
    const [group, site] = [await api.addGroup(own, 'DE'), await api.addSite(own)];
    const agent = await api.addAgent(own, 'ben', { groupIds: [group], password: 'correct horse' });
    const key = (await api.did('POST', `${own.path}/api-keys`, { body: { name: 'k', role: 'auditor' } })).body.id as string;
    const at = `${own.path}/agents/${agent}`;
    const { sessionId } = (await api.did('POST', `${at}/sessions`, { body: { device: { kind: 'desktop' } } })).body;
    await api.switchTo(own, agent, sessionId as string, 'online');
    await api.did('PUT', `${at}/status`, { body: { status: 'offline', reason: 'stuck' } });
    await api.did('DELETE', `${at}/sessions/${sessionId}`);
    await api.did('PUT', `${at}/groups`, { body: { groupIds: [], confirm: 'affects-all-groups' } });
    await api.did('PATCH', at, { body: { active: false, statusOnLogin: 'online' } });
    await api.did('DELETE', at);
    await api.did('PATCH', `${own.path}/groups/${group}`, { body: { name: 'EN', enabled: false } });
    await api.did('DELETE', `${own.path}/groups/${group}`);
    await api.did('PATCH', `${own.path}/sites/${site}`, { body: { name: 'New', timeZone: 'UTC' } });
    await api.did('DELETE', `${own.path}/sites/${site}`);
    await api.did('PATCH', `${own.path}/api-keys/${key}`, { body: { name: 'renamed' } });
    await api.did('DELETE', `${own.path}/api-keys/${key}`);
    await api.did('PATCH', own.path, { body: { name: 'Other', leaseSeconds: 60 } });
    const told = (await entries('', own)).reverse().map(({ action, before, after }) => ({ action: action.replace('/admin/v1/tenants', ''), before, after }));
    const T = '/:tenantId';
    expect(told).toEqual([
      { action: 'POST ', before: {}, after: expect.objectContaining({ slug: 'audit-all', plan: 'pro', standing: 'present' }) },
      { action: `POST ${T}/groups`, before: {}, after: expect.objectContaining({ name: 'DE', enabled: true }) },
      { action: `POST ${T}/sites`, before: {}, after: expect.objectContaining({ name: 'Shop', timeZone: 'Europe/Berlin' }) },
      { action: `POST ${T}/agents`, before: {}, after: expect.objectContaining({ email: 'ben@example.com', role: 'agent', groupIds: [group] }) },
      { action: `POST ${T}/api-keys`, before: {}, after: { name: 'k', role: 'auditor', revoked: false } },
      { action: `POST ${T}/agents/:agentId/sessions`, before: { sessions: [] }, after: { sessions: [sessionId] } },
      { action: `PUT ${T}/agents/:agentId/status`, before: { status: 'online' }, after: { status: 'offline', reason: 'stuck' } },
      {
        action: `DELETE ${T}/agents/:agentId/sessions/:sessionId`,
        before: { sessions: [sessionId] },
        after: { sessions: [], lastEnd: { sessionId, cause: 'ended-by-admin', signedOut: false, at: expect.any(Number) } },
      },
      { action: `PUT ${T}/agents/:agentId/groups`, before: { groupIds: [group] }, after: { groupIds: [] } },
      {
        action: `PATCH ${T}/agents/:agentId`,
        before: { statusOnLogin: 'last', standing: 'active' },
        after: { statusOnLogin: 'online', standing: 'inactive' },
      },
      { action: `DELETE ${T}/agents/:agentId`, before: { standing: 'inactive' }, after: { standing: 'removed' } },
      { action: `PATCH ${T}/groups/:groupId`, before: { name: 'DE', enabled: true }, after: { name: 'EN', enabled: false } },
      { action: `DELETE ${T}/groups/:groupId`, before: { standing: 'present' }, after: { standing: 'removed' } },
      { action: `PATCH ${T}/sites/:siteId`, before: { name: 'Shop', timeZone: 'Europe/Berlin' }, after: { name: 'New', timeZone: 'UTC' } },
      { action: `DELETE ${T}/sites/:siteId`, before: { standing: 'present' }, after: { standing: 'removed' } },
      { action: `PATCH ${T}/api-keys/:apiKeyId`, before: { name: 'k' }, after: { name: 'renamed' } },
      { action: `DELETE ${T}/api-keys/:apiKeyId`, before: { revoked: false }, after: { revoked: true } },
      { action: `PATCH ${T}`, before: { name: 'Tenant audit-all', leaseSeconds: 120 }, after: { name: 'Other', leaseSeconds: 60 } },
    ]);
    await api.did('DELETE', own.path);
    const { rows } = await api.admin.query(
      `SELECT action, before, after FROM directory.audit_entry WHERE tenant_id = $1 ORDER BY audit_id DESC LIMIT 1`,
      [own.id],
    );
    expect(rows).toEqual([{ action: 'DELETE /admin/v1/tenants/:tenantId', before: { standing: 'present' }, after: { standing: 'removed' } }]);
  });

  it('holds no secret', async () => {
    const { rows } = await api.admin.query<{ dump: string }>(`SELECT string_agg(a::text, '') AS dump FROM directory.audit_entry a`);
    expect(rows[0]?.dump).not.toMatch(/correct horse|argon2|[0-9a-f]{64}|rt_|eyJ/);
  });

  it('has one entry for a command that comes twice, and none for one that is refused or changes nothing', async () => {
    const group = await api.addGroup(tenant, 'once');
    const request = { body: { name: 'twice' }, key: 'rename-once' };
    await api.did('PATCH', `${tenant.path}/groups/${group}`, request);
    await api.did('PATCH', `${tenant.path}/groups/${group}`, request);
    await api.did('PATCH', `${tenant.path}/groups/${group}`, { body: { name: 'twice' } });
    await api.call('PATCH', `${tenant.path}/groups/${group}`, { body: { name: '' } });
    await api.call('PATCH', `${tenant.path}/groups/${group}`, { body: { name: 'x' }, token: await api.issueKey(tenant, 'auditor') });
    expect((await entries(`&targetId=${group}`)).map(({ before }) => before)).toEqual([{ name: 'once' }, {}]);
  });

  it('is part of the action: where it cannot be written, nothing is done', async () => {
    const group = await api.addGroup(tenant, 'unheard');
    await api.admin.query(`ALTER TABLE directory.audit_entry ADD CONSTRAINT full_up CHECK (target_id <> '${group}') NOT VALID`);
    const path = `${tenant.path}/groups/${group}`;
    const before = await api.counted();
    expect((await api.call('PATCH', path, { body: { name: 'heard', enabled: false } })).status).toBe(500);
    expect(await api.counted()).toBe(before);
    await api.admin.query('ALTER TABLE directory.audit_entry DROP CONSTRAINT full_up');
    expect((await api.did('GET', path)).body).toMatchObject({ name: 'unheard', enabled: true });
  });

  it('is changed by nobody who serves', async () => {
    const { rows } = await api.admin.query<{ may: string[] }>(
      `SELECT array_agg(privilege_type::text ORDER BY 1) AS may FROM information_schema.table_privileges
       WHERE table_schema = 'directory' AND table_name = 'audit_entry' AND grantee = 'ampel_service'`,
    );
    expect(rows[0]?.may).toEqual(['INSERT', 'SELECT']);
  });

  it('is read page by page, newest first, by owners, managers and auditors, and of the own tenant only', async () => {
    const own = await api.addTenant('audit-pages');
    for (let i = 0; i < 7; i++) await api.addGroup(own, `g${i}`);
    const token = await api.issueKey(own, 'auditor');
    const names: unknown[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const { body } = await api.did('GET', `${own.path}/audit?limit=4${cursor ? `&cursor=${cursor}` : ''}`, { token });
      names.push(...(body.entries as Entry[]).map(({ after }) => after['name']));
      cursor = body.nextCursor;
    }
    expect(names).toEqual(['auditor', 'g6', 'g5', 'g4', 'g3', 'g2', 'g1', 'g0', 'Tenant audit-pages']);
    await api.refuses(['GET', `${tenant.path}/audit`, { token }], 404, 'not-found');
    expect((await entries(`&actorId=${owner.split('_')[2]}`)).length).toBe(0);
    await api.did('POST', `${tenant.path}/groups`, { token: owner, body: { name: 'by key' } });
    expect(await entries(`&actorId=${owner.split('_')[2]}`)).toMatchObject([{ actor: { kind: 'api-key', role: 'owner' }, after: { name: 'by key' } }]);
    await api.refuses(['GET', `${own.path}/audit?page=1`, { token }], 422, 'invalid-query', '?page');
  });
});
