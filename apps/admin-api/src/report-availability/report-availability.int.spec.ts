import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Availability } from '#contract';
import { type AgentEvent, type Effective, expireSession } from '#domain/agent-presence/index';
import { AdminApi, type Tenant } from '../admin-api-world.fixture.js';
import { playProjector } from '../played-projector.fixture.js';

/*
 * Nobody can be made to have been there yesterday, so the story is told with facts that were true some hours ago: the log takes them, as it
 * does after an outage. The site is older than they are by a statement of SQL, which only an administrator may make.
 */
let api: AdminApi;
let tenant: Tenant;
let site: string;
let [anna, bea, quiet] = ['', '', ''];
const HOUR = 3_600_000;
/** The story's 08:00; the hours of the day are only names. */
const morning = Math.floor((Date.now() - 40 * HOUR) / HOUR) * HOUR;
const rfc = (at: number) => new Date(at).toISOString();
const clock = (hour: number) => morning + (hour - 8) * HOUR;

const told = (agentId: string, ...events: Effective<AgentEvent>[]) => api.asAgent(tenant, agentId, () => events);
const online = (agentId: string, at: number): Effective<AgentEvent>[] => [
  { type: 'AgentLoggedIn', data: { agentId, sessionId: `s-${agentId}`, device: 'desktop', leaseSeconds: 120 }, effectiveAt: at },
  { type: 'StatusChanged', data: { agentId, from: 'offline', to: 'online', statusVersion: 1, cause: 'agent' }, effectiveAt: at },
];
const read = async (query: string) => (await api.did('GET', `${tenant.path}/reports/availability?${query}`)).body as Availability;
const range = `from=${rfc(clock(8))}&to=${rfc(clock(18))}`;

beforeAll(async () => {
  api = await AdminApi.start();
  tenant = await api.addTenant('report');
  site = await api.addSite(tenant);
  [anna, bea, quiet] = [await api.addAgent(tenant, 'anna'), await api.addAgent(tenant, 'bea', { name: '=bea,"b"' }), await api.addAgent(tenant, 'quiet')];
  await api.admin.query('ALTER TABLE store.event DISABLE TRIGGER USER');
  await api.admin.query(`UPDATE store.event SET effective_at = to_timestamp($2::float8 / 1000) WHERE tenant_id = $1`, [tenant.id, clock(0)]);
  await api.admin.query('ALTER TABLE store.event ENABLE TRIGGER USER');
  // case 54: Anna 9-12, Bea 11-17. Case 55: Bea signs out at 17:00, and her lease runs out.
  await told(anna, ...online(anna, clock(9)), {
    ...{ type: 'StatusChanged', data: { agentId: anna, from: 'online', to: 'offline', statusVersion: 2, cause: 'agent' }, effectiveAt: clock(12) },
  });
  await told(bea, ...online(bea, clock(11)), {
    ...{ type: 'AgentLoggedOut', data: { agentId: bea, sessionId: `s-${bea}`, cause: 'agent' }, effectiveAt: clock(17) },
  });
  await api.asAgent(tenant, bea, (agent) => expireSession({ sessionId: `s-${bea}`, lastSeenAt: clock(17), deadline: clock(17) + 120_000 }, agent));
  await playProjector(api, tenant);
});
afterAll(() => api?.stop());

