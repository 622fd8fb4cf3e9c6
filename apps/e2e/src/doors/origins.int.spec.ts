import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import http from 'node:http';
import { Doors } from './doors.fixture.js';

const SHOP = 'https://shop.example';
const LOCAL = 'http://localhost:5173';
let doors: Doors;
let key: string;
/** A site that lists nothing. */
let closed: string;

beforeAll(async () => {
  doors = await Doors.open();
  const home = await doors.addTenant('origins');
  ({ siteKey: closed = '' } = await home.furnish());
  ({ key } = await home.addSite([SHOP, LOCAL]));
}, 60_000);
afterAll(() => doors?.close());

/** Over a socket, so that the hot path answers too; headers go out as written. */
function ask(method: string, path: string, headers: http.OutgoingHttpHeaders): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = http.request(doors.service.url, { method, path, headers }, (response) => {
      resolve(response);
      request.destroy();
    });
    request.on('error', reject).end();
  });
}

/** Who may answer for a site: the hot path, the framework (an escape in the query), the stream, a preflight. */
const WAYS: [way: string, method: string, path: (key: string) => string][] = [
  ['the status, by the hot path', 'GET', (site) => `/widget/v1/sites/${site}/status`],
  ['the status, by the framework', 'GET', (site) => `/widget/v1/sites/${site}/status?group=%41`],
  ['the stream', 'GET', (site) => `/widget/v1/sites/${site}/stream`],
  ['a preflight for the status', 'OPTIONS', (site) => `/widget/v1/sites/${site}/status`],
  ['a preflight for the stream', 'OPTIONS', (site) => `/widget/v1/sites/${site}/stream`],
];

const NOT_LISTED: [what: string, origin: string][] = [
  ['null', 'null'],
  ['empty', ''],
  ['a star', '*'],
  ['another', 'https://evil.example'],
  ['the listed one as a prefix', `${SHOP}.evil.example`],
  ['the listed one as a suffix', 'https://evilshop.example'],
  ['a subdomain', 'https://www.shop.example'],
  ['its parent', 'https://example'],
  ['a user before it', 'https://shop.example@evil.example'],
  ['a port', `${SHOP}:8443`],
  ['the default port said', `${SHOP}:443`],
  ['without its port', 'http://localhost'],
  ['another port', 'http://localhost:5174'],
  ['another scheme', 'http://shop.example'],
  ['a scheme of an app', 'capacitor://shop.example'],
  ['other case', 'https://SHOP.example'],
  ['other case of the scheme', 'HTTPS://shop.example'],
  ['a trailing dot', `${SHOP}.`],
  ['a trailing slash', `${SHOP}/`],
  ['a path', `${SHOP}/index.html`],
  ['a query', `${SHOP}?x`],
  ['a blank behind a dot', `${SHOP}%20`],
  ['two at once', `${SHOP} ${LOCAL}`],
  ['two with a comma', `${SHOP}, ${LOCAL}`],
  ['a file', 'file://'],
  ['look-alike letters', 'https://xn--shp-6cd.example'],
  ['__proto__', '__proto__'],
];

describe.each(WAYS)('%s', (_way, method, path) => {
  it.each([SHOP, LOCAL])('is for pages of %s, which is listed', async (origin) => {
    const { headers, statusCode } = await ask(method, path(key), { origin });
    expect([statusCode, headers['access-control-allow-origin']]).toEqual([method === 'OPTIONS' ? 204 : 200, origin]);
    expectTidy(headers);
  });

  it('is for nobody on a site that lists nothing', async () => {
    const { headers } = await ask(method, path(closed), { origin: SHOP });
    expect(headers['access-control-allow-origin']).toBeUndefined();
    expectTidy(headers);
  });

  it('without an origin names none, and caches are told that it matters', async () => {
    const { headers } = await ask(method, path(key), {});
    expect(headers['access-control-allow-origin']).toBeUndefined();
    expectTidy(headers);
  });

  it('is for no page of an origin that is nearly listed, and repeats none', async () => {
    for (const [what, origin] of NOT_LISTED) {
      const { headers } = await ask(method, path(key), { origin });
      expect({ what, allowed: headers['access-control-allow-origin'] }).toEqual({ what, allowed: undefined });
      const told = Object.entries(headers).filter(([, value]) => origin.length > 4 && String(value).includes(origin));
      expect({ what, told }).toEqual({ what, told: [] });
      expect(headers['access-control-allow-methods']).toBeUndefined();
      expectTidy(headers);
    }
  });

  it('tells a page nothing of a site that does not exist', async () => {
    const { headers, statusCode } = await ask(method, path('never-was'), { origin: SHOP });
    expect([statusCode, headers['access-control-allow-origin'], headers['set-cookie']]).toEqual([404, undefined, undefined]);
  });
});

describe('the other doors', () => {
  it.each(['/agent/v1/status', '/agent/v1/sessions', '/admin/v1/tenants', '/healthz', '/metrics', '/openapi.json'])('%s are for no page of another origin', async (path) => {
    for (const method of ['GET', 'OPTIONS']) {
      const { headers } = await ask(method, path, { origin: SHOP, 'access-control-request-method': 'POST' });
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
      expect(headers['set-cookie']).toBeUndefined();
    }
  });
});

/** No cookies, no credentials, never a star, and `Vary` so that no cache gives one page's permission to another. */
function expectTidy(headers: http.IncomingHttpHeaders): void {
  expect(headers['set-cookie']).toBeUndefined();
  expect(headers['access-control-allow-credentials']).toBeUndefined();
  expect(headers['access-control-allow-origin']).not.toBe('*');
  expect((headers.vary ?? '').toLowerCase().split(/, */)).toContain('origin');
}
