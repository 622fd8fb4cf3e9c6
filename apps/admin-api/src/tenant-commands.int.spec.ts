import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AdminApi, type Tenant } from './admin-api-world.fixture.js';

let api: AdminApi;
let tenant: Tenant;
beforeAll(async () => {
  api = await AdminApi.start();
  tenant = await api.addTenant('commands');
});
afterAll(() => api?.stop());

const setCheckpoint = (position: number) =>
  api.admin.query('UPDATE read.checkpoint SET position = $2 WHERE partition = $1', [tenant.partition, position]);

describe('every command of an admin', () => {
  it('is answered once the read model shows it, so that an admin reads what was just written', async () => {
    await setCheckpoint(0);
    let answered = false;
    const command = api.did('POST', `${tenant.path}/groups`, { body: { name: 'DE' } }).then(() => (answered = true));
    while ((await api.store.heads()).get(tenant.partition) !== 2) expect(answered).toBe(false);
    await setCheckpoint(2);
    await command;
    expect(answered).toBe(true);
  });

  it('is delayed by a projector that is away, not refused', async () => {
    await setCheckpoint(0);
    expect((await api.call('POST', `${tenant.path}/groups`, { body: { name: 'EN' } })).status).toBe(201);
    await setCheckpoint(Number.MAX_SAFE_INTEGER);
  });

  it('finds nothing under an id that no id can be, and stores nothing', async () => {
    for (const id of ['%00', '%20', '%F0%9F%98%80', '..%2F..%2Ftenants', "';--", 'x'.repeat(3000), '__proto__', '-1', 'null']) {
      for (const path of [`/agents/${id}`, `/sites/${id}/status`, `/groups/${id}`]) {
        await api.refuses(['GET', tenant.path + path], 404, 'not-found');
      }
      await api.refuses(['GET', `/tenants/${id}`], 404, 'not-found');
      await api.refuses(['DELETE', `${tenant.path}/groups/${id}`], 404, 'not-found');
      await api.refuses(['PUT', `${tenant.path}/agents/${id}/groups`, { body: { groupIds: [] } }], 404, 'not-found');
    }
    await api.refuses(['GET', `${tenant.path}/agents/%ff`], 404, 'not-found');
    await api.refuses(['PUT', `${tenant.path}/sites`, { body: {} }], 405, 'method-not-allowed');
  });
});
