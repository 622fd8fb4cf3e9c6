import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expireSession } from '#domain/agent-presence/index';
import { AdminApi, type Tenant } from '../admin-api-world.fixture.js';
import { playProjector } from '../played-projector.fixture.js';

let api: AdminApi;
let tenant: Tenant;
let site: string;
let de: string;
let anna: string;

beforeAll(async () => {
  api = await AdminApi.start();
  tenant = await api.addTenant('history');
  site = await api.addSite(tenant);
  de = await api.addGroup(tenant, 'DE');
  anna = await api.addAgent(tenant, 'anna', { groupIds: [de] });
  const { sessionId } = await api.signIn(tenant, anna);
  for (const status of ['online', 'busy'] as const) await api.switchTo(tenant, anna, sessionId, status);
  await api.did('PUT', `${tenant.path}/agents/${anna}/status`, { body: { status: 'offline', reason: 'forgot' } });
  await playProjector(api, tenant);
});
afterAll(() => api?.stop());

interface Interval {
  status: string;
  from: string;
  to: string | null;
  cause: { type: string; actor: { kind: string; id: string }; reason?: string };
}
interface Page {
  intervals: Interval[];
  nextCursor: string | null;
}

const read = async (query: string) => (await api.did('GET', `${tenant.path}/history?${query}`)).body as Page;

