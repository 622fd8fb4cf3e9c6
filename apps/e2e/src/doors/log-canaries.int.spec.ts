import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { RelayModule } from '#apps/relay/src/relay.module';
import { TimekeeperModule } from '#apps/timekeeper/src/timekeeper.module';
import { readSettings } from '#config';
import { runService, type Service } from '#http-kit';
import { eventually, type OwnServer, startNats } from '#testing';
import { listeningLogger } from './canary-traffic.fixture.js';
import { Doors, type Home, PLATFORM, TOKEN_SECRET } from './doors.fixture.js';

/** What nobody may find in a log: words of people and secrets. Each has its own, so that a leak names its way. */
const WORDS = {
  email: 'canary-mail@canary-people.example',
  name: 'Canaria Namesake',
  device: 'canary device of Canaria',
  password: 'canary-password-of-hers',
  text: 'canary text of a visitor',
  reason: 'canary reason of an admin',
  visitor: 'canary-visitor-7',
  group: 'canary group name',
  site: 'canary site name',
  hook: 'canary hook name',
  hookPath: 'canary-path-with-token',
  key: 'canary key name',
  label: 'canary label of a day off',
  header: 'canary-header-value',
} as const;
const TRACE = randomBytes(16).toString('hex');
const secrets = new Map<string, string>();
const { logger, lines } = listeningLogger();
let nats: OwnServer;
let doors: Doors;
let others: Service;
let home: Home;
/** Bodies of what others than the owner were answered. */
const heardByOthers: string[] = [];

beforeAll(async () => {
  nats = await startNats();
  doors = await Doors.open({ logger, env: { NATS_URL: nats.url, AMPEL_WEBHOOK_LOOPBACK: 'allowed' } });
  const settings = readSettings({
    DATABASE_URL: doors.database.serviceUrl,
    NATS_URL: nats.url,
    AMPEL_PORT: '0',
    AMPEL_TOKEN_SECRET: TOKEN_SECRET,
    AMPEL_WEBHOOK_LOOPBACK: 'allowed',
  });
  others = await runService({ roles: ['relay', 'timekeeper'], modules: [RelayModule, TimekeeperModule], settings, logger });
  home = await doors.addTenant('log-canaries');
}, 60_000);
afterAll(async () => {
  await others?.close();
  await doors?.close();
  await nats?.discard();
});

