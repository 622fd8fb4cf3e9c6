import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, type OwnServer, startNats } from '#testing';
import { Doors } from './doors.fixture.js';

const SHOP = 'https://shop.example';
const OTHER = 'https://evil.example';
let nats: OwnServer;
let doors: Doors;
let key: string;

beforeAll(async () => {
  nats = await startNats(); // a bus of its own, which this spec ends
  doors = await Doors.open({ env: { NATS_URL: nats.url, AMPEL_REQUEST_SECONDS: '1', AMPEL_LIMIT_WIDGET_READS: '25' } });
  const home = await doors.addTenant('refusals');
  ({ key } = await home.addSite([SHOP]));
  await eventually(() => doors.did('GET', `/widget/v1/sites/${key}/status`));
}, 60_000);
afterAll(async () => {
  await doors?.close();
  await nats?.discard();
});

const site = (path: string): string => `/widget/v1/sites/${key}/${path}`;
const MESSAGE = { visitor: 'v1', text: 'Hello', email: 'visitor@example.com' };
const EXPOSED = { 'access-control-allow-origin': SHOP, 'access-control-expose-headers': 'Date, ETag, Retry-After' };
const corsOf = (headers: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('access-control-')));

/** Over a socket: some refusals are given before the framework. */
async function overSocket(method: string, path: string, sent: Sent, origin: string) {
  const payload = sent?.raw ?? (sent?.body === undefined ? undefined : JSON.stringify(sent.body));
  const headers = { origin, ...(payload === undefined ? {} : { 'content-type': 'application/json' }), ...sent?.headers };
  const answer = await fetch(doors.service.url + path, { method, headers, ...(payload === undefined ? {} : { body: payload as string }) });
  return { status: answer.status, headers: Object.fromEntries(answer.headers), code: ((await answer.json()) as { code: string }).code };
}

type Sent = Parameters<Doors['ask']>[2];
/** Everything that can be refused to a page: by the route, before it, and instead of it. */
const REFUSALS: [what: string, status: number, code: string, method: string, path: string, sent: Sent][] = [
  ['an address that is none', 404, 'not-found', 'GET', 'nothing', {}],
  ['another method', 405, 'method-not-allowed', 'DELETE', 'status', {}],
  ['a message that is no JSON', 400, 'unreadable-json', 'POST', 'conversations/c1/messages', { raw: '{"text"' }],
  ['a message of another type', 422, 'unsupported-media-type', 'POST', 'conversations/c1/messages', { raw: '<x/>', headers: { 'content-type': 'text/xml' } }],
  ['a message without a text', 422, 'invalid-body', 'POST', 'conversations/c1/messages', { body: { visitor: 'v1' } }],
  ['a message that is too long', 413, 'too-large', 'POST', 'conversations/c1/messages', { body: { ...MESSAGE, text: 'x'.repeat(20_000) } }],
  ['a message without an address', 422, 'email-required', 'POST', 'conversations/c1/messages', { body: { visitor: 'v1', text: 'Hello' } }],
  ['an address line that is too long', 414, 'url-too-long', 'GET', `status?group=${'x'.repeat(9_000)}`, {}],
];

describe('what a page may read of an answer', () => {
  it.each(['status', 'status?group=%41'])('%s: its ETag, and 304 with it', async (path) => {
    const answer = await eventually(async () => {
      const got = await fetch(doors.service.url + site(path), { headers: { origin: SHOP } });
      if (got.status !== 200) throw new Error(`answered with ${got.status}`);
      return got;
    }, { within: 20_000 });
    expect(corsOf(Object.fromEntries(answer.headers))).toEqual(EXPOSED);
    const again = await fetch(doors.service.url + site(path), { headers: { origin: SHOP, 'if-none-match': answer.headers.get('etag') ?? '' } });
    expect([again.status, corsOf(Object.fromEntries(again.headers))]).toEqual([304, EXPOSED]);
  }, 30_000);
});

describe('what a page may read of a refusal', () => {
  it.each(REFUSALS)('%s: %i', async (_what, status, code, method, path, sent) => {
    const of = (origin: string) => overSocket(method, site(path), sent, origin);
    const [own, other] = [await of(SHOP), await of(OTHER)];
    expect([own.status, own.code, corsOf(own.headers)]).toEqual([status, code, EXPOSED]);
    expect(String(own.headers['vary']).toLowerCase()).toContain('origin');
    expect([other.status, corsOf(other.headers)]).toEqual([status, {}]);
  });

  it('a request that did not arrive in time: 408', async () => {
    const { hostname, port } = new URL(doors.service.url);
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(port), hostname, () => {
        const head = [`POST ${site('conversations/c1/messages')} HTTP/1.1`, 'host: x', `origin: ${SHOP}`, 'content-type: application/json', 'content-length: 50'];
        socket.write(`${head.join('\r\n')}\r\n\r\n{"text"`);
      });
      let text = '';
      socket.on('data', (bytes) => (text += bytes.toString()));
      socket.on('error', reject).on('end', () => resolve(text));
    });
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(answer.toLowerCase()).toContain(`access-control-allow-origin: ${SHOP}`);
  }, 30_000);

  it('too many questions: 429, with the seconds to wait; a page of another origin reads nothing, a site that is not there tells nothing', async () => {
    const ask = (origin: string, path = site('status?group=%41')) => doors.ask('GET', path, { headers: { origin } });
    const refused = await eventually(async () => {
      const answers = await Promise.all(Array.from({ length: 100 }, () => ask(SHOP)));
      const found = answers.find(({ status }) => status === 429);
      if (!found) throw new Error('nobody was refused');
      return found;
    });
    expect([corsOf(refused.headers), refused.headers['retry-after']]).toEqual([EXPOSED, expect.stringMatching(/^[1-9]\d*$/)]);
    const others = await eventually(async () => {
      const answers = await Promise.all([OTHER, 'null'].flatMap((origin) => Array.from({ length: 50 }, () => ask(origin))));
      const found = answers.filter(({ status }) => status === 429);
      expect(found.length).toBeGreaterThan(0);
      return found;
    });
    for (const { headers } of others) expect(corsOf(headers)).toEqual({});
    const unknown = await eventually(async () => {
      const answers = await Promise.all(Array.from({ length: 100 }, () => ask(SHOP, '/widget/v1/sites/never-was/status?group=%41')));
      const found = answers.find(({ status }) => status === 429);
      if (!found) throw new Error('nobody was refused');
      return found;
    });
    expect(corsOf(unknown.headers)).toEqual({});
  });

  it('a message that nobody can take at the moment: 503, with the second to wait', async () => {
    await nats.stop();
    const own = await eventually(async () => {
      const answer = await doors.ask('POST', site('conversations/c1/messages'), { body: MESSAGE, headers: { origin: SHOP } });
      if (answer.status !== 503) throw new Error(`answered with ${answer.status}`);
      return answer;
    });
    expect([own.body.code, corsOf(own.headers), own.headers['retry-after']]).toEqual(['store-unavailable', EXPOSED, '1']);
  }, 30_000);
});
