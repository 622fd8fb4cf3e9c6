import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AdminApi } from '../admin-api-world.fixture.js';

const KEPT = { conversationHoldMinutes: 120, messageRetentionDays: 90 };

let api: AdminApi;
beforeAll(async () => {
  api = await AdminApi.start();
});
afterAll(() => api?.stop());

describe('tenants', () => {
  it('are added by the platform, of the top plan unless another is said', async () => {
    const added = await api.call('POST', '/tenants', { body: { slug: 'acme', name: ' Acme GmbH ' } });
    expect(added.status).toBe(201);
    const entitlements = { agents: null, groups: true, hours: true, historyDays: null, support: true };
    const expected = { id: expect.any(String), slug: 'acme', name: 'Acme GmbH', plan: 'pro', leaseSeconds: 120, mobileHours: 8, ...KEPT, entitlements };
    expect(added.body).toEqual(expected);
    const free = await api.did('POST', '/tenants', { body: { slug: 'small', name: 'Small', plan: 'free' } });
    expect(free.body.plan).toBe('free');
    expect((await api.did('GET', `/tenants/${added.body.id}`)).body).toEqual(added.body);
  });

  it('spread over the partitions, each in one for ever', async () => {
    for (let i = 0; i < 20; i++) await api.addTenant(`spread-${i}`);
    const { rows } = await api.admin.query<{ used: number }>(
      `SELECT count(DISTINCT partition)::int AS used FROM directory.tenant WHERE slug LIKE 'spread-%'`,
    );
    expect(rows[0]?.used).toBeGreaterThan(8);
  });

  it.each([
    [{ name: 'x' }, '/slug'],
    [{ slug: 'Acme', name: 'x' }, '/slug'],
    [{ slug: '-acme', name: 'x' }, '/slug'],
    [{ slug: 'a'.repeat(64), name: 'x' }, '/slug'],
    [{ slug: 'ä', name: 'x' }, '/slug'],
    [{ slug: 7, name: 'x' }, '/slug'],
    [{ slug: 'ok' }, '/name'],
    [{ slug: 'ok', name: '' }, '/name'],
    [{ slug: 'ok', name: '   ' }, '/name'],
    [{ slug: 'ok', name: 'a\nb' }, '/name'],
    [{ slug: 'ok', name: 'a\u0000b' }, '/name'],
    [{ slug: 'ok', name: 'a\ud800b' }, '/name'],
    [{ slug: 'ok', name: 'n'.repeat(201) }, '/name'],
    [{ slug: 'ok', name: null }, '/name'],
    [{ slug: 'ok', name: 'x', plan: 'gold' }, '/plan'],
    [{ slug: 'ok', name: 'x', owner: 'me' }, '/owner'],
    [[], ''],
    ['"text"', ''],
    ['null', ''],
  ])('are not added from %j', async (body, pointer) => {
    await api.refuses(['POST', '/tenants', { body }], 422, 'invalid-body', pointer);
  });

  it('are not added from what is no JSON, too much, or another media type', async () => {
    await api.refuses(['POST', '/tenants', { body: '{"slug":' }], 400, 'unreadable-json');
    await api.refuses(['POST', '/tenants', { body: { slug: 'ok', name: 'n'.repeat(20_000) } }], 413, 'too-large');
    const text = { body: 'slug=ok', headers: { 'content-type': 'text/plain' } };
    await api.refuses(['POST', '/tenants', text], 422, 'unsupported-media-type', 'Content-Type');
    await api.refuses(['POST', '/tenants'], 422, 'invalid-body');
  });

  it('do not share a slug, and free it when they are removed', async () => {
    const first = await api.addTenant('shared-slug');
    await api.refuses(['POST', '/tenants', { body: { slug: 'shared-slug', name: 'x' } }], 409, 'already-exists', '/slug');
    await api.did('DELETE', first.path);
    await api.did('POST', '/tenants', { body: { slug: 'shared-slug', name: 'x' } });
  });

  it('the same command twice is one tenant and the same answer, also at the same moment (case 51)', async () => {
    const again = { body: { slug: 'once', name: 'Once' }, key: 'create-once' };
    const answers = await Promise.all([1, 2, 3].map(() => api.did('POST', '/tenants', again)));
    answers.push(await api.did('POST', '/tenants', again));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    const { body } = await api.did('GET', `/tenants/${answers[0]?.body.id}/events`);
    expect((body.events as { type: string }[]).map(({ type }) => type)).toEqual(['TenantAdded']);
    await api.refuses(
      ['POST', '/tenants', { body: { slug: 'twice', name: 'Once' }, key: 'create-once' }],
      422,
      'idempotency-key-reused',
      'Idempotency-Key',
    );
    await api.refuses(['POST', '/tenants', { ...again, key: 'k'.repeat(201) }], 422, 'invalid-header', 'Idempotency-Key');
  });

  it('are changed in name, plan and lease, by events only where something differs', async () => {
    const tenant = await api.addTenant('change-me');
    const wish = { name: 'Changed', plan: 'standard', leaseSeconds: 60, conversationHoldMinutes: 30, messageRetentionDays: 7 };
    const changed = await api.did('PATCH', tenant.path, { body: wish });
    expect(changed.body).toMatchObject(wish);
    expect((await api.did('GET', tenant.path)).body).toMatchObject(wish);
    await api.did('PATCH', tenant.path, { body: { plan: 'standard' } });
    await api.did('PATCH', tenant.path, { body: {} });
    expect(await api.eventTypes(tenant, `tenant-${tenant.id}`)).toEqual(['TenantAdded', 'PlanChanged', 'LeaseChanged', 'ConversationHoldChanged', 'MessageRetentionChanged']);
    expect((await api.did('GET', tenant.path)).body).toEqual(changed.body);
  });

  it.each([
    [{ conversationHoldMinutes: -1 }, '/conversationHoldMinutes'],
    [{ messageRetentionDays: 0 }, '/messageRetentionDays'],
    [{ leaseSeconds: 59 }, '/leaseSeconds'],
    [{ leaseSeconds: 301 }, '/leaseSeconds'],
    [{ leaseSeconds: 60.5 }, '/leaseSeconds'],
    [{ leaseSeconds: '60' }, '/leaseSeconds'],
    ['{"leaseSeconds":1e400}', '/leaseSeconds'],
    [{ plan: 'gold' }, '/plan'],
    [{ slug: 'other' }, '/slug'],
    [{ id: 'other' }, '/id'],
  ])('are not changed by %j', async (body, pointer) => {
    const { body: list } = await api.did('GET', '/tenants?limit=1');
    await api.refuses(['PATCH', `/tenants/${list.tenants[0].id}`, { body }], 422, 'invalid-body', pointer);
  });

  it('when removed are gone with their sites, agents, sessions and keys; the command may be repeated', async () => {
    const tenant = await api.addTenant('leaving');
    const [site, agent] = [await api.addSite(tenant), await api.addAgent(tenant, 'last')];
    const owner = await api.issueKey(tenant, 'owner');
    const { sessionId } = await api.signIn(tenant, agent);
    expect((await api.call('DELETE', tenant.path, { key: 'leave' })).status).toBe(204);
    expect(await api.eventTypes(tenant, `site-${site}`)).toEqual(['SiteAdded', 'SiteRemoved']);
    expect(await api.eventTypes(tenant, `agent-${agent}`)).toEqual(['AgentAdded', 'AgentLoggedIn', 'SessionEnded', 'AgentRemoved']);
    expect((await api.eventTypes(tenant, `tenant-${tenant.id}`)).at(-1)).toBe('TenantRemoved');
    const { rows } = await api.admin.query('SELECT ended_at IS NOT NULL AS ended FROM lease.session WHERE session_id = $1', [sessionId]);
    expect(rows).toEqual([{ ended: true }]);

    expect((await api.call('DELETE', tenant.path, { key: 'leave' })).status).toBe(204);
    await api.refuses(['DELETE', tenant.path], 404, 'not-found');
    await api.refuses(['GET', tenant.path], 404, 'not-found');
    await api.refuses(['POST', `${tenant.path}/groups`, { body: { name: 'late' } }], 404, 'not-found');
    await api.refuses(['GET', `${tenant.path}/sites`, { token: owner }], 401, 'unauthenticated');
    expect((await api.did('GET', '/tenants?limit=500')).text).not.toContain(tenant.id);
  });

  it('are removed twenty at the same moment, more than there are connections', async () => {
    const tenants = await Promise.all(Array.from({ length: 20 }, (_, i) => api.addTenant(`crowd-${i}`)));
    for (const tenant of tenants) await Promise.all([api.addSite(tenant), api.addAgent(tenant, 'one')]);
    const answers = await Promise.all(tenants.map(({ path }) => api.call('DELETE', path)));
    expect(answers.map(({ status, text }) => `${status}${text}`)).toEqual(tenants.map(() => '204'));
  });

  it('the same removal twice at the same moment is one, and both are told so', async () => {
    const tenant = await api.addTenant('leaving-twice');
    const answers = await Promise.all([1, 2, 3].map(() => api.call('DELETE', tenant.path, { key: 'leave-twice' })));
    expect(answers.map(({ status }) => status)).toEqual([204, 204, 204]);
    expect((await api.eventTypes(tenant, `tenant-${tenant.id}`)).filter((type) => type === 'TenantRemoved')).toHaveLength(1);
  });

  it('are removed with the agents that are added at the same moment: nobody is left behind', async () => {
    const tenant = await api.addTenant('busy-leaving');
    const adding = Array.from({ length: 12 }, (_, i) =>
      api.call('POST', `${tenant.path}/agents`, { body: { email: `late-${i}@example.com`, name: 'late' } }),
    );
    const [removed, ...added] = await Promise.all([api.call('DELETE', tenant.path), ...adding]);
    expect([204, 409]).toContain(removed?.status);
    if (removed?.status === 409) await api.did('DELETE', tenant.path);
    for (const { status, body } of added) {
      if (status === 201) expect((await api.eventTypes(tenant, `agent-${body.id}`)).at(-1)).toBe('AgentRemoved');
      else expect(status).toBe(404);
    }
  });

  it('are listed by the platform, page by page', async () => {
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const { body } = await api.did('GET', `/tenants?limit=7${cursor ? `&cursor=${cursor}` : ''}`);
      seen.push(...(body.tenants as { slug: string }[]).map(({ slug }) => slug));
      cursor = body.nextCursor;
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toEqual(expect.arrayContaining(['acme', 'small', 'spread-0', 'once']));
  });
});
