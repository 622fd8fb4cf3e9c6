import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createLogger } from '#observability';
import { eventually, type FreshDatabase, freshDatabase, natsUrl } from '#testing';
import { AccessTokens, runService, type Service } from './index.js';
import { ForgottenModule, OrdersModule, orderSettings, slowly } from './orders-service.spec.js';

const logger = createLogger({ level: 'silent' });
const admin = { authorization: 'Bearer insecure-admin-token' };
let database: FreshDatabase;
let service: Service;

const start = (databaseUrl = database.serviceUrl, modules = [OrdersModule], settings = {}) =>
  runService({ roles: ['agent-api'], modules, logger, settings: { ...orderSettings({ databaseUrl, natsUrl: natsUrl() }), ...settings } });

beforeAll(async () => {
  database = await freshDatabase();
  service = await start();
});
afterAll(async () => {
  await service.close();
  await database.drop();
});

interface Seen {
  status: number;
  headers: Record<string, string>;
  body: Record<string, unknown>;
}

async function call(path: string, init?: RequestInit): Promise<Seen> {
  const response = await fetch(service.url + path, init);
  const text = await response.text();
  const body = text.startsWith('{') ? (JSON.parse(text) as Seen['body']) : { text };
  return { status: response.status, headers: Object.fromEntries(response.headers), body };
}

const post = (body: string | Uint8Array, more: Record<string, string> = {}) => {
  const headers = { 'content-type': 'application/json', ...admin, ...more };
  return call('/orders/1', { method: 'POST', body: body as RequestInit['body'] & {}, headers });
};

const pointers = ({ body }: Seen) => (body['errors'] as { pointer: string }[] | undefined)?.map(({ pointer }) => pointer);