describe('availability (behaviour D24)', () => {
  it('case 54: A 9-12, B 11-17, the site was online for 8 h and not 9', async () => {
    const { site: box, agents } = await read(`${range}&siteId=${site}`);
    expect(box.onlineSeconds).toBe(8 * 3600);
    expect(agents.map(({ id, onlineSeconds }) => [id, onlineSeconds])).toEqual(
      expect.arrayContaining([[anna, 3 * 3600], [bea, 6 * 3600], [quiet, 0]]),
    );
  });

  it('case 55: 120 s are unattended, and no second is lost or counted twice', async () => {
    const { site: box, agents, ...frame } = await read(range);
    const rest = 2 * 3600 - 120;
    expect(box).toMatchObject({ unattendedOnlineSeconds: 120, busySeconds: 0, offlineSeconds: rest, missedSeconds: rest, outsideHoursSeconds: 0 });
    expect(agents.find(({ id }) => id === bea)).toMatchObject({ unattendedOnlineSeconds: 120, offlineSeconds: 4 * 3600 - 120 });
    expect(agents.find(({ id }) => id === quiet)).toEqual({
      ...{ id: quiet, name: 'quiet', onlineSeconds: 0, unattendedOnlineSeconds: 0, busySeconds: 0, offlineSeconds: 10 * 3600 },
    });
    expect(frame).toMatchObject({ siteId: site, timeZone: 'Europe/Berlin', from: rfc(clock(8)), to: rfc(clock(18)), settled: true });
  });

  it('by day and by hour is the same in smaller parts; also of one agent', async () => {
    const { site: box, days, hours, agents } = await read(`${range}&by=hour&agentId=${anna}`);
    const sum = (parts: readonly { onlineSeconds: number }[] | undefined) => parts?.reduce((all, { onlineSeconds }) => all + onlineSeconds, 0);
    expect([sum(days), sum(hours), hours?.length]).toEqual([box.onlineSeconds, box.onlineSeconds, 10]);
    expect(days[0]?.from).toBe(rfc(clock(8)));
    const [mine, other] = [agents.find(({ id }) => id === anna), agents.find(({ id }) => id === bea)];
    expect(mine?.hours?.map(({ onlineSeconds }) => onlineSeconds)).toEqual([0, 3600, 3600, 3600, 0, 0, 0, 0, 0, 0]);
    expect(other).not.toHaveProperty('days');
    const { weeks } = await read(`${range}&by=week`);
    expect(sum(weeks)).toBe(box.onlineSeconds);
  });

  it('what is not over yet is left out', async () => {
    const { to, settled, knownAt } = await read(`from=${rfc(clock(8))}&to=${rfc(Date.now() + 24 * HOUR)}`);
    expect([to, settled]).toEqual([knownAt, false]);
  });

  it('as a table, one line for each total and period; no name is a formula', async () => {
    for (const [query, headers] of [[`${range}&format=csv`, {}], [range, { accept: 'text/csv' }]] as const) {
      const { text, headers: sent } = await api.did('GET', `${tenant.path}/reports/availability?${query}`, { headers });
      expect(sent.get('content-type')).toMatch(/^text\/csv/);
      const lines = text.trimEnd().split('\r\n');
      expect(lines[0]).toBe('scope,id,name,period,from,to,onlineSeconds,unattendedOnlineSeconds,busySeconds,offlineSeconds,outsideHoursSeconds,missedSeconds');
      expect(lines[1]).toBe(`site,${site},,total,${rfc(clock(8))},${rfc(clock(18))},28800,120,0,7080,0,7080`);
      expect(text).toContain(`agent,${bea},"'=bea,""b""",total,`);
    }
  });

  it.each([
    ['', '?from'],
    ['from=2026-01-01T00:00:00Z', '?to'],
    ['from=x&to=2026-01-01T00:00:00Z', '?from'],
    ['from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z', '?to'],
    ['from=2026-01-01T00:00:00Z&to=2026-01-01T00:00:00Z', '?to'],
    ['from=2000-01-01T00:00:00Z&to=2026-01-01T00:00:00Z', '?to'],
    ['from=2026-01-01T00:00:00Z&to=2026-03-01T00:00:00Z&by=hour', '?to'],
    ['from=2099-01-01T00:00:00Z&to=2099-01-02T00:00:00Z', '?from'],
    ['from=2026-01-01T00:00:00Z&to=2026-03-01T00:00:00Z&by=month', '?by'],
    ['from=2026-01-01T00:00:00Z&to=2026-03-01T00:00:00Z&format=xls', '?format'],
  ])('refuses "%s"', async (query, pointer) => {
    await api.refuses(['GET', `${tenant.path}/reports/availability?${query}`], 422, 'invalid-query', pointer);
  });

  it('finds nothing of what is unknown or foreign', async () => {
    const other = await api.addTenant('report-elsewhere');
    await api.refuses(['GET', `${other.path}/reports/availability?${range}`], 404, 'not-found');
    const foreign = { siteId: await api.addSite(other), groupId: await api.addGroup(other, 'DE'), agentId: await api.addAgent(other, 'x') };
    for (const [by, id] of Object.entries(foreign)) {
      for (const wrong of [id, 'nowhere']) await api.refuses(['GET', `${tenant.path}/reports/availability?${range}&${by}=${wrong}`], 404, 'not-found');
    }
  });
});
