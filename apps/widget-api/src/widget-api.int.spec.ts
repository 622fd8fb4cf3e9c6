import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import http from 'node:http';
import pg from 'pg';
import { readSettings } from '#config';
import { runService, type Service } from '#http-kit';
import { type Bus, connectBus } from '#messaging';
import { createLogger } from '#observability';
import { eventually, freshDatabase, type FreshDatabase, type OwnServer, startNats } from '#testing';
import { WidgetApiModule } from './widget-api.module.js';

const SHOP = 'https://shop.example';

describe('widget-api on a real Postgres and NATS', () => {
  let database: FreshDatabase;
  let nats: OwnServer;
  let admin: pg.Pool;
  let service: Service;
  let projector: Bus;
  let beacons: NodeJS.Timeout;
  const positions = Array.from({ length: 64 }, () => 0);

  beforeAll(async () => {
    [database, nats] = await Promise.all([freshDatabase(), startNats()]);
    admin = new pg.Pool({ connectionString: database.adminUrl, max: 1 });
    admin.on('error', () => undefined); // a failed run may end Postgres before this pool
    const secret = 's'.repeat(43);
    const env = { DATABASE_URL: database.serviceUrl, NATS_URL: nats.url, AMPEL_PORT: '0', AMPEL_TOKEN_SECRET: secret };
    const settings = readSettings(env);
    const logger = createLogger({ level: 'silent' });
    projector = connectBus({ natsUrl: nats.url }, logger);
    service = await runService({ roles: ['widget-api'], modules: [WidgetApiModule], settings, logger });
    beacons = setInterval(() => projector.publish('beacon', { at: Date.now(), positions }), 200);
    await addSite('KEY');
    await eventually(async () => (await fetch(`${service.url}/readyz`)).status === 200);
  });

  afterAll(async () => {
    clearInterval(beacons);
    await service?.close();
    await projector?.close();
    await admin?.end();
    await nats?.discard();
    await database?.drop();
  });

  async function addSite(key: string): Promise<void> {
    const state = JSON.stringify({ origins: [SHOP], timeZone: 'UTC' });
    await admin.query(`INSERT INTO read.site VALUES ('t1', $1, 3, $1, 1, $2, now(), false)`, [key, state]);
    await admin.query(`INSERT INTO read.box VALUES ('t1', $1, '', 'offline', now(), 1, NULL, NULL, false)`, [key]);
  }

  /** What the projector does: rows and checkpoint in one commit, then the message. */
  async function show(key: string, status: string, version: number, { told = true } = {}): Promise<void> {
    const from = positions[3] ?? 0;
    const to = from + 1;
    const { rows } = await admin.query<{ since: string }>(
      `WITH moved AS (UPDATE read.checkpoint SET position = $4 WHERE partition = 3)
       UPDATE read.box SET status = $2, version = $3, since = date_trunc('milliseconds', now())
       WHERE site_id = $1 AND group_id = '' RETURNING extract(epoch FROM since) * 1000 AS since`,
      [key, status, version, to],
    );
    const box = { tenantId: 't1', siteId: key, groupId: null, status, since: Number(rows[0]?.since), version, next: null, removed: false };
    positions[3] = to;
    if (told) projector.publish('box.3', { partition: 3, from, to, boxes: [box], sites: [] });
  }

  const statusOf = (key: string, query = '', headers: Record<string, string> = {}) =>
    fetch(`${service.url}/widget/v1/sites/${key}/status${query}`, { headers });
  const bodyOf = async (key: string, query = '') => (await (await statusOf(key, query)).json()) as Record<string, unknown>;

  it('answers with the payload of the contract and nothing else', async () => {
    const answer = await statusOf('KEY');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('max-age=0, must-revalidate, s-maxage=1');
    expect(answer.headers.get('vary')).toBe('Origin');
    expect(answer.headers.get('set-cookie')).toBeNull();
    expect(Object.keys((await answer.json()) as object)).toEqual(['status', 'since', 'version', 'next']);
  });

  it('answers the fast way as it does the slow way', async () => {
    for (const [fast, slow] of [
      ['', '?'],
      ['?group=x', '?group=x&utm_source=mail'],
      ['?visitor=v', '?visitor=v&_=1'],
    ] as const) {
      const [a, b] = [await statusOf('KEY', fast), await statusOf('KEY', slow)];
      const headers = (answer: Response) => [...answer.headers].filter(([name]) => name !== 'date');
      expect(headers(a)).toEqual(headers(b));
      expect(await a.text()).toBe(await b.text());
    }
  });

  it('answers 304 without a body to the ETag it gave, in any form', async () => {
    const etag = (await statusOf('KEY')).headers.get('etag') ?? '';
    for (const header of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const answer = await statusOf('KEY', '', { 'if-none-match': header });
      expect([answer.status, answer.headers.get('etag'), await answer.text()]).toEqual([304, etag, '']);
    }
    expect((await statusOf('KEY', '', { 'if-none-match': '"other"' })).status).toBe(200);
  });

  it('answers HEAD with the head alone', async () => {
    const answer = await fetch(`${service.url}/widget/v1/sites/KEY/status`, { method: 'HEAD' });
    expect([answer.status, await answer.text()]).toEqual([200, '']);
    expect(answer.headers.get('etag')).toBe((await statusOf('KEY')).headers.get('etag'));
  });

  it('lets in pages of the listed origins and no others', async () => {
    for (const path of ['status', 'stream']) {
      const ask = async (origin: string) => {
        const leave = new AbortController();
        const answer = await fetch(`${service.url}/widget/v1/sites/KEY/${path}`, { headers: { origin }, signal: leave.signal });
        leave.abort();
        return [answer.status, answer.headers.get('access-control-allow-origin'), answer.headers.get('vary')];
      };
      expect(await ask(SHOP)).toEqual([200, SHOP, 'Origin']);
      for (const other of ['null', 'https://evil.example', `${SHOP}.evil.example`]) expect(await ask(other)).toEqual([200, null, 'Origin']);
    }
  });

  it('answers preflights', async () => {
    for (const path of ['status', 'stream']) {
      const ask = (origin: string) =>
        fetch(`${service.url}/widget/v1/sites/KEY/${path}`, {
          method: 'OPTIONS',
          headers: { origin, 'access-control-request-method': 'GET' },
        });
      const allowed = await ask(SHOP);
      expect([allowed.status, allowed.headers.get('access-control-allow-origin')]).toEqual([204, SHOP]);
      expect(allowed.headers.get('access-control-allow-credentials')).toBeNull();
      expect((await ask('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
    }
  });

  it.each([
    ['nobody/status', 404, 'not-found'],
    ['nobody/stream', 404, 'not-found'],
    [`${'k'.repeat(150)}/status`, 404, 'not-found'],
    ['%00/status', 404, 'not-found'],
    ['%zz/status', 404, 'not-found'],
  ])('refuses %s with %i %s', async (path, status, code) => {
    const answer = await raw(`${service.url}/widget/v1/sites/${path}`);
    expect([answer.status, answer.type]).toEqual([status, 'application/problem+json; charset=utf-8']);
    expect(answer.body).toMatchObject({ status, code });
  });

  it.each([
    [`group=${'g'.repeat(500)}`, 'g'.repeat(100)],
    ['group=a%00b', 'a\ufffdb'],
    ['group=%0d%0aset-cookie:x', '\ufffd\ufffdset-cookie:x'],
    ['group=a&group=b', 'a,b'],
    [`group=${'g'.repeat(99)}%F0%9F%98%80`, `${'g'.repeat(99)}\ufffd`],
    [`visitor=${'v'.repeat(101)}`, undefined],
    ['visitor=%00&visitor=b', undefined],
    ['utm_source=%00&__proto__=x', undefined],
  ])('a malformed %s is no error page: the status of the site (behaviour D19)', async (query, id) => {
    const answer = await raw(`${service.url}/widget/v1/sites/KEY/status?${query}`);
    const { group, ...rest } = answer.body as { group?: object };
    expect([answer.status, rest]).toEqual([200, await bodyOf('KEY')]);
    expect(group).toEqual(id === undefined ? undefined : { id, found: false });
  });

  it('a malformed group is no error page on the stream either', async () => {
    const leave = new AbortController();
    const answer = await fetch(`${service.url}/widget/v1/sites/KEY/stream?group=%7f&visitor=%00`, { signal: leave.signal });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8']);
    leave.abort();
  });

  it('takes an empty group for none, and an unknown one for the site', async () => {
    expect(await bodyOf('KEY', '?group=')).not.toHaveProperty('group');
    expect(await bodyOf('KEY', '?group=%C3%BC')).toMatchObject({ group: { id: 'ü', found: false } });
  });

  it('streams a snapshot first and then every change, each with its version', async () => {
    await addSite('STREAM');
    const leave = new AbortController();
    const answer = await fetch(`${service.url}/widget/v1/sites/STREAM/stream`, { signal: leave.signal });
    expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    let text = '';
    void (async () => {
      for await (const bytes of answer.body as unknown as AsyncIterable<Uint8Array>) text += Buffer.from(bytes).toString();
    })().catch(() => undefined);
    await eventually(() => /^retry: \d+\n\nevent: status\nid: 1\ndata: \{"status":"offline"/.test(text));
    await show('STREAM', 'online', 2);
    await eventually(() => /\n\nevent: status\nid: 2\ndata: \{"status":"online",.*\}\n\n$/.test(text), { within: 5_000 });
    leave.abort();
  });

  it('finds out what it was not told, from the beacons', async () => {
    await addSite('UNTOLD');
    expect(await bodyOf('UNTOLD')).toMatchObject({ status: 'offline' });
    await show('UNTOLD', 'busy', 2, { told: false });
    await eventually(async () => expect(await bodyOf('UNTOLD')).toMatchObject({ status: 'busy', version: 2 }));
  });

  it('first asks Postgres when a reader has seen more than it knows itself', async () => {
    await addSite('AHEAD');
    await bodyOf('AHEAD');
    await show('AHEAD', 'busy', 2, { told: false });
    const leave = new AbortController();
    const answer = await fetch(`${service.url}/widget/v1/sites/AHEAD/stream`, { headers: { 'last-event-id': '2' }, signal: leave.signal });
    let text = '';
    void (async () => {
      for await (const bytes of answer.body as unknown as AsyncIterable<Uint8Array>) text += Buffer.from(bytes).toString();
    })().catch(() => undefined);
    await eventually(() => text.includes('event: status'));
    leave.abort();
    expect(/event: status\nid: (\d+)/.exec(text)?.[1]).toBe('2');
  });

  it('is right without NATS as well, only slower', async () => {
    await addSite('ALONE');
    expect(await bodyOf('ALONE')).toMatchObject({ status: 'offline' });
    await nats.kill();
    await admin.query('UPDATE read.beacon SET at = now()');
    await show('ALONE', 'online', 2);
    await eventually(async () => expect(await bodyOf('ALONE')).toMatchObject({ status: 'online', version: 2 }), { within: 20_000 });
    await nats.restart();
  });

  it('says stale while nothing is heard of the projector, and not any more when it is', async () => {
    clearInterval(beacons);
    await admin.query(`UPDATE read.beacon SET at = now() - interval '1 minute'`);
    await eventually(async () => expect(await bodyOf('KEY')).toMatchObject({ stale: true }), { within: 20_000 });
    beacons = setInterval(() => projector.publish('beacon', { at: Date.now(), positions }), 200);
    await eventually(async () => expect(await bodyOf('KEY')).not.toHaveProperty('stale'), { within: 20_000 });
  });
});

/** A request whose path goes out as written. */
function raw(url: string): Promise<{ status: number; type: string | undefined; body: unknown }> {
  const { origin } = new URL(url);
  return new Promise((resolve, reject) => {
    const request = http.get(origin, { path: url.slice(origin.length) }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => {
        const body: unknown = JSON.parse(String(Buffer.concat(parts)));
        resolve({ status: response.statusCode ?? 0, type: response.headers['content-type'], body });
      });
    });
    request.on('error', reject);
  });
}