describe('bodies', () => {
  it('a good one reaches the slice, with the caller and the ids of the command', async () => {
    const seen = await post('{"name":"x"}', { 'idempotency-key': 'k1' });
    expect(seen).toMatchObject({ status: 201, body: { name: 'x', id: '1', caller: { kind: 'platform' } } });
    const hash = expect.stringMatching(/^[0-9a-f]{64}$/);
    expect(seen.body['key']).toEqual({ commandId: hash, requestHash: hash });
  });

  it('every fault is told at once, with its place', async () => {
    const seen = await post('{"name":"","amount":1.5,"more":1,"device":{"kind":"z","more":2}}');
    expect([seen.status, seen.body['code']]).toEqual([422, 'invalid-body']);
    expect(pointers(seen)?.sort()).toEqual(['/amount', '/device/kind', '/device/more', '/more', '/name']);
  });

  it.each<[string, string | Uint8Array, Record<string, string>, number, string]>([
    ['half of JSON', '{"name"', {}, 400, 'unreadable-json'],
    ['NaN', '{"name":"x","amount":NaN}', {}, 400, 'unreadable-json'],
    ['invalid UTF-8', new Uint8Array([0x22, 0xff, 0x22]), {}, 400, 'unreadable-json'],
    ['nothing', '', {}, 422, 'invalid-body'],
    ['a number without end', '{"name":"x","amount":1e999}', {}, 422, 'invalid-body'],
    ['a number of 400 digits', `{"name":"x","amount":${'9'.repeat(400)}}`, {}, 422, 'invalid-body'],
    ['nesting without end', '['.repeat(8000) + ']'.repeat(8000), {}, 422, 'invalid-body'],
    ['__proto__', '{"name":"x","__proto__":{"amount":1}}', {}, 422, 'invalid-body'],
    ['constructor', '{"name":"x","constructor":{"prototype":{}}}', {}, 422, 'invalid-body'],
    ['a NUL', '{"name":"\\u0000"}', {}, 422, 'invalid-body'],
    ['half a surrogate pair', '{"name":"\\ud800"}', {}, 422, 'invalid-body'],
    ['more than 16 KiB', `{"name":"${'x'.repeat(16 * 1024)}"}`, {}, 413, 'too-large'],
    ['plain text', '{"name":"x"}', { 'content-type': 'text/plain' }, 422, 'unsupported-media-type'],
    ['XML', '<x/>', { 'content-type': 'application/xml' }, 422, 'unsupported-media-type'],
    ['a media type that is none', '{}', { 'content-type': ';;;' }, 422, 'unsupported-media-type'],
    ['a key with a blank', '{"name":"x"}', { 'idempotency-key': 'a b' }, 422, 'invalid-header'],
    ['no token', '{"name":"x"}', { authorization: '' }, 401, 'unauthenticated'],
    ['headers without end', '{"name":"x"}', { 'x-more': 'y'.repeat(20_000) }, 431, 'headers-too-large'],
  ])('%s is a problem and no fault of ours', async (_what, body, headers, status, code) => {
    const seen = await post(body, headers);
    expect(seen).toMatchObject({ status, body: { type: 'about:blank', status, code } });
    expect(seen.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(JSON.stringify(seen.body)).not.toMatch(/node_modules|\.ts|at .*\(/);
  });

  it('a body that nobody asked for is looked through as well', async () => {
    const headers = { 'content-type': 'application/json', 'idempotency-key': 'k', ...admin };
    const bottomless = '['.repeat(8000) + ']'.repeat(8000);
    expect(await call('/orders/1', { method: 'DELETE', headers, body: bottomless })).toMatchObject({ status: 422 });
    expect(await call('/orders/1', { method: 'DELETE', headers })).toMatchObject({ status: 204 });
  });

  it('16 KiB exactly are read', async () => {
    const rest = '{"name":"x"}';
    expect((await post(rest + ' '.repeat(16 * 1024 - rest.length))).status).toBe(201);
  });

  it('what is not HTTP gets a problem as well', async () => {
    const text = await new Promise<string>((resolve, reject) => {
      let received = '';
      const socket = connect(service.port, '127.0.0.1', () => socket.write('NONSENSE\r\n\r\n'));
      socket.on('data', (bytes) => (received += bytes.toString())).on('end', () => resolve(received)).on('error', reject);
    });
    expect(text).toMatch(/^HTTP\/1\.1 400 /);
    expect(text).toContain('application/problem+json');
  });
});

describe('paths and queries', () => {
  it.each([
    ['/orders', { limit: 100 }],
    ['/orders?limit=500', { limit: 500 }],
    ['/orders?limit=1&cursor=abc', { limit: 1, cursor: 'abc' }],
  ])('%s is a list', async (path, body) => {
    expect(await call(path)).toMatchObject({ status: 200, body });
  });

  it.each([
    ['limit=0', '?limit'], ['limit=501', '?limit'], ['limit=1e2', '?limit'], ['limit=-1', '?limit'],
    ['limit=', '?limit'], ['limit=1.0', '?limit'], ['limit=1&limit=2', '?limit'],
    ['more=1', '?more'], ['__proto__=1', '?__proto__'], ['cursor=%00', '?cursor'], ['cursor=', '?cursor'],
  ])('?%s is refused with its name', async (query, pointer) => {
    const seen = await call(`/orders?${query}`);
    expect([seen.status, seen.body['code'], pointers(seen)]).toEqual([422, 'invalid-query', [pointer]]);
  });

  const of = '/orders/of';
  const ids = ['%00', '%ed%a0%80', 'a'.repeat(300)].map((id) => `${of}/${id}`);
  const nowhere = ['/nowhere', '/orders/', '//orders', '/%', '/%ff', '/docs/nope', ...ids];
  it.each(nowhere)('GET %s: there is nothing', async (path) => {
    const seen = await call(path, { headers: admin });
    expect(seen).toMatchObject({ status: 404, body: { code: 'not-found' } });
    expect(seen.headers['content-type']).toBe('application/problem+json; charset=utf-8');
  });

  it('/ says what is where: as JSON, and as a page to a browser', async () => {
    const { status, body } = await call('/');
    expect([status, body['docs'], body['openapi'], body['apis']]).toEqual([200, '/docs', '/openapi.json', { 'agent-api': '/agent/v1' }]);
    const page = await call('/', { headers: { accept: 'text/html,*/*;q=0.8' } });
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(page.headers['vary']).toBe('accept');
    expect(page.body['text']).toMatch(/<meta name="viewport"[\s\S]*<a href="\/docs">/);
    for (const [, path = ''] of String(page.body['text']).matchAll(/href="([^"]+)"/g)) expect((await call(path)).status).toBe(200);
  });

  it('a path that is nobody\'s says where to look; it repeats nothing of what was asked', async () => {
    const { body } = await call('/nowhere/%3Cscript%3E');
    expect(body['detail']).toBe('There is no such address here: GET / tells what is where.');
  });

  it('a known path with another method is 405, OPTIONS tells the methods, HEAD is GET without its body', async () => {
    const headers = { allow: 'GET, HEAD, OPTIONS' };
    expect(await call('/orders', { method: 'DELETE' })).toMatchObject({ status: 405, headers, body: { code: 'method-not-allowed' } });
    expect(await call('/orders', { method: 'OPTIONS' })).toMatchObject({ status: 204, headers });
    expect(await call('/nowhere', { method: 'OPTIONS' })).toMatchObject({ status: 404 });
    expect(await call('/orders', { method: 'HEAD' })).toMatchObject({ status: 200, body: { text: '' } });
  });
});

describe('answers', () => {
  it('carry headers that make a browser take them as data', async () => {
    for (const path of ['/orders', '/nowhere', '/%']) {
      expect((await call(path)).headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      });
    }
  });

  it('a version that the client has is 304', async () => {
    const { headers } = await call('/orders/versioned');
    const known = { 'if-none-match': `"x", ${headers['etag']}` };
    expect(await call('/orders/versioned', { headers: known })).toMatchObject({ status: 304, body: { text: '' } });
    expect((await call('/orders/versioned', { headers: { 'if-none-match': '"x"' } })).status).toBe(200);
  });

  it('a fault of ours tells nothing of itself', async () => {
    const seen = await call('/orders/broken');
    expect(seen).toMatchObject({ status: 500, body: { code: 'internal' } });
    expect(JSON.stringify(seen)).not.toMatch(/secret|Error/);
  });

  it('a refusal carries what the client needs', async () => {
    expect(await call('/orders/refused')).toMatchObject({ status: 409, body: { code: 'conflict', state: { version: 6 } } });
  });
});

describe('who may use a route', () => {
  const personOf = (role: 'manager' | 'agent', tenantId = 't1') => {
    const tokens = new AccessTokens('insecure token secret of the specs', { now: () => Date.now() });
    return tokens.issue({ kind: 'agent', agentId: 'A', sessionId: 's', tenantId, partition: 1, role });
  };
  const as = async (token: string, path: string) => call(path, { headers: { authorization: `Bearer ${token}` } });

  it('the role that is named, and no other', async () => {
    expect((await as(personOf('manager'), '/orders/managers')).status).toBe(200);
    expect(await as(personOf('agent'), '/orders/managers')).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    expect((await as('insecure-admin-token', '/orders/managers')).status).toBe(403);
    expect(await as('nobody', '/orders/managers')).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Bearer' } });
  });

  it("another tenant's path is not there, whatever the role", async () => {
    expect((await as(personOf('manager'), '/orders/of/t1')).status).toBe(200);
    for (const role of ['manager', 'agent'] as const) {
      const seen = await as(personOf(role), '/orders/of/t2');
      expect(seen).toMatchObject({ status: 404, body: { code: 'not-found', detail: expect.stringContaining('with this id that you may see') } });
      expect(seen.body).toEqual((await as(personOf(role), '/orders/of/never')).body);
    }
    expect((await as('insecure-admin-token', '/orders/of/t2')).status).toBe(200);
  });

  it('a route that does not say so ends the start', async () => {
    await expect(start(database.serviceUrl, [ForgottenModule])).rejects.toThrow('@Allow): ForgottenController.read');
  });
});

describe('a service', () => {
  it('is alive, ready, and tells its metrics', async () => {
    expect(await call('/healthz')).toMatchObject({ status: 200 });
    expect(await call('/readyz')).toMatchObject({ status: 200 });
    await call('/orders');
    const { body, headers } = await call('/metrics');
    expect(headers['content-type']).toMatch(/^text\/plain/);
    expect(body['text']).toContain('ampel_http_request_duration_seconds_count{method="GET",route="/orders",status="200"}');
  });

  it('describes itself by the schemas it validates with, and its docs need nobody else', async () => {
    const { body } = await call('/openapi.json');
    expect(body).toMatchObject({
      openapi: '3.1.0',
      paths: {
        '/orders/{id}': {
          post: {
            'x-allowed': ['platform'],
            requestBody: { content: { 'application/json': { schema: { required: ['name'], additionalProperties: false } } } },
            responses: {
              201: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Order' } } } },
              409: { content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } },
            },
          },
        },
        '/orders': { get: { security: [] } },
      },
    });
    const codesOf = (path: string, method: string) => {
      const { paths } = body as { paths: Record<string, Record<string, { responses: Record<string, { description: string; content?: object }> }>> };
      return Object.entries(paths[path]?.[method]?.responses ?? {}).filter(([status]) => Number(status) >= 400);
    };
    expect(codesOf('/orders/{id}', 'post').map(([status, { description }]) => `${status} ${description}`)).toEqual([
      '400 unreadable-json',
      '401 unauthenticated',
      '403 forbidden',
      '409 conflict',
      '413 too-large',
      '422 invalid-body, unsupported-media-type, invalid-header, idempotency-key-reused',
      '429 too-many-requests',
      '503 store-unavailable, shutting-down',
    ]);
    expect(codesOf('/orders', 'get').map(([status]) => status)).toEqual(['422', '429', '503']);
    expect(codesOf('/orders/of/{tenantId}', 'get').map(([status]) => status)).toEqual(['401', '403', '404', '429', '503']);
    for (const [, { content }] of codesOf('/orders/{id}', 'post')) expect(Object.keys(content ?? {})).toEqual(['application/problem+json']);
    expect((await call('/asyncapi.json')).body).toHaveProperty('asyncapi');
    const docs = await call('/docs');
    const page = String(docs.body['text']);
    expect(docs.headers['content-security-policy']).not.toContain('unsafe');
    expect(page).toContain('<meta name="viewport" content="width=device-width, initial-scale=1"');
    expect(page).not.toMatch(/https?:\/\/(?!www\.w3\.org)/);
    for (const [, file] of page.matchAll(/(?:src|href)="\.\/docs\/([^"]+)"/g)) expect((await call(`/docs/${file}`)).status).toBe(200);
  });

  it('a stop lets requests under way finish, ends streams, and lets go of everything', async () => {
    const other = await start();
    let finish: () => void = () => undefined;
    slowly.until = new Promise((resolve) => (finish = resolve));
    const began = new Promise<void>((resolve) => (slowly.began = resolve));
    const slow = fetch(`${other.url}/orders/slow`);
    await began;
    const stream = await fetch(`${other.url}/orders/stream`);
    const at = performance.now();
    const closing = other.close();
    expect(await stream.text()).toMatch(/^event: state\nid: 7\ndata: {"a":1}\n\nretry: \d+\n\n$/);
    finish();
    expect(await (await slow).json()).toEqual({ done: true });
    await closing;
    expect(performance.now() - at).toBeLessThan(2000);
    await expect(fetch(`${other.url}/healthz`)).rejects.toThrow();
  });

  it('a stop drains first: not ready any more, still answering, and every answer lets its connection go', async () => {
    const other = await start(database.serviceUrl, [OrdersModule], { drainSeconds: 1 });
    const before = await fetch(`${other.url}/orders`);
    const at = performance.now();
    const closing = other.close();
    const [ready, after] = [await fetch(`${other.url}/readyz`), await fetch(`${other.url}/orders`)];
    expect([ready.status, await ready.json()]).toMatchObject([503, { reasons: [{ name: 'process', reason: 'the process is stopping' }] }]);
    expect([before.headers.get('connection'), after.headers.get('connection'), after.status]).toEqual(['keep-alive', 'close', 200]);
    await closing;
    expect(performance.now() - at).toBeGreaterThan(990);
    await expect(fetch(`${other.url}/healthz`)).rejects.toThrow();
  });

  it('a stop does not wait for ever for a request that does not end', async () => {
    const other = await start();
    slowly.until = new Promise(() => undefined);
    const began = new Promise<void>((resolve) => (slowly.began = resolve));
    const slow = fetch(`${other.url}/orders/slow`).catch(() => 'cut');
    await began;
    const at = performance.now();
    await other.close();
    expect(await slow).toBe('cut');
    expect(performance.now() - at).toBeLessThan(8000);
  });

  it('refuses to start as a role that sees every tenant, on a port in use, and without its servers', async () => {
    await expect(start(database.adminUrl)).rejects.toThrow(/every tenant/);
    await expect(start(database.serviceUrl, [OrdersModule], { port: service.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    const bare = { databaseUrl: undefined, natsUrl: undefined, tokenSecret: undefined };
    await expect(start('', [OrdersModule], bare)).rejects.toThrow(/DATABASE_URL[\s\S]*NATS_URL[\s\S]*AMPEL_TOKEN_SECRET/);
  });

  it('waits for a Postgres that is away: it answers, but is not ready', async () => {
    const other = await start('postgres://ampel:x@127.0.0.1:9/none');
    try {
      const response = await fetch(`${other.url}/readyz`);
      expect([response.status, await response.json()]).toMatchObject([503, { reasons: [{ role: 'agent-api', name: 'postgres' }] }]);
      await eventually(async () => (await fetch(`${other.url}/healthz`)).status === 200);
    } finally {
      await other.close();
    }
  });
});
