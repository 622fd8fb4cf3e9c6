import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TenantStatus } from '#contract';
import { expireSession } from '#domain/agent-presence/index';
import { AdminApi, type Tenant } from '../admin-api-world.fixture.js';
import { playProjector } from '../played-projector.fixture.js';

let api: AdminApi;
let tenant: Tenant;
let site: string;
let later: string;
let [de, en, gone] = ['', '', ''];
let [anna, bob] = ['', ''];
/** Instants: Anna switched to online; her lease ended, which was found out later; Bob switched; the lease's end was recorded; ... */
let [annaOnline, lapsed, bobOnline, found, removed] = [0, 0, 0, 0, 0];

const logged = async (type: string, streamId: string) => {
  const events = await api.store.readTenant(tenant.partition, tenant.id, { after: 0, limit: 500, types: [type], streamId });
  const last = events.at(-1);
  if (!last) throw new Error(`no ${type} in ${streamId}`);
  return last;
};
const rfc = (at: number) => new Date(at).toISOString();
const ask = async (at: number, more = '', of = site) => (await api.did('GET', `${tenant.path}/sites/${of}/status?at=${rfc(at)}${more}`)).body;
const askAll = async (at: number, more = '') => (await api.did('GET', `${tenant.path}/status?at=${rfc(at)}${more}`)).body;

// Given Anna (in DE) and then Bob (in no group) online, Anna's lease over before Bob came, which was found out after it
beforeAll(async () => {
  api = await AdminApi.start();
  tenant = await api.addTenant('recall');
  site = await api.addSite(tenant);
  gone = await api.addSite(tenant, 'Gone');
  de = await api.addGroup(tenant, 'DE');
  anna = await api.addAgent(tenant, 'anna', { groupIds: [de] });
  bob = await api.addAgent(tenant, 'bob');
  const { sessionId } = await api.signIn(tenant, anna);
  await api.switchTo(tenant, anna, sessionId, 'online');
  const clicked = await logged('StatusChanged', `agent-${anna}`);
  annaOnline = clicked.effectiveAt;
  lapsed = clicked.recordedAt + 1; // after it was shown
  await api.switchTo(tenant, bob, (await api.signIn(tenant, bob)).sessionId, 'online');
  bobOnline = (await logged('StatusChanged', `agent-${bob}`)).effectiveAt;
  const lapse = { sessionId, lastSeenAt: annaOnline, deadline: lapsed };
  await api.asAgent(tenant, anna, (agent) => expireSession(lapse, agent));
  found = (await logged('HeartbeatExpired', `agent-${anna}`)).recordedAt;
  await api.did('DELETE', `${tenant.path}/sites/${gone}`);
  removed = (await logged('SiteRemoved', `site-${gone}`)).effectiveAt;
  later = await api.addSite(tenant, 'Later');
  en = await api.addGroup(tenant, 'EN');
  await playProjector(api, tenant);
});
afterAll(() => api?.stop());

