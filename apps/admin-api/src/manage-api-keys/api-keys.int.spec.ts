import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AdminApi, type Tenant } from '../admin-api-world.fixture.js';

let api: AdminApi;
let tenant: Tenant;
beforeAll(async () => {
  api = await AdminApi.start();
  tenant = await api.addTenant('keys');
});
afterAll(() => api?.stop());

describe('API keys', () => {
  it('are shown once and stored as a hash; a repeated request answers without the secret', async () => {
    const request = { body: { name: 'import', role: 'manager' }, key: 'issue' };
    const first = await api.call('POST', `${tenant.path}/api-keys`, request);
    expect(first.status).toBe(201);
    expect(first.body).toEqual({ id: expect.any(String), key: expect.stringMatching(/^ak_[^_]+_[^_]+_[0-9a-f]{64}$/) });
    const again = await api.call('POST', `${tenant.path}/api-keys`, request);
    expect([again.status, again.body]).toEqual([201, { id: first.body.id }]);

    const { rows } = await api.admin.query<{ dump: string }>(
      `SELECT string_agg(k::text, '') || (SELECT string_agg(l::text, '') FROM store.command_log l)
         || (SELECT string_agg(e::text, '') FROM store.event e) AS dump FROM directory.api_key k`,
    );
    expect(rows[0]?.dump).not.toContain(String(first.body.key).slice(-64));
    expect((await api.call('GET', tenant.path, { token: first.body.key as string })).status).toBe(200);
  });

  it('are listed without their secrets and with the day of their last use, and gone from the list once revoked', async () => {
    const { body } = await api.did('POST', `${tenant.path}/api-keys`, { body: { name: 'short-lived', role: 'auditor' } });
    const listed = async () => (await api.did('GET', `${tenant.path}/api-keys`)).body.apiKeys as { id: string }[];
    expect((await listed()).find(({ id }) => id === body.id)).toEqual({
      id: body.id,
      name: 'short-lived',
      role: 'auditor',
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      lastUsedOn: null,
    });
    await api.refuses(['GET', tenant.path, { token: `${(body.key as string).slice(0, -64)}${'0'.repeat(64)}` }], 401, 'unauthenticated');
    expect((await listed()).find(({ id }) => id === body.id)).toMatchObject({ lastUsedOn: null });
    await api.did('GET', tenant.path, { token: body.key as string });
    expect((await listed()).find(({ id }) => id === body.id)).toMatchObject({ lastUsedOn: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) });
    await api.did('DELETE', `${tenant.path}/api-keys/${body.id}`);
    expect((await listed()).map(({ id }) => id)).not.toContain(body.id);
  });

  it('are renamed, which is no event; a repeated request gives the first answer, a revoked key is not found', async () => {
    const { body } = await api.did('POST', `${tenant.path}/api-keys`, { body: { name: 'import', role: 'auditor' } });
    const path = `${tenant.path}/api-keys/${body.id}`;
    const types = await api.eventTypes(tenant, `tenant-${tenant.id}`);
    const request = { body: { name: ' Import (nightly) ' }, key: 'rename' };
    const renamed = await api.call('PATCH', path, request);
    expect([renamed.status, renamed.body]).toEqual([
      200,
      { id: body.id, name: 'Import (nightly)', role: 'auditor', createdAt: expect.any(String), lastUsedOn: null },
    ]);
    await api.did('PATCH', path, { body: { name: 'again' } });
    expect((await api.did('PATCH', path, request)).text).toBe(renamed.text);
    expect((await api.did('PATCH', path, { body: {} })).body.name).toBe('again');
    expect(await api.eventTypes(tenant, `tenant-${tenant.id}`)).toEqual(types);
    await api.refuses(['PATCH', path, { body: { role: 'owner' } }], 422, 'invalid-body', '/role');
    await api.refuses(['PATCH', path, { body: { name: '' } }], 422, 'invalid-body', '/name');
    await api.refuses(['PATCH', path, { body: { name: 'x' }, token: await api.issueKey(tenant, 'manager') }], 403, 'forbidden');
    const other = await api.addTenant('keys-renamed-elsewhere');
    await api.refuses(['PATCH', `${other.path}/api-keys/${body.id}`, { body: { name: 'x' } }], 404, 'not-found');
    await api.did('DELETE', path);
    await api.refuses(['PATCH', path, { body: { name: 'late' } }], 404, 'not-found');
  });

  it('open nothing from the moment they are revoked', async () => {
    const { body } = await api.did('POST', `${tenant.path}/api-keys`, { body: { name: 'leaked', role: 'owner' } });
    const token = body.key as string;
    expect((await api.call('GET', tenant.path, { token })).status).toBe(200);
    expect((await api.call('DELETE', `${tenant.path}/api-keys/${body.id}`, { key: 'revoke' })).status).toBe(204);
    await api.refuses(['GET', tenant.path, { token }], 401, 'unauthenticated');
    expect((await api.call('DELETE', `${tenant.path}/api-keys/${body.id}`, { key: 'revoke' })).status).toBe(204);
    await api.refuses(['DELETE', `${tenant.path}/api-keys/${body.id}`], 404, 'not-found');
    expect((await api.eventTypes(tenant, `tenant-${tenant.id}`)).slice(-2)).toEqual(['ApiKeyIssued', 'ApiKeyRevoked']);
  });

  it('are proven whole: a wrong secret, tenant, id or form is nobody', async () => {
    const token = await api.issueKey(tenant, 'owner');
    const other = await api.addTenant('keys-of-another');
    const [, tenantId = '', id = '', secret = ''] = token.split('_');
    for (const wrong of [
      `ak_${tenantId}_${id}_${'0'.repeat(64)}`,
      `ak_${other.id}_${id}_${secret}`,
      `ak_${tenantId}_${tenantId}_${secret}`,
      `ak_${tenantId}_${id}_${secret.slice(1)}`,
      `ak_'; DROP TABLE directory.api_key; --_${id}_${secret}`,
      'ak_',
      'x'.repeat(5000),
    ]) {
      await api.refuses(['GET', tenant.path, { token: wrong }], 401, 'unauthenticated');
    }
    await api.refuses(['GET', tenant.path, { token: null }], 401, 'unauthenticated');
    await api.refuses(['GET', tenant.path, { token: null, headers: { authorization: 'Basic YTpi' } }], 401, 'unauthenticated');
  });

  it.each([
    [{ role: 'owner' }, '/name'],
    [{ name: 'x' }, '/role'],
    [{ name: 'x', role: 'admin' }, '/role'],
    [{ name: 'x', role: 'owner', key: 'mine' }, '/key'],
  ])('are not issued from %j', async (body, pointer) => {
    await api.refuses(['POST', `${tenant.path}/api-keys`, { body }], 422, 'invalid-body', pointer);
  });
});
