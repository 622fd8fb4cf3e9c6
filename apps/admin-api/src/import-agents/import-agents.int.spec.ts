import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AdminApi, type Answer, type Tenant } from '../admin-api-world.fixture.js';

let api: AdminApi;
let tenant: Tenant;
let de: string;
let en: string;
beforeAll(async () => {
  api = await AdminApi.start();
  tenant = await api.addTenant('imports');
  [de, en] = [await api.addGroup(tenant, 'DE'), await api.addGroup(tenant, 'EN')];
});
afterAll(() => api?.stop());

interface Request {
  query?: string;
  key?: string;
  token?: string;
  of?: Tenant;
}

const path = (query = '', of = tenant) => `${of.path}/agents/import${query}`;
const csv = (text: string, { query, key, token, of }: Request = {}): Promise<Answer> =>
  api.call('POST', path(query, of), { body: text, headers: { 'content-type': 'text/csv; charset=utf-8' }, ...(key ? { key } : {}), ...(token ? { token } : {}) });
const json = (agents: unknown, { query, key, token, of }: Request = {}): Promise<Answer> =>
  api.call('POST', path(query, of), { body: { agents }, ...(key ? { key } : {}), ...(token ? { token } : {}) });

const told = ({ body }: Answer) =>
  (body.results as { line: number; outcome: string; code?: string; errors?: { pointer: string }[] }[]).map(({ line, outcome, code, errors }) =>
    [line, outcome, ...(code ? [code, ...(errors ?? []).map(({ pointer }) => pointer)] : [])].join(' '),
  );
const agentsOf = async (of = tenant) => (await api.did('GET', `${of.path}/agents?limit=500`)).body.agents as Record<string, unknown>[];
const agent = async (email: string, of = tenant) => (await agentsOf(of)).find((one) => one['email'] === email);