describe('a site at an instant that is over (behaviour D25)', () => {
  it('as it was: by when facts became true, whenever they became known', async () => {
    expect(lapsed).toBeLessThan(bobOnline);
    expect(await ask(annaOnline - 1)).toMatchObject({ status: 'offline', wouldOpen: { change: 'go-online', agentId: anna } });
    expect(await ask(annaOnline)).toMatchObject({ status: 'online', since: rfc(annaOnline), heldOpen: { by: 'agents', agentIds: [anna] } });
    expect(await ask(lapsed)).toMatchObject({
      ...{ status: 'offline', since: rfc(lapsed), wouldOpen: { change: 'sign-in', agentId: anna } },
      reasons: [{ agents: [{ agentId: anna, lastSession: { endedAt: rfc(lapsed), cause: 'lease-ended', lastSeenAt: rfc(annaOnline) } }, {}] }],
    });
    expect(await ask(bobOnline)).toMatchObject({ status: 'online', since: rfc(bobOnline), heldOpen: { agentIds: [bob] }, settled: false });
  });

  it('as it was shown: by the record of what visitors saw, with what was known then', async () => {
    expect(await ask(lapsed, '&as=shown')).toMatchObject({
      ...{ status: 'online', since: rfc(annaOnline) },
      reasons: [{ agents: [{ agentId: anna, effectiveStatus: 'online', sessions: [{ device: 'desktop' }] }, { agentId: bob }] }],
    });
    expect(await ask(found, '&as=shown')).toMatchObject({ status: 'online', since: rfc(annaOnline), heldOpen: { agentIds: [bob] } });
  });

  it('the record stands, whatever a fold of today would say', async () => {
    const before = await ask(annaOnline - 1, '&as=shown');
    expect(before.status).toBe('offline');
    await api.admin.query('ALTER TABLE read.shown DISABLE TRIGGER USER');
    await api.admin.query(`UPDATE read.shown SET status = 'busy' WHERE site_id = $1 AND group_id = '' AND version = $2`, [site, before.version]);
    expect(await ask(annaOnline - 1, '&as=shown')).toMatchObject({ status: 'busy', version: before.version });
    expect(await ask(annaOnline - 1)).toMatchObject({ status: 'offline' });
    await api.admin.query(`UPDATE read.shown SET status = 'offline' WHERE site_id = $1 AND group_id = '' AND version = $2`, [site, before.version]);
  });

  it('a group: with the memberships of then', async () => {
    expect(await ask(annaOnline, `&group=${de}`)).toMatchObject({ status: 'online', reasons: [{ agents: [{ agentId: anna, through: 'group' }, { agentId: bob }] }] });
    expect(await ask(lapsed, `&group=${de}`)).toMatchObject({ status: 'offline' });
    expect(await ask(lapsed, '&group=never-was')).toMatchObject({ status: 'offline', reasons: [{ rule: 'unknown-group' }, {}] });
  });

  it('a site that was removed since still was; afterwards it is not found', async () => {
    expect(await ask(bobOnline, '', gone)).toMatchObject({ status: 'online' });
    await api.refuses(['GET', `${tenant.path}/sites/${gone}/status?at=${rfc(removed)}`], 404, 'not-found');
  });

  it('is not yet where the account, the site or the group did not exist', async () => {
    for (const as of ['', '&as=shown']) {
      const at = `at=${rfc(bobOnline)}${as}`;
      await api.refuses(['GET', `${tenant.path}/sites/${later}/status?${at}`], 404, 'not-yet');
      await api.refuses(['GET', `${tenant.path}/sites/${site}/status?${at}&group=${en}`], 404, 'not-yet');
      for (const path of ['status', `sites/${site}/status`]) {
        await api.refuses(['GET', `${tenant.path}/${path}?at=2001-01-01T00:00:00Z${as}`], 404, 'not-yet');
      }
    }
  });

  it('the last instant answers as the present does', async () => {
    const { knownAt, ...now } = (await api.did('GET', `${tenant.path}/sites/${site}/status`)).body;
    const { knownAt: _later, ...then } = await ask(Date.parse(knownAt));
    // Anna's late end left no trace in what is shown: `since` and the version are the record's, not the truth's.
    expect({ ...then, since: '', version: 0 }).toEqual({ ...now, since: '', version: 0 });
    const { knownAt: _now, ...shown } = (await api.did('GET', `${tenant.path}/sites/${site}/status?as=shown`)).body;
    expect(shown).toEqual(now);
  });

  it('finds nothing of what is unknown or foreign', async () => {
    const other = await api.addTenant('recall-elsewhere');
    const foreign = await api.addSite(other);
    for (const id of [foreign, 'nowhere']) await api.refuses(['GET', `${tenant.path}/sites/${id}/status?at=${rfc(bobOnline)}`], 404, 'not-found');
  });

  it('a plan without so long a history refuses, and says how long it is', async () => {
    const free = await api.addTenant('recall-free', 'free');
    const freeSite = await api.addSite(free);
    const { body } = await api.refuses(['GET', `${free.path}/sites/${freeSite}/status?at=2001-01-01T00:00:00Z`], 403, 'plan-limit');
    expect(body).toMatchObject({ entitlement: 'historyDays', limit: 14 });
    await api.refuses(['GET', `${free.path}/status?at=2001-01-01T00:00:00Z`], 403, 'plan-limit');
  });
});

describe('the whole tenant at an instant', () => {
  const seen = ({ sites, groups, agents }: Pick<TenantStatus, 'sites' | 'groups' | 'agents'>) => ({
    sites: sites.map(({ status }) => status),
    groups: groups.map(({ status }) => status),
    anna: agents.find(({ id }) => id === anna)?.effectiveStatus,
    bob: agents.find(({ id }) => id === bob)?.effectiveStatus,
  });

  it('as it was, and as it was shown', async () => {
    const open = { sites: ['online', 'online'], groups: ['online', 'online'], anna: 'online', bob: 'offline' };
    expect(seen(await askAll(annaOnline))).toEqual(open);
    expect(seen(await askAll(lapsed, '&as=shown'))).toEqual(open);
    const shut = { sites: ['offline', 'offline'], groups: ['offline', 'offline'], anna: 'offline', bob: 'offline' };
    expect(seen(await askAll(lapsed))).toEqual(shut);
    const all = ['online', 'online'];
    expect(seen(await askAll(Date.now()))).toEqual({ sites: all, groups: [...all, ...all], anna: 'offline', bob: 'online' });
  });

  it('as it will be, by what is known now', async () => {
    const { body } = await api.did('GET', `${tenant.path}/status?at=${rfc(Date.now() + 86_400_000)}`);
    expect(seen(body)).toMatchObject({ sites: ['online', 'online'], anna: 'offline', bob: 'online' });
    await api.refuses(['GET', `${tenant.path}/status?at=${rfc(Date.now() + 86_400_000)}&as=shown`], 422, 'invalid-query', '?as');
  });
});
