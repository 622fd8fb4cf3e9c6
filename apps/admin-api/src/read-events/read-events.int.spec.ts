import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AdminApi, type Tenant } from '../admin-api-world.fixture.js';

let api: AdminApi;
let tenant: Tenant;
beforeAll(async () => {
  api = await AdminApi.start();
  tenant = await api.addTenant('log');
});
afterAll(() => api?.stop());

interface Event {
  id: string;
  type: string;
  position: number;
}

interface Page {
  events: Event[];
  nextCursor: string | null;
}

const read = async (query: string) => (await api.did('GET', `${tenant.path}/events?${query}`)).body as Page;

describe('the log', () => {
  it('is told as stored', async () => {
    const agent = await api.addAgent(tenant, 'first');
    const { events } = await read('');
    expect(events.map(({ type }) => type)).toEqual(['TenantAdded', 'AgentAdded']);
    const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(events[1]).toEqual({
      id: expect.any(String),
      type: 'AgentAdded',
      position: (events[0]?.position ?? 0) + 1,
      streamId: `agent-${agent}`,
      version: 1,
      actor: { kind: 'platform', id: 'platform' },
      effectiveAt: instant,
      recordedAt: instant,
      data: { agentId: agent, groupIds: [], role: 'agent' },
    });
  });

  it('is filtered by type and by agent', async () => {
    const agent = await api.addAgent(tenant, 'second');
    await api.signIn(tenant, agent);
    expect((await read(`agentId=${agent}`)).events.map(({ type }) => type)).toEqual(['AgentAdded', 'AgentLoggedIn']);
    expect((await read(`agentId=${agent}&type=AgentLoggedIn`)).events).toHaveLength(1);
    expect(await read('type=TenantRemoved')).toEqual({ events: [], nextCursor: null });
  });

  it('whoever follows nextCursor until it is null reads everything once, and whoever keeps the last one misses nothing', async () => {
    const seen: Event[] = [];
    let after = '';
    const follow = async (): Promise<void> => {
      for (;;) {
        const page = await read(`limit=3${after ? `&after=${after}` : ''}`);
        seen.push(...page.events);
        if (page.nextCursor === null) return;
        after = page.nextCursor;
      }
    };
    await follow();
    await Promise.all([api.addAgent(tenant, 'third'), follow(), api.addGroup(tenant, 'DE'), follow()]);
    await follow();
    const { events } = await read('limit=500');
    expect(new Set(seen.map(({ id }) => id))).toEqual(new Set(events.map(({ id }) => id)));
  });

  it("shows nothing of another tenant, not even of one in the same partition", async () => {
    const others: Tenant[] = [];
    while (!others.some(({ partition }) => partition === tenant.partition)) others.push(await api.addTenant(`log-${others.length}`));
    const own = await api.admin.query<{ event_id: string }>('SELECT event_id FROM api.events_v1 WHERE tenant_id = $1 ORDER BY position', [
      tenant.id,
    ]);
    const { events } = await read('limit=500');
    expect(events.map(({ id }) => id)).toEqual(own.rows.map(({ event_id }) => event_id));
    const foreign = await api.addAgent(others[0] as Tenant, 'foreign');
    await api.refuses(['GET', `${tenant.path}/events?agentId=${foreign}`], 404, 'not-found');
  }, 60_000);

  it.each([
    ['after=x', '?after'],
    ['after=-1', '?after'],
    ['after=99999999999999999999', '?after'],
    ['limit=0', '?limit'],
    ['limit=501', '?limit'],
    ['type=', '?type'],
    ['type=a%27b', '?type'],
    ['type=StatusChange', '?type'],
    ['type=SiteStatusChanged', '?type'],
    ['agentId=', '?agentId'],
    ['agentId=%00', '?agentId'],
    ['cursor=x', '?cursor'],
  ])('refuses %s', async (query, pointer) => {
    await api.refuses(['GET', `${tenant.path}/events?${query}`], 422, 'invalid-query', pointer);
  });

  it('an unknown type is told with those there are', async () => {
    const { body } = await api.call('GET', `${tenant.path}/events?type=StatusChange`);
    expect(body.errors).toEqual([{ pointer: '?type', detail: expect.stringMatching(/^is no event of the log; those are AgentAdded, .*StatusChanged/) }]);
    expect((await api.call('GET', `${tenant.path}/events?type=AgentRoleChanged`)).status).toBe(200);
  });
});
