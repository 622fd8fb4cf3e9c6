import { get } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createLogger } from '#observability';
import { type FreshDatabase, freshDatabase, natsUrl } from '#testing';
import { runService, type Service } from './index.js';
import { OrdersModule, orderSettings } from './orders-service.spec.js';

const logger = createLogger({ level: 'silent' });
const ADMIN = 'https://admin.example';
const DASHBOARD = 'https://agents.example';
let database: FreshDatabase;
let service: Service;
let elsewhere: Service;

const start = (roles: ('agent-api' | 'widget-api')[], more = {}) =>
  runService({ roles, modules: [OrdersModule], logger, settings: { ...orderSettings({ databaseUrl: database.serviceUrl, natsUrl: natsUrl() }), ...more } });

beforeAll(async () => {
  database = await freshDatabase();
  service = await start(['agent-api', 'widget-api']);
  elsewhere = await start(['agent-api'], { production: true, adminUrl: ADMIN, dashboardUrl: DASHBOARD });
});
afterAll(async () => {
  await Promise.all([service.close(), elsewhere.close()]);
  await database.drop();
});

interface Seen {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly bytes: Buffer;
}

/** As the browser's own network code gets it: nothing is unpacked. */
function raw(path: string, headers: Record<string, string> = {}, origin = service.url): Promise<Seen> {
  return new Promise((resolve, reject) => {
    get(new URL(path, origin), { headers }, (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, bytes: Buffer.concat(parts) }));
    }).on('error', reject);
  });
}

const scriptOf = async (page: string): Promise<string> => /src="([^"]+\.js)"/.exec((await raw(page)).bytes.toString())?.[1] ?? '';

describe('the pages that a process serves', () => {
  it.each(['/dashboard/', '/demo/'])('%s: a page that may run its own scripts only, and is framed by nobody else', async (page) => {
    const { status, headers } = await raw(page);
    expect([status, headers['content-type'], headers['cache-control']]).toEqual([200, 'text/html; charset=utf-8', 'no-cache']);
    expect(headers['x-content-type-options']).toBe('nosniff');
    const policy = String(headers['content-security-policy']);
    expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self'; /);
    expect(policy).toContain("frame-ancestors 'self'");
    expect(policy).not.toContain('unsafe');
  });

  it('without the last slash the page is one step away', async () => {
    const { status, headers } = await raw('/dashboard');
    expect([status, headers['location']]).toEqual([308, '/dashboard/']);
  });

  it('files with the hash of their content in the name are kept for ever, and are not compressed anew', async () => {
    const script = await scriptOf('/dashboard/');
    const plain = await raw(script);
    expect([plain.status, plain.headers['cache-control']]).toEqual([200, 'public, max-age=31536000, immutable']);
    const zipped = await raw(script, { 'accept-encoding': 'gzip' });
    expect(zipped.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(zipped.bytes).equals(plain.bytes)).toBe(true);
    expect((await raw(script, { 'accept-encoding': 'gzip, br' })).headers['content-encoding']).toBe('br');
    expect((await raw(script, { 'accept-encoding': 'br;q=0, gzip' })).headers['content-encoding']).toBe('gzip');
  });

  it('a page that has not changed is not sent again', async () => {
    const first = await raw('/dashboard/');
    const again = await raw('/dashboard/', { 'if-none-match': String(first.headers['etag']) });
    expect([again.status, again.bytes.length]).toEqual([304, 0]);
  });

  it.each(['widget.js', 'smartsupp.js'])('%s may stand on any page, also with a checksum or on an isolated one', async (name) => {
    const { status, headers } = await raw(`/widget/v1/${name}`);
    expect([status, headers['content-type']]).toEqual([200, 'text/javascript; charset=utf-8']);
    expect([headers['access-control-allow-origin'], headers['cross-origin-resource-policy']]).toEqual(['*', 'cross-origin']);
    expect(headers['cache-control']).toMatch(/^public, max-age=300/);
  });

  it.each(['/dashboard/nothing.js', '/dashboard/assets/../../settings.ts', '/dashboard/.stamp'])('%s: nothing is there', async (path) => {
    expect((await raw(path)).status).toBe(404);
  });

  it('are told where the other doors are, and may call only those', async () => {
    expect(JSON.parse((await raw('/dashboard/settings.json')).bytes.toString())).toEqual({ adminUrl: '', widgetUrl: '' });
    const told = await raw('/dashboard/settings.json', {}, elsewhere.url);
    expect(JSON.parse(told.bytes.toString())).toEqual({ adminUrl: ADMIN, widgetUrl: '' });
    const { headers } = await raw('/dashboard/', {}, elsewhere.url);
    expect(headers['content-security-policy']).toContain(`connect-src 'self' ${ADMIN};`);
  });

  it('in production there is no demo shop, and each role serves its own', async () => {
    for (const path of ['/demo/', '/demo/demo.json']) expect((await raw(path, {}, elsewhere.url)).status).toBe(404);
    expect((await raw('/widget/v1/widget.js', {}, elsewhere.url)).status).toBe(404);
  });
});

describe('a dashboard of another origin', () => {
  const ask = (origin: string, method: string, at = elsewhere) => fetch(`${at.url}/admin/v1/tenants`, { method, headers: { origin } });
  const allowed = (answer: Response) => answer.headers.get('access-control-allow-origin');

  it('may ask the admin API, and reads also its refusals', async () => {
    const preflight = await ask(DASHBOARD, 'OPTIONS');
    expect([preflight.status, allowed(preflight)]).toEqual([204, DASHBOARD]);
    expect(preflight.headers.get('access-control-allow-headers')).toContain('authorization');
    expect(allowed(await ask(DASHBOARD, 'GET'))).toBe(DASHBOARD);
  });

  it.each([['https://agents.example.evil.example'], ['null'], ['http://agents.example']])('%s may not', async (origin) => {
    expect([allowed(await ask(origin, 'OPTIONS')), allowed(await ask(origin, 'GET'))]).toEqual([null, null]);
  });

  it('nobody may where no such origin is set', async () => {
    expect(allowed(await ask(DASHBOARD, 'OPTIONS', service))).toBeNull();
  });
});