describe('history', () => {
  it.each(['siteId', 'groupId', 'agentId'])('by %s tells each status, from when to when, and because of what', async (by) => {
    const id = { siteId: site, groupId: de, agentId: anna }[by];
    const { intervals, nextCursor } = await read(`${by}=${id}`);
    expect(intervals.map(({ status }) => status)).toEqual(['offline', 'online', 'busy', 'offline']);
    const byAdmin = { type: 'StatusChanged', actor: { kind: 'platform', id: 'platform' }, reason: 'forgot' };
    expect(intervals.at(-1)).toMatchObject({ to: null, cause: byAdmin });
    expect(intervals.map(({ to }) => to).slice(0, -1)).toEqual(intervals.map(({ from }) => from).slice(1));
    expect(intervals[1]?.cause).toEqual({ eventId: expect.any(String), type: 'StatusChanged', actor: { kind: 'agent', id: anna } });
    expect(nextCursor).toBeNull();
  });

  it.each(['siteId', 'groupId', 'agentId'])('by %s as it was shown tells the same, by when it was', async (by) => {
    const id = { siteId: site, groupId: de, agentId: anna }[by];
    const [was, shown] = [await read(`${by}=${id}`), await read(`${by}=${id}&as=shown`)];
    const causes = ({ intervals }: Page) => intervals.map(({ status, cause }) => [status, cause]);
    expect(causes(shown)).toEqual(causes(was));
    for (const [i, { from }] of shown.intervals.entries()) expect(Date.parse(from)).toBeGreaterThanOrEqual(Date.parse(was.intervals[i]?.from ?? ''));
    expect(await read(`${by}=${id}&as=actual`)).toEqual(was);
  });

  it('a lease that was found to have ended goes to its deadline, with what was shown meanwhile beside it', async () => {
    const late = await api.addTenant('history-late');
    const shop = await api.addSite(late);
    const bea = await api.addAgent(late, 'bea');
    const { sessionId } = await api.signIn(late, bea);
    await api.switchTo(late, bea, sessionId, 'online');
    const [online] = await api.store.readTenant(late.partition, late.id, { after: 0, limit: 1, types: ['StatusChanged'] });
    const deadline = (online?.recordedAt ?? 0) + 1;
    // Something happens meanwhile, so that the end is found out later than that.
    await api.addGroup(late, 'DE');
    await api.asAgent(late, bea, (agent) => expireSession({ sessionId, lastSeenAt: deadline - 1, deadline }, agent));
    const [end] = await api.store.readTenant(late.partition, late.id, { after: 0, limit: 1, types: ['HeartbeatExpired'] });
    await playProjector(api, late);
    for (const [of, as, at] of [['siteId', 'actual', deadline], ['siteId', 'shown', end?.recordedAt], ['agentId', 'actual', deadline], ['agentId', 'shown', end?.recordedAt]] as const) {
      const { intervals } = (await api.did('GET', `${late.path}/history?${of}=${of === 'siteId' ? shop : bea}&as=${as}`)).body as Page;
      expect(intervals.at(-1)).toMatchObject({ status: 'offline', from: new Date(at ?? 0).toISOString(), cause: { type: 'HeartbeatExpired' } });
    }
  });

  it('of a group on a site named with it is the same', async () => {
    expect(await read(`siteId=${site}&groupId=${de}`)).toEqual(await read(`groupId=${de}`));
  });

  it('holds what reaches into the time asked for', async () => {
    const { intervals } = await read(`siteId=${site}`);
    const [, online, busy, offline] = intervals as [Interval, Interval, Interval, Interval];
    expect((await read(`siteId=${site}&from=${busy.from}`)).intervals).toEqual([busy, offline]);
    expect((await read(`siteId=${site}&from=${online.from}&to=${offline.from}`)).intervals).toEqual([online, busy]);
    expect((await read(`siteId=${site}&to=2020-01-01T00:00:00.000Z`)).intervals).toEqual([]);
    expect((await read(`agentId=${anna}&from=${offline.from.replace('Z', '%2B00:00')}`)).intervals).toHaveLength(1);
  });

  it.each(['siteId', 'agentId'])('of %s pages without loss or doubles, in the reading it began in', async (by) => {
    const of = `${by}=${by === 'siteId' ? site : anna}`;
    for (const as of ['actual', 'shown']) {
      const all: Interval[] = [];
      for (let cursor: string | null = ''; cursor !== null; ) {
        const page = await read(`${of}&as=${as}&limit=1${cursor ? `&cursor=${cursor}` : ''}`);
        expect(page.intervals).toHaveLength(1);
        all.push(...page.intervals);
        cursor = page.nextCursor;
      }
      expect(all).toEqual((await read(`${of}&as=${as}`)).intervals);
    }
    const { nextCursor } = await read(`${of}&as=shown&limit=1`);
    await api.refuses(['GET', `${tenant.path}/history?${of}&cursor=${nextCursor}`], 422, 'invalid-query', '?cursor');
  });

  it('a tenant without a site has shown no group; a removed agent keeps a history', async () => {
    const bare = await api.addTenant('history-bare');
    const group = await api.addGroup(bare, 'DE');
    expect((await api.did('GET', `${bare.path}/history?groupId=${group}`)).body).toEqual({ intervals: [], nextCursor: null });
    const gone = await api.addAgent(bare, 'gone');
    await api.did('DELETE', `${bare.path}/agents/${gone}`);
    await playProjector(api, bare);
    expect((await api.did('GET', `${bare.path}/history?agentId=${gone}`)).body.intervals).toHaveLength(1);
  });

  it.each([
    ['', '?siteId'],
    ['siteId=x&agentId=y', '?agentId'],
    ['siteId=x&from=yesterday', '?from'],
    ['siteId=x&from=2026-13-01T00:00:00.000Z', '?from'],
    ['siteId=x&from=2026-01-02T00:00:00.000Z&to=2026-01-01T00:00:00.000Z', '?to'],
    ['siteId=x&to=', '?to'],
    ['siteId=x&limit=0', '?limit'],
    ['siteId=x&cursor=x', '?cursor'],
    ['siteId=x&as=seen', '?as'],
  ])('refuses "%s"', async (query, pointer) => {
    await api.refuses(['GET', `${tenant.path}/history?${query}`], 422, 'invalid-query', pointer);
  });

  it('finds nothing of what is unknown or foreign', async () => {
    const other = await api.addTenant('history-elsewhere');
    const foreign = { siteId: await api.addSite(other), groupId: await api.addGroup(other, 'DE'), agentId: await api.addAgent(other, 'x') };
    for (const [by, id] of Object.entries(foreign)) {
      for (const wrong of [id, 'nowhere']) await api.refuses(['GET', `${tenant.path}/history?${by}=${wrong}`], 404, 'not-found');
    }
  });
});
