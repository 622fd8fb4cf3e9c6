import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AdminApi, type Tenant } from '../admin-api-world.fixture.js';
import { playProjector } from '../played-projector.fixture.js';

let api: AdminApi;
let tenant: Tenant;
let site: string;
let de: string;
let anna: string;
let deleted: string;
let sessionId: string;

beforeAll(async () => {
  api = await AdminApi.start();
  tenant = await api.addTenant('status');
  site = await api.addSite(tenant, 'Shop');
  de = await api.addGroup(tenant, 'DE');
  deleted = await api.addGroup(tenant, 'Deleted');
  anna = await api.addAgent(tenant, 'anna', { groupIds: [de] });
  ({ sessionId } = await api.signIn(tenant, anna));
  await api.switchTo(tenant, anna, sessionId, 'online');
  await api.did('PATCH', `${tenant.path}/groups/${de}`, { body: { enabled: false } });
  await api.did('DELETE', `${tenant.path}/groups/${deleted}`);
  await playProjector(api, tenant);
});
afterAll(() => api?.stop());

const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const ask = async (query = '') => (await api.did('GET', `${tenant.path}/sites/${site}/status${query}`)).body;

describe('why a box shows what it shows (case 57)', () => {
  it('an online site names whom it counts', async () => {
    expect(await ask()).toEqual({
      ...{ status: 'online', since: instant, version: expect.any(Number), next: null, knownAt: instant, settled: false },
      reasons: [
        {
          ...{ rule: 'agents', decides: true, outcome: 'online', counts: 'everybody', omitted: 0 },
          agents: [
            {
              ...{ agentId: anna, effectiveStatus: 'online', intent: 'online', through: 'account', groupIds: [de] },
              sessions: [{ sessionId, device: 'desktop', leaseSeconds: 120, startedAt: instant, signedOut: false, reachableByPush: false }],
            },
          ],
        },
      ],
      heldOpen: { by: 'agents', agentIds: [anna], omitted: 0, unattended: false, until: null },
      sentence: { de: 'Online: anna ist online.', en: 'Online: anna is online.' },
    });
  });

  it('an offline group names the first blocking rule and the smallest change that would open it', async () => {
    expect(await ask(`?group=${de}`)).toMatchObject({
      status: 'offline',
      reasons: [{ rule: 'group-disabled', decides: true, groupId: de }, { rule: 'agents', decides: false }],
      wouldOpen: { change: 'enable-group', groupId: de },
      sentence: { en: 'Offline: the group DE is switched off. It opens as soon as the group is switched on.' },
    });
  });

  it('an unknown or deleted group answers as the site, and says so (behaviour D19)', async () => {
    for (const group of [deleted, 'never-was']) {
      expect(await ask(`?group=${group}`)).toMatchObject({ status: 'online', reasons: [{ rule: 'unknown-group' }, { rule: 'agents' }] });
    }
    expect((await ask(`?group=${deleted}`)).version).toBeGreaterThan((await ask(`?group=${de}`)).version);
  });

  it.each(['site', 'tenant'])('carries an ETag that stays while the answer does: %s', async (of) => {
    const path = of === 'site' ? `${tenant.path}/sites/${site}/status` : `${tenant.path}/status`;
    const first = await api.did('GET', path);
    const headers = { 'if-none-match': String(first.headers.get('etag')) };
    const again = await api.call('GET', path, { headers });
    expect([again.status, again.text, again.headers.get('cache-control')]).toEqual([304, '', 'private, no-cache']);
  });

  it('is asked for as it actually is, which is the default', async () => {
    for (const path of [`${tenant.path}/sites/${site}/status`, `${tenant.path}/status`]) {
      const [said, unsaid] = [await api.did('GET', `${path}?as=actual`), await api.did('GET', path)];
      expect({ ...said.body, knownAt: '' }).toEqual({ ...unsaid.body, knownAt: '' });
      await api.refuses(['GET', `${path}?as=was`], 422, 'invalid-query', '?as');
    }
  });

  it.each([
    ['at=tomorrow', '?at'],
    ['at=2026-13-01T00:00:00Z', '?at'],
    ['at=2099-01-01T00:00:00.000Z', '?at'],
    ['at=+275760-09-13T00:00:00.001Z', '?at'],
    ['at=2099-01-01T00:00:00.000Z&at=2098-01-01T00:00:00.000Z', '?at'],
    ['at=2027-01-01T00:00:00.000Z&as=shown', '?as'],
    ['as=', '?as'],
    ['group=', '?group'],
    ['group=a&group=b', '?group'],
    ['groupId=x', '?groupId'],
  ])('refuses %s', async (query, pointer) => {
    await api.refuses(['GET', `${tenant.path}/sites/${site}/status?${query}`], 422, 'invalid-query', pointer);
  });

  it('finds no site that is unknown, removed or foreign', async () => {
    const other = await api.addTenant('status-elsewhere');
    const foreign = await api.addSite(other);
    await playProjector(api, other);
    const paths = ['nowhere', foreign].map((id) => `${tenant.path}/sites/${id}/status`);
    const texts = await Promise.all(paths.map((path) => api.refuses(['GET', path], 404, 'not-found')));
    expect(new Set(texts.map(({ text }) => text)).size).toBe(1);
  });
});

describe('the whole tenant', () => {
  it('with names and statuses of sites, groups and agents', async () => {
    const { body } = await api.did('GET', `${tenant.path}/status`);
    const shown = { since: instant, version: expect.any(Number) };
    expect(body).toEqual({
      sites: [{ id: site, name: 'Shop', status: 'online', ...shown }],
      groups: [{ id: de, name: 'DE', siteId: site, enabled: false, status: 'offline', ...shown }],
      agents: [
        { id: anna, name: 'anna', active: true, groupIds: [de], status: 'online', effectiveStatus: 'online', since: instant, version: 1 },
      ],
      ...{ knownAt: instant, settled: false },
    });
    await api.refuses(['GET', `${tenant.path}/status?at=2099-01-01T00:00:00.000Z`], 422, 'invalid-query', '?at');
  });

  it('who is there: each with the devices, their last sign of life and since when', async () => {
    const { body } = await api.did('GET', `${tenant.path}/presence`);
    expect(body).toEqual({
      agents: [
        {
          ...{ id: anna, status: 'online', effectiveStatus: 'online', effectiveSince: instant },
          sessions: [
            {
              ...{ id: expect.any(String), device: { kind: 'desktop' }, lastSeenAt: instant, expiresAt: instant },
              ...{ signedOut: false, reachableByPush: false },
            },
          ],
        },
      ],
      knownAt: instant,
    });
    const { body: history } = await api.did('GET', `${tenant.path}/history?agentId=${anna}`);
    const intervals = history.intervals as { from: string }[];
    expect(body.agents[0].effectiveSince).toBe(intervals.at(-1)?.from);
  });
});