/** Every door with canaries in all that somebody can write, then the same with faults in it. */
async function everyDoor(): Promise<number[]> {
  const { path } = home;
  const headers = { traceparent: `00-${TRACE}-00f067aa0ba902b7-01`, 'user-agent': WORDS.header, referer: `https://x.example/${WORDS.header}` };
  const statuses: number[] = [];
  const ask = async (method: string, url: string, sent: Parameters<Doors['ask']>[2] = {}) => {
    const answer = await doors.ask(method, url, { token: PLATFORM, ...sent, headers: { ...headers, ...sent.headers } });
    statuses.push(answer.status);
    return answer;
  };
  const turn = String(statuses.length) + randomBytes(3).toString('hex');
  const person = { email: `${turn}${WORDS.email}`, name: WORDS.name, password: WORDS.password };
  const key = (name: string): Record<string, string> => ({ 'idempotency-key': `${turn}-${name}` });
  const agent = await ask('POST', `${path}/agents`, { body: person, headers: key('agent') });
  const agentId = (agent.body?.id as string | undefined) ?? 'nobody';
  const site = await ask('POST', `${path}/sites`, { body: { name: WORDS.site, origins: [], timeZone: 'UTC' } });
  const { id: siteId = 'none', key: siteKey = 'none' } = (site.body ?? {}) as { id?: string; key?: string };
  const group = await ask('POST', `${path}/groups`, { body: { name: WORDS.group } });
  const apiKey = await ask('POST', `${path}/api-keys`, { body: { name: WORDS.key, role: 'owner' } });
  const hook = { name: WORDS.hook, url: `http://127.0.0.1:9/${WORDS.hookPath}`, eventTypes: ['*'] };
  const webhook = await ask('POST', `${path}/webhooks`, { body: hook });
  const signIn = { tenant: home.slug, email: person.email, password: WORDS.password, device: { kind: 'mobile', name: WORDS.device } };
  const session = await ask('POST', '/agent/v1/sessions', { body: signIn });
  const { accessToken = 'none', refreshToken = 'none' } = (session.body ?? {}) as { accessToken?: string; refreshToken?: string };
  for (const [what, secret] of Object.entries({ accessToken, refreshToken, apiKey: apiKey.body?.key, webhookSecret: webhook.body?.secret })) {
    if (typeof secret === 'string' && secret.length > 10) secrets.set(`${what} ${turn}`, secret);
  }
  const asAgent = { token: accessToken };
  await ask('PUT', '/agent/v1/status', { ...asAgent, body: { status: 'online' }, headers: key('status') });
  await ask('POST', '/agent/v1/tokens', { body: { refreshToken: `${refreshToken}x` } });
  await ask('POST', '/agent/v1/sessions', { body: { ...signIn, password: `${WORDS.password}-wrong` } });
  await ask('PATCH', `${path}/agents/${agentId}`, { body: { name: `${WORDS.name} II` } });
  await ask('PUT', `${path}/agents/${agentId}/status`, { body: { status: 'offline', reason: WORDS.reason } });
  await ask('PUT', `${path}/sites/${siteId}/hours`, {
    body: { weekly: [{ days: ['mo'], opens: '08:00', closes: '17:00' }], exceptions: [{ from: '2030-01-01', to: '2030-01-01', closed: true, label: WORDS.label }] },
  });
  const csv = `email,name,password\n${turn}i${WORDS.email},${WORDS.name},${WORDS.password}\nnot an address,${WORDS.name},x\n`;
  await ask('POST', `${path}/agents/import`, { raw: csv, headers: { 'content-type': 'text/csv' } });
  const conversation = `/widget/v1/sites/${siteKey}/conversations/${WORDS.visitor}/messages`;
  await ask('POST', conversation, { token: undefined, body: { visitor: WORDS.visitor, text: WORDS.text, email: person.email } });
  await ask('GET', `/widget/v1/sites/${siteKey}/status?visitor=${WORDS.visitor}&group=${encodeURIComponent(WORDS.group)}`, { token: undefined });
  // refused: by the body, by the person, by the address
  await ask('POST', `${path}/agents`, { body: { ...person, email: 'canary-mail is none', [WORDS.name]: WORDS.text } });
  await ask('POST', `${path}/agents`, { body: person });
  await ask('POST', `${path}/groups`, { raw: `{"name": "${WORDS.group}` });
  await ask('GET', `${path}/${encodeURIComponent(WORDS.name)}?q=${encodeURIComponent(WORDS.text)}`);
  await ask('GET', path, { token: `ak_${WORDS.password}` });
  const groupId = (group.body?.id as string | undefined) ?? 'none';
  await ask('PUT', `${path}/agents/${agentId}/groups`, { body: { groupIds: [groupId, WORDS.group] } });
  const stranger = await doors.ask('GET', `${path}/agents/${agentId}`, { token: await strangersKey() });
  heardByOthers.push(stranger.text, (await doors.ask('POST', '/agent/v1/sessions', { body: { ...signIn, password: 'wrong-password-here' } })).text);
  return statuses;
}

let strangers: string | undefined;
async function strangersKey(): Promise<string> {
  if (strangers === undefined) strangers = (await (await doors.addTenant('log-strangers')).addKey('owner')).key;
  return strangers;
}

/** Words and secrets that stand where they must not, with where. */
function found(where: readonly string[]): string[] {
  const all: [string, string][] = [...Object.entries(WORDS), ...secrets, ['platform token', PLATFORM], ['token secret', TOKEN_SECRET], ['any', 'canar']];
  return where.flatMap((text) => all.filter(([, word]) => text.toLowerCase().includes(word.toLowerCase())).slice(0, 1).map(([what]) => `${what}: ${text.slice(0, 400)}`));
}

