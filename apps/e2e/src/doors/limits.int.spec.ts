import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '#testing';
import { type Answered, Doors, type Home, PASSWORD, type Sent } from './doors.fixture.js';

/** As low as the contract lets them be, so that a spec reaches them: ten seconds' worth may come at once. */
const LOW = {
  AMPEL_LIMIT_SIGN_INS: '10',
  AMPEL_LIMIT_TOKENS: '10',
  AMPEL_LIMIT_WIDGET_READS: '25',
  AMPEL_LIMIT_MESSAGES: '10',
  AMPEL_LIMIT_API_KEY: '10',
  AMPEL_LIMIT_TENANT: '15',
  AMPEL_LIMIT_STREAMS_PER_ADDRESS: '15',
  AMPEL_LIMIT_STREAMS_PER_SITE: '10',
  AMPEL_TRUSTED_PROXIES: '127.0.0.1',
};
const [HERE, THERE] = ['198.51.100.1', '198.51.100.2'];

let doors: Doors;
let loud: Home;
let quiet: Home;

beforeAll(async () => {
  doors = await Doors.open({ env: LOW });
  [loud, quiet] = [await doors.addTenant('loud'), await doors.addTenant('quiet')];
}, 60_000);
afterAll(() => doors?.close());

const from = (address: string, { headers, ...sent }: Sent = {}): Sent => ({ ...sent, headers: { 'x-forwarded-for': address, ...headers } });

/** Asks again and again until it is too much; gives how often it went well. */
async function flood(ask: () => Promise<Answered>, most = 400): Promise<{ before: number; refused: Answered }> {
  for (let before = 0; before < most; before += 1) {
    const answer = await ask();
    if (answer.status === 429) return { before, refused: answer };
  }
  throw new Error(`${most} went through`);
}

/** Whose allowance is used up gets a little back all the time: of many at once some are refused. */
async function refusesSome(ask: () => Promise<Answered>): Promise<void> {
  const answers = await Promise.all(Array.from({ length: 100 }, ask));
  expect(answers.filter(({ status }) => status === 429).length).toBeGreaterThan(0);
}

function expectTold({ status, headers, body }: Answered, whose: RegExp): void {
  expect([status, body.code, headers['content-type']]).toEqual([429, 'too-many-requests', 'application/problem+json; charset=utf-8']);
  expect(Number(headers['retry-after'])).toBeGreaterThanOrEqual(1);
  expect(body.detail).toMatch(whose);
}