describe('an import of agents', () => {
  it('adds, changes and leaves alone, and tells so of each line; a bad line does not stop the others', async () => {
    const known = await api.addAgent(tenant, 'known', { groupIds: [de] });
    const same = await api.addAgent(tenant, 'same', { groupIds: [en] });
    const answer = await csv(
      'email;name;role;groups;active;status on login\r\n' +
        'New@example.com;Neu;auditor;DE|EN;;online\r\n' +
        'known@example.com;"Bekannt; sehr";manager;EN;no;\r\n' +
        'same@example.com;same;agent;EN;yes;last\r\n' +
        'no-address;X;;;;\r\n' +
        'nameless@example.com;;;;;\r\n' +
        `lost@example.com;Lost;;DE|Nowhere;;\r\n` +
        `by-id@example.com;By Id;;${de};;\r\n`,
    );
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ stored: true, lines: 7, created: 2, updated: 1, unchanged: 1, refused: 3 });
    expect(told(answer)).toEqual([
      '2 created',
      '3 updated',
      '4 unchanged',
      '5 refused invalid-body /email',
      '6 refused invalid-body /name',
      '7 refused invalid-body /groups/1',
      '8 created',
    ]);
    const [added] = answer.body.results;
    expect(await agent('new@example.com')).toEqual({
      ...{ id: added.id, email: 'new@example.com', name: 'Neu', active: true, groupIds: [de, en].sort() },
      ...{ role: 'auditor', statusOnLogin: 'online' },
    });
    expect(await agent('known@example.com')).toMatchObject({ id: known, name: 'Bekannt; sehr', role: 'manager', groupIds: [en], active: false });
    expect(await agent('by-id@example.com')).toMatchObject({ groupIds: [de] });
    expect(await api.eventTypes(tenant, `agent-${known}`)).toEqual(['AgentAdded', 'AgentGroupsChanged', 'AgentRoleChanged', 'AgentDeactivated']);
    expect(await api.eventTypes(tenant, `agent-${added.id}`)).toEqual(['AgentAdded', 'StatusOnLoginChanged']);
    expect(await api.eventTypes(tenant, `agent-${same}`)).toEqual(['AgentAdded']);
    const [entry] = (await api.did('GET', `${tenant.path}/audit?targetId=${known}`)).body.entries;
    expect(entry).toMatchObject({
      action: 'POST /admin/v1/tenants/:tenantId/agents/import',
      before: { name: 'known', role: 'agent', groupIds: [de], standing: 'active' },
      after: { name: 'Bekannt; sehr', role: 'manager', groupIds: [en], standing: 'inactive' },
    });
  });

  it('is harmless when repeated: addresses tell who is there', async () => {
    const agents = [{ email: 'again@example.com', name: 'Again', groups: ['DE'] }, { email: 'again2@example.com', name: 'Again 2' }];
    expect(told(await json(agents))).toEqual(['1 created', '2 created']);
    const before = await api.counted();
    expect(told(await json(agents))).toEqual(['1 unchanged', '2 unchanged']);
    expect(await api.counted()).toBe(before);
  });

  it('with a key the same import gives its first answer, also at the same moment; another body is another command', async () => {
    const agents = Array.from({ length: 300 }, (_, i) => ({ email: `keyed${i}@example.com`, name: `Keyed ${i}` }));
    const first = await Promise.all([1, 2, 3].map(() => json([...agents, { email: 'x' }], { key: 'import-1' })));
    expect(new Set(first.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(first[0]?.body).toMatchObject({ created: 300, refused: 1 });
    await api.did('PATCH', `${tenant.path}/agents/${first[0]?.body.results[7].id}`, { body: { name: 'Later' } });
    expect((await json([...agents, { email: 'x' }], { key: 'import-1' })).text).toBe(first[0]?.text);
    const before = await api.counted();
    expect(await json(agents.slice(1), { key: 'import-1' })).toMatchObject({ status: 422, body: { code: 'idempotency-key-reused' } });
    expect(await json(agents, { key: 'import-1', query: '?atomic=true' })).toMatchObject({ status: 422, body: { code: 'idempotency-key-reused' } });
    expect(await api.counted()).toBe(before);
  });

  it('goes on where it stopped: what was stored before a failure stays, and the key tells the first answers', async () => {
    const own = await api.addTenant('imports-broken');
    const agents = Array.from({ length: 600 }, (_, i) => ({ email: `part${String(i).padStart(3, '0')}@example.com`, name: `Part ${i}` }));
    await api.admin.query(`ALTER TABLE directory.agent ADD CONSTRAINT broken CHECK (email <> 'part550@example.com') NOT VALID`);
    expect((await json(agents, { key: 'broken', of: own })).status).toBe(500);
    await api.admin.query('ALTER TABLE directory.agent DROP CONSTRAINT broken');
    expect(await agentsOf(own)).toHaveLength(500);
    expect((await json(agents, { key: 'broken', of: own })).body).toMatchObject({ created: 600, refused: 0 });
    expect((await json(agents, { of: own })).body).toMatchObject({ unchanged: 600 });
  });

  it('as a dry run says what would happen and stores nothing', async () => {
    await api.addAgent(tenant, 'dry');
    const before = await api.counted();
    const answer = await csv('email,name\ndry@example.com,Wet\nnew-dry@example.com,New\nbad,Bad\n', { query: '?dryRun=true', key: 'dry' });
    expect([answer.status, answer.body.stored, told(answer)]).toEqual([200, false, ['2 updated', '3 created', '4 refused invalid-body /email']]);
    expect(answer.body.results[1]).not.toHaveProperty('id');
    expect(await api.counted()).toBe(before);
  });

  it('as an atomic one stores all or nothing, and says which lines stand in the way', async () => {
    const before = await api.counted();
    for (const bad of ['bad,Bad', 'lost@example.com,L,Nowhere']) {
      const refused = await csv(`email,name,groups\natomic@example.com,A\n${bad}\n`, { query: '?atomic=true' });
      expect(refused).toMatchObject({ status: 422, body: { code: 'import-refused', report: { stored: false, created: 1, refused: 1 } } });
      expect(refused.body.detail).toBe('1 of 2 lines were refused, the first of them line 3. Nothing was stored.');
      expect(await api.counted()).toBe(before);
    }
    expect(told(await csv('email,name\natomic@example.com,A\nb@example.com,B\n', { query: '?atomic=true' }))).toEqual(['2 created', '3 created']);
  });

  it('keeps to the rank of whoever asks, and to the last owner', async () => {
    const own = await api.addTenant('imports-ranks');
    const [manager, owner] = [await api.issueKey(own, 'manager'), await api.issueKey(own, 'owner')];
    await api.addAgent(own, 'boss', { role: 'owner' });
    const agents = [
      { email: 'boss@example.com', role: 'agent' },
      { email: 'boss@example.org', name: 'Usurper', role: 'owner' },
      { email: 'helper@example.com', name: 'Helper', role: 'manager' },
    ];
    expect(told(await json(agents, { token: manager, of: own }))).toEqual(['1 refused forbidden ', '2 refused forbidden /role', '3 created']);
    const both = [{ email: 'boss@example.com', active: false }, { email: 'second@example.com', name: 'S', role: 'owner' }];
    expect(told(await json(both, { token: owner, of: own }))).toEqual(['1 refused last-owner /active', '2 created']);
    const leaving = [{ email: 'boss@example.com', role: 'agent' }, { email: 'second@example.com', active: false }];
    expect(told(await json(leaving, { token: owner, of: own }))).toEqual(['1 updated', '2 refused last-owner /active']);
    for (const role of ['auditor', 'agent']) {
      expect((await json([], { token: await api.issueKey(own, role), of: own })).status).toBe(403);
    }
  });

  it('asks before an agent is taken out of the last group (D18)', async () => {
    await api.addAgent(tenant, 'lonely', { groupIds: [de] });
    const out = 'email,groups\nlonely@example.com,-\n';
    expect(told(await csv(out))).toEqual(['2 refused confirmation-required /groups']);
    expect(told(await csv(out, { query: '?confirm=affects-all-groups' }))).toEqual(['2 updated']);
    expect(await agent('lonely@example.com')).toMatchObject({ groupIds: [] });
  });

  it('deactivation by a table ends sessions like any other', async () => {
    const id = await api.addAgent(tenant, 'ending');
    const { token, sessionId } = await api.signIn(tenant, id);
    expect(told(await csv('email,active\nending@example.com,0\n'))).toEqual(['2 updated']);
    await api.refuses(['GET', `${tenant.path}/agents/${id}`, { token }], 410, 'session-expired');
    const { rows } = await api.admin.query('SELECT ended_at IS NOT NULL AS ended FROM lease.session WHERE session_id = $1', [sessionId]);
    expect(rows).toEqual([{ ended: true }]);
  });

  it('groups of the same name need an id', async () => {
    const own = await api.addTenant('imports-twins');
    const [first] = [await api.addGroup(own, 'Twin'), await api.addGroup(own, 'Twin')];
    const agents = ['Twin', first].map((group, i) => ({ email: `t${i}@example.com`, name: 'T', groups: [group] }));
    expect(told(await json(agents, { of: own }))).toEqual(['1 refused invalid-body /groups/0', '2 created']);
  });

  it.each<[string, string, number, string, string | undefined]>([
    ['application/json', '{"agents":', 400, 'unreadable-json', ''],
    ['application/json', '[]', 422, 'invalid-body', ''],
    ['application/json', '{"agents":{}}', 422, 'invalid-body', '/agents'],
    ['application/json', '{"agents":[],"more":1}', 422, 'invalid-body', '/more'],
    ['application/json', `{"agents":[${Array(5001).fill('0').join(',')}]}`, 422, 'invalid-body', '/agents'],
    ['text/csv', 'email,name\n"a@b.de,x', 422, 'invalid-body', ''],
    ['text/csv', `email\n${'x'.repeat(2 * 1024 * 1024)}`, 413, 'too-large', undefined],
    ['text/plain', 'email', 422, 'unsupported-media-type', 'Content-Type'],
  ])('%s %.30s is refused whole', async (type, body, status, code, pointer) => {
    const answer = await api.refuses(['POST', path(), { body, headers: { 'content-type': type } }], status, code, pointer);
    if (code === 'too-large') expect(answer.body.detail).toBe('A body may have at most 2048 KiB here.');
    if (code === 'unsupported-media-type') expect(answer.body.detail).toContain('text/csv');
  });

  it('other routes take neither CSV nor more than 16 KiB', async () => {
    const to = `${tenant.path}/groups`;
    await api.refuses(['POST', to, { body: 'name\nx', headers: { 'content-type': 'text/csv' } }], 422, 'unsupported-media-type', 'Content-Type');
    const { body } = await api.refuses(['POST', to, { body: { name: 'x'.repeat(20_000) } }], 413, 'too-large');
    expect(body.detail).toBe('A body may have at most 16 KiB here.');
  });

  it('what an agent of the list may be is told at its place', async () => {
    const answer = await json([null, 7, { email: 'a@b.de', name: 'A', password: 'correct horse' }, { email: 'a@b.de', id: 'x' }, { email: 'a\u0001@b.de' }]);
    expect(told(answer)).toEqual([
      '1 refused invalid-body ',
      '2 refused invalid-body ',
      '3 refused invalid-body /password',
      '4 refused invalid-body /id',
      '5 refused invalid-body /email',
    ]);
  });

  it.each([['dryRun=yes', '?dryRun'], ['atomic=1', '?atomic'], ['confirm=yes', '?confirm'], ['more=1', '?more']])('?%s is refused', async (query, pointer) => {
    await api.refuses(['POST', path(`?${query}`), { body: { agents: [] } }], 422, 'invalid-query', pointer);
  });

  it('two imports of the same people at the same moment make each of them once', async () => {
    const own = await api.addTenant('imports-race');
    const agents = Array.from({ length: 400 }, (_, i) => ({ email: `race${i}@example.com`, name: `Race ${i}` }));
    const answers = await Promise.all([json(agents, { of: own }), json([...agents].reverse(), { of: own })]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    const created = answers.reduce((sum, { body }) => sum + (body.created as number), 0);
    const refused = answers.reduce((sum, { body }) => sum + (body.refused as number), 0);
    expect([created, refused]).toEqual([400, 0]);
    expect(await agentsOf(own)).toHaveLength(400);
  });

  it('5,000 agents come in with one call, and their log is whole', async () => {
    const own = await api.addTenant('imports-big');
    for (const name of ['DE', 'EN', 'FR']) await api.addGroup(own, name);
    const lines = Array.from({ length: 5000 }, (_, i) => `agent${i}@big.example.com,Agent ${i},${['DE', 'EN|FR', ''][i % 3] ?? ''}`);
    const started = performance.now();
    const answer = await csv(`email,name,groups\n${lines.join('\n')}\n`, { of: own });
    const took = performance.now() - started;
    expect(answer.body).toMatchObject({ lines: 5000, created: 5000, refused: 0 });
    expect(took).toBeLessThan(20_000);
    const { rows } = await api.admin.query(
      `SELECT (SELECT count(*)::int FROM store.event WHERE tenant_id = $1 AND type = 'AgentAdded') AS events,
         (SELECT count(*)::int FROM directory.agent WHERE tenant_id = $1) AS agents,
         (SELECT count(*)::int FROM directory.membership WHERE tenant_id = $1) AS memberships,
         (SELECT count(*)::int FROM directory.audit_entry WHERE tenant_id = $1 AND target_kind = 'agent') AS entries`,
      [own.id],
    );
    expect(rows).toEqual([{ events: 5000, agents: 5000, memberships: 5001, entries: 5000 }]);
  }, 60_000);
});