const parsed = (): Record<string, unknown>[] => lines.flatMap((chunk) => chunk.split('\n').filter(Boolean).map((line) => JSON.parse(line) as Record<string, unknown>));

describe('words of people and secrets', () => {
  it('stand in no line of any role, while all goes well and while people err', async () => {
    const statuses = await everyDoor();
    expect(new Set(statuses)).toEqual(new Set([200, 201, 202, 400, 401, 404, 409, 422].filter((status) => statuses.includes(status))));
    expect(statuses.filter((status) => status < 300).length).toBeGreaterThan(10);
    // the webhook is tried, and fails: nobody listens there
    await eventually(() => doors.admin.query('SELECT FROM webhook.delivery WHERE attempts > 0').then(({ rowCount }) => (rowCount ?? 0) > 0), { within: 20_000 });
    expect(found(lines)).toEqual([]);
    expect(secrets.size).toBe(4);
  }, 60_000);

  it.each([
    ['a rule of the database that no row meets', 'CHECK (false) NOT VALID'],
    ['a value that the database cannot read', 'CHECK (name::int > 0) NOT VALID'],
  ])('nor while the database is broken: %s', async (_what, rule) => {
    const tables = ['directory.agent', 'directory.site', 'directory.grp', 'directory.message', 'webhook.endpoint'];
    const { rows } = await doors.admin.query<{ name: string; named: boolean }>(
      `SELECT c.oid::regclass::text AS name, EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'name') AS named
       FROM pg_class c WHERE c.oid = ANY (SELECT to_regclass(t) FROM unnest($1::text[]) t)`,
      [tables],
    );
    expect(rows.length).toBeGreaterThan(2);
    const broken = rows.filter(({ named }) => named || !rule.includes('name')).map(({ name }) => name);
    for (const table of broken) await doors.admin.query(`ALTER TABLE ${table} ADD CONSTRAINT broken ${rule}`);
    const before = parsed().length;
    try {
      const statuses = await everyDoor();
      expect(statuses.filter((status) => status === 500).length).toBeGreaterThan(2);
    } finally {
      for (const table of broken) await doors.admin.query(`ALTER TABLE ${table} DROP CONSTRAINT broken`);
    }
    expect(found(lines)).toEqual([]);
    const faults = parsed().slice(before).filter(({ msg }) => msg === 'an error nobody foresaw');
    expect(faults.length).toBeGreaterThan(2);
    for (const line of faults) {
      expect(line).toMatchObject({ tenantId: home.id, traceId: TRACE, requestId: expect.any(String), route: expect.stringContaining('/'), err: { code: expect.any(String) } });
    }
    expect(faults.some(({ commandId }) => typeof commandId === 'string')).toBe(true);
  }, 60_000);

  it('stand in no body that others get, and in no metric', async () => {
    const pages = await Promise.all([doors.service.url, others.url].map(async (url) => (await fetch(`${url}/metrics`)).text()));
    expect(found([...heardByOthers, ...pages])).toEqual([]);
    expect(pages.join('')).not.toContain(home.id);
  });

  it('each line of a request says whose it is: tenant, command where there is one, trace', () => {
    const answered = parsed().filter(({ msg }) => msg === 'answered');
    const ofTenant = answered.filter(({ route, status }) => String(route).startsWith('/admin/v1/tenants/:tenantId') && Number(status) < 400);
    expect(ofTenant.length).toBeGreaterThan(8);
    for (const line of ofTenant) expect(line).toMatchObject({ tenantId: expect.any(String), requestId: expect.any(String) });
    const command = answered.filter(({ route, status }) => route === '/agent/v1/status' && status === 200);
    expect(command[0]).toMatchObject({ tenantId: home.id, commandId: expect.stringMatching(/^[0-9a-f]{64}$/), traceId: TRACE });
  });
});