describe('too many requests', () => {
  it('with one API key: told when to come back; another key of the tenant goes on, so do other tenants, and a made-up key costs the real one nothing', async () => {
    const [key, other, foreign] = [(await loud.addKey('auditor')).key, (await loud.addKey('auditor')).key, (await quiet.addKey('auditor')).key];
    const read = (home: Home, token: string) => doors.ask('GET', `${home.path}/groups?limit=1`, { token });
    await Promise.all(Array.from({ length: 120 }, () => read(loud, `${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}`)));
    const { before, refused } = await flood(() => read(loud, key));
    expect(before).toBeGreaterThanOrEqual(100);
    expectTold(refused, /with this API key/);
    expect([(await read(loud, other)).status, (await read(quiet, foreign)).status]).toEqual([200, 200]);
  });

  it("of one tenant, spread over its people: heartbeats and other tenants are unaffected, and so is the platform", async () => {
    const noisy = await doors.addTenant('noisy');
    const agentId = await noisy.addAgent('anna');
    const sessions = await Promise.all(Array.from({ length: 3 }, () => noisy.openSession(agentId)));
    const anna = sessions[0]?.accessToken ?? '';
    const ben = (await quiet.person('agent', 'ben')).accessToken;
    const read = (token: string) => doors.ask('GET', '/agent/v1/status', { token });
    let turn = 0;
    const { before, refused } = await flood(() => read(sessions[turn++ % 3]?.accessToken ?? ''));
    expect(before).toBeGreaterThanOrEqual(150);
    expectTold(refused, /of this tenant/);
    expect((await read(ben)).status).toBe(200);
    for (let i = 0; i < 5; i += 1) expect((await doors.ask('POST', '/agent/v1/heartbeat', { token: anna })).status).toBe(204);
    expect((await doors.ask('POST', '/agent/v1/heartbeat', { token: anna, body: {} })).status).toBe(204);
    await doors.did('GET', noisy.path);
  });

  it('sign-ins from one address, whether anything is right about them or not: another address goes on', async () => {
    await quiet.addAgent('door');
    const body = { tenant: quiet.slug, email: 'door@quiet.example', password: PASSWORD, device: { kind: 'desktop' } };
    const signIn = (at: string, sent: object = body) => doors.ask('POST', '/agent/v1/sessions', from(at, { body: sent }));
    expect((await signIn(HERE)).status).toBe(201);
    expect((await signIn(HERE, { ...body, password: 'not the password' })).status).toBe(401);
    const { before, refused } = await flood(() => signIn(HERE, {}));
    expect(before).toBeGreaterThanOrEqual(98);
    expectTold(refused, /sign-ins from this address/);
    expect((await signIn(THERE)).status).toBe(201);
  });

  it('refreshes of tokens from one address', async () => {
    const rotate = (at: string) => doors.ask('POST', '/agent/v1/tokens', from(at, { body: { refreshToken: 'rt_a_b_1_c' } }));
    const { before, refused } = await flood(() => rotate(HERE));
    expect(before).toBeGreaterThanOrEqual(100);
    expectTold(refused, /token refreshes from this address/);
    expect((await rotate(THERE)).status).toBe(401);
  });

  it("visitors' messages from one address", async () => {
    const { key } = await quiet.addSite();
    const send = (at: string) => doors.ask('POST', `/widget/v1/sites/${key}/conversations/c/messages`, from(at, { body: {} }));
    const { before, refused } = await flood(() => send(HERE));
    expect(before).toBeGreaterThanOrEqual(100);
    expectTold(refused, /messages from this address/);
    expect((await send(THERE)).status).toBe(422);
  });

  it('questions of widgets from one address, by the hot path and beside it: another address goes on', async () => {
    const { siteKey } = await quiet.furnish();
    const url = `/widget/v1/sites/${siteKey}/status`;
    const hot = async (address: string): Promise<Answered> => {
      const answer = await fetch(doors.service.url + url, { headers: { 'x-forwarded-for': address } });
      const text = await answer.text();
      return { status: answer.status, headers: Object.fromEntries(answer.headers), text, body: JSON.parse(text) };
    };
    const { before, refused } = await flood(() => hot(HERE));
    expect(before).toBeGreaterThanOrEqual(250);
    expectTold(refused, /questions from this address/);
    await refusesSome(() => doors.ask('GET', `${url}?group=%41`, from(HERE)));
    await refusesSome(() => doors.ask('GET', `/widget/v1/sites/never-was/status`, from(HERE)));
    expect((await hot(THERE)).status).toBe(200);
  });

  it('behind no trusted proxy the header is only a claim: who changes it is counted all the same', async () => {
    const fastify = (doors.service.app as NestFastifyApplication).getHttpAdapter().getInstance();
    let turn = 0;
    const { before } = await flood(async () => {
      const headers = { 'x-forwarded-for': `192.0.2.${turn++ % 250}`, 'content-type': 'application/json' };
      const answer = await fastify.inject({ method: 'POST', url: '/agent/v1/tokens', payload: '{"refreshToken":"x"}', headers, remoteAddress: '203.0.113.5' });
      return { status: answer.statusCode, headers: answer.headers, text: answer.body, body: answer.json() };
    });
    expect(before).toBeLessThan(200);
  });
});

describe('too many streams', () => {
  it('of one site or one address: others go on, and one that ends makes room', async () => {
    const [{ siteKey: first = '' }, { siteKey: second = '' }] = [await loud.furnish(), await (await doors.addTenant('streams')).furnish()];
    const opened: { cut: AbortController; answer: Response }[] = []; // an answer that nobody holds is collected, and its stream ends
    const open = async (key: string, address: string) => {
      const cut = new AbortController();
      const headers = { 'x-forwarded-for': address };
      const answer = await fetch(`${doors.service.url}/widget/v1/sites/${key}/stream`, { headers, signal: cut.signal });
      opened.push({ cut, answer });
      const text = answer.status === 200 ? '' : await answer.text();
      return { status: answer.status, headers: Object.fromEntries(answer.headers), text, body: text === '' ? undefined : JSON.parse(text) };
    };
    for (let i = 0; i < 10; i += 1) expect((await open(first, '198.51.100.20')).status).toBe(200);
    expectTold(await open(first, '198.51.100.21'), /open streams of this site/);
    for (let i = 0; i < 5; i += 1) expect((await open(second, '198.51.100.20')).status).toBe(200);
    expectTold(await open(second, '198.51.100.20'), /open streams of this address/);
    expect((await open(second, '198.51.100.21')).status).toBe(200);
    opened[0]?.cut.abort();
    await eventually(async () => (await open(first, '198.51.100.21')).status === 200);
    for (const { cut } of opened) cut.abort();
  });
});

describe('an operator', () => {
  it('reads in the metrics what was refused, by the limit and by nobody’s name', async () => {
    const { text } = await doors.ask('GET', '/metrics');
    expect(text).toMatch(/ampel_limited_total\{limit="apiKey"\} [1-9]/);
    expect(text).toMatch(/ampel_limited_total\{limit="tenant"\} [1-9]/);
  });
});
