import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type DeclaredRoute, declaredRoutesOf, fill } from './declared-routes.fixture.js';
import { Doors, PLATFORM } from './doors.fixture.js';

const KIB = 1024;
let doors: Doors;
let routes: DeclaredRoute[];
let ids: Record<string, string>;
let session: string;

beforeAll(async () => {
  doors = await Doors.open({ env: { AMPEL_REQUEST_SECONDS: '4' } });
  const home = await doors.addTenant('sizes');
  ids = { ...(await home.furnish()), conversationId: 'a-conversation', id: 'a-conversation' };
  session = (await home.person('owner', 'boss')).accessToken;
  ({ routes } = await declaredRoutesOf(doors));
}, 60_000);
afterAll(() => doors?.close());

const LARGER = /\/agents\/import$/; // a list of 5,000 people: a limit of its own, looked at in its own spec
const withBody = () => routes.filter(({ body, path }) => body !== undefined && !LARGER.test(path));
const tokenFor = ({ grants }: DeclaredRoute) => (grants.includes('session') ? session : PLATFORM);

/** Sends text as it is over a socket and gives everything that comes until the server closes; `more` is written when the first is through. */
function speak(text: string, more: (write: (text: string) => void) => void = () => undefined): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = '';
    const socket = connect(doors.service.port, '127.0.0.1', () => {
      socket.write(text);
      more((rest) => socket.write(rest));
    });
    socket.setEncoding('utf8').on('data', (part: string) => (received += part));
    socket.on('close', () => resolve(received)).on('error', (error: NodeJS.ErrnoException) => (received === '' ? reject(error) : resolve(received)));
  });
}

const problemIn = (answer: string) => {
  expect(answer).toContain('application/problem+json');
  expect(answer).not.toMatch(/node_modules|\bat .*\.(js|ts):/);
  return [Number(answer.split(' ')[1]), (JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4)) as { code: string }).code];
};

describe('a body', () => {
  it('of 16 KiB is read by every route that takes one, one byte more by none', async () => {
    expect(withBody().length).toBeGreaterThan(20);
    for (const route of withBody()) {
      const ask = (size: number) => doors.ask(route.method, fill(route, ids), { token: tokenFor(route), raw: `{"x":"${'x'.repeat(size - 8)}"}` });
      const [fits, more] = [await ask(16 * KIB), await ask(16 * KIB + 1)];
      expect([route.name, fits.status, more.status, more.body.code]).toEqual([route.name, 422, 413, 'too-large']);
    }
  }, 60_000);

  it('counts by what comes, not by what is said of it: in chunks, and with a length that lies', async () => {
    const head = 'POST /agent/v1/sessions HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\n';
    const chunk = `1000\r\n${'x'.repeat(4 * KIB)}\r\n`;
    expect(problemIn(await speak(`${head}transfer-encoding: chunked\r\n\r\n${chunk.repeat(5)}0\r\n\r\n`))).toEqual([413, 'too-large']);
    expect(problemIn(await speak(`${head}content-length: 999999999\r\n\r\n{}`))).toEqual([413, 'too-large']);
    expect(problemIn(await speak(`${head}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`))[0]).toBe(400);
    expect(problemIn(await speak(`${head}content-length: 2\r\ncontent-length: 3\r\n\r\n{}`))[0]).toBe(400);
  });

  it('that is packed is not unpacked', async () => {
    const { status, body } = await doors.ask('POST', '/agent/v1/sessions', { raw: '{}', headers: { 'content-encoding': 'gzip', 'content-type': 'application/gzip' } });
    expect([status, body.code]).toEqual([422, 'unsupported-media-type']);
  });
});

describe('an address and headers', () => {
  const get = (url: string, headers = '') => speak(`GET ${url} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n${headers}\r\n`);

  it('of 8 KiB are read, longer ones are 414', async () => {
    const url = (length: number) => `/widget/v1/sites/${ids['siteKey']}/status?group=`.padEnd(length, 'g');
    expect(await get(url(8 * KIB))).toMatch(/^HTTP\/1\.1 200 /);
    expect(problemIn(await get(url(8 * KIB + 1)))).toEqual([414, 'url-too-long']);
  });

  it('a hundred headers are read, more are 431, and so are more than 16 KiB of them', async () => {
    const some = (count: number) => Array.from({ length: count }, (_, i) => `x-${i}: y\r\n`).join('');
    expect(await get('/healthz', some(98))).toMatch(/^HTTP\/1\.1 200 /);
    for (const count of [99, 1_500]) expect(problemIn(await get('/healthz', some(count)))).toEqual([431, 'headers-too-large']);
    expect(problemIn(await get('/healthz', `x: ${'y'.repeat(17 * KIB)}\r\n`))).toEqual([431, 'headers-too-large']);
  });

  it('on the hot paths too', async () => {
    const many = Array.from({ length: 120 }, (_, i) => `x-${i}: y\r\n`).join('');
    expect(problemIn(await get(`/widget/v1/sites/${ids['siteKey']}/status`, many))[0]).toBe(431);
  });
});

describe('what comes too slowly', () => {
  it('is given up, headers and bodies, and others are served meanwhile', async () => {
    const since = performance.now();
    const slowHead = speak('GET /healthz HTTP/1.1\r\nhost: x\r\n', (write) => write('x-more: y\r\n'));
    const slowBody = speak('POST /agent/v1/sessions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{', (write) => write('"tenant":'));
    expect((await fetch(`${doors.service.url}/healthz`)).status).toBe(200);
    expect(problemIn(await slowHead)).toEqual([408, 'request-timeout']);
    expect(problemIn(await slowBody)).toEqual([408, 'request-timeout']);
    expect(performance.now() - since).toBeLessThan(15_000);
  });
});
