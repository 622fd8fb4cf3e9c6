import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import http from 'node:http';
import type { SiteView } from '#contract';
import { sharedAmpel } from '#testing';
import { Tenant } from './client/index.js';

const SHOP = 'https://shop.example';

describe("the widget's door", () => {
  const place = sharedAmpel();
  let tenant: Tenant;
  let site: SiteView;

  beforeAll(async () => {
    tenant = await Tenant.add(place);
    site = await tenant.addSite([SHOP, 'http://localhost:5173']);
  });
  afterAll(() => tenant.close());

  const at = (path: string) => path.replace('KEY', site.key);

  it.each([
    ['GET', '/widget/v1/sites/KEY/status/', 404, 'not-found'],
    ['GET', '/widget/v1/sites/KEY/', 404, 'not-found'],
    ['GET', '/widget/v1/sites//status', 404, 'not-found'],
    ['GET', '/widget/v1/sites/unknown/status', 404, 'not-found'],
    ['GET', '/widget/v1/sites/unknown/stream', 404, 'not-found'],
    ['GET', `/widget/v1/sites/${'k'.repeat(3_000)}/status`, 404, 'not-found'],
    ['GET', "/widget/v1/sites/x'%20or%20'1'='1/status", 404, 'not-found'],
    ['GET', '/widget/v1/sites/%E0%A4%A/status', 404, 'not-found'],
    ['GET', '/widget/v1/sites/%00/status', 404, 'not-found'],
    ['GET', '/widget/v1/sites/..%2f..%2fhealthz/status', 404, 'not-found'],
    ['GET', '/widget/v1/sites/__proto__/status', 404, 'not-found'],
    ['GET', '/widget/v1/sites/*/status', 404, 'not-found'],
    ['POST', '/widget/v1/sites/KEY/status', 405, 'method-not-allowed'],
    ['DELETE', '/widget/v1/sites/KEY/stream', 405, 'method-not-allowed'],
  ])('%s %s is answered with %i %s, as problem+json without a stack', async (method, path, status, code) => {
    const answer = await send(method, at(path));
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(JSON.parse(answer.text)).toMatchObject({ status, code, title: expect.any(String), detail: expect.any(String) });
    expect(answer.text).not.toMatch(/\bat .*\.(js|ts):\d+/);
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });

  it.each([
    ['group', '__proto__'],
    ['group', 'constructor'],
    ['group', '<script>alert(1)</script>'],
    ['group', "'; DROP TABLE event; --"],
    ['group', '😀'],
    ['visitor', '%'],
  ])('a strange but possible %s (%s) is simply unknown', async (name, value) => {
    const answer = await send('GET', at(`/widget/v1/sites/KEY/status?${name}=${encodeURIComponent(value)}`));
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toContain('application/json');
    const body = JSON.parse(answer.text) as { group?: object };
    expect(body.group).toEqual(name === 'group' ? { id: value, found: false } : undefined);
  });

  it.each([
    ['group=%00', '\ufffd'],
    ['group=%0d%0aset-cookie:x', '\ufffd\ufffdset-cookie:x'],
    [`group=${'x'.repeat(5_000)}`, 'x'.repeat(100)],
    ['group=a&group=b', 'a,b'],
    [`visitor=${'x'.repeat(101)}`, undefined],
  ])('a malformed parameter (%s) gets no error page, but the status of the site (D19)', async (query, id) => {
    const answer = await send('GET', at(`/widget/v1/sites/KEY/status?${query}`));
    expect([answer.status, answer.headers['set-cookie']]).toEqual([200, undefined]);
    const { group } = JSON.parse(answer.text) as { group?: object };
    expect(group).toEqual(id === undefined ? undefined : { id, found: false });
  });

  it('the payload tells nothing beside status, since, version, next and group (D21)', async () => {
    await (await tenant.addAgent()).present();
    const group = await tenant.addGroup('DE');
    expect(Object.keys(await tenant.widget(site).status())).toEqual(['status', 'since', 'version', 'next']);
    expect(Object.keys(await tenant.widget(site, group).status())).toEqual(['status', 'since', 'version', 'next', 'group']);
  });

  it('a second question with the ETag costs nothing but a 304', async () => {
    const widget = tenant.widget(site);
    const first = await widget.ask();
    const etag = first.headers.get('etag') ?? '';
    const again = await widget.ask({ 'if-none-match': etag });
    expect([again.status, again.body, again.headers.get('etag')]).toEqual([304, undefined, etag]);
    expect(first.headers.get('cache-control')).toBe('max-age=0, must-revalidate, s-maxage=1');
  });

  it('pages of the listed origins may read, others may not, and a change of the list counts at once', async () => {
    const allowed = async (origin: string) => (await tenant.widget(site).ask({ origin })).headers.get('access-control-allow-origin');
    expect(await allowed(SHOP)).toBe(SHOP);
    for (const origin of ['null', 'https://evil.example', `${SHOP}:443`, `${SHOP}.evil.example`]) expect(await allowed(origin)).toBeNull();
    await tenant.admin('PATCH', `/sites/${site.id}`, { origins: ['https://new.example'] });
    expect(await allowed('https://new.example')).toBe('https://new.example');
    expect(await allowed(SHOP)).toBeNull();
  });

  it('no answer sets a cookie, and servers without an origin are served', async () => {
    const { status, headers } = await tenant.widget(site).ask();
    expect([status, headers.get('set-cookie'), headers.get('access-control-allow-origin')]).toEqual([200, null, null]);
  });

  it('a removed site is unknown, and its streams end', async () => {
    const gone = await tenant.addSite();
    const stream = await tenant.widget(gone).listen();
    await tenant.admin('DELETE', `/sites/${gone.id}`);
    await stream.events.until(() => stream.events.ended);
    expect((await tenant.widget(gone).ask()).status).toBe(404);
  });

  /** A request whose path goes out as written. */
  function send(method: string, path: string): Promise<{ status: number; headers: http.IncomingHttpHeaders; text: string }> {
    return new Promise((resolve, reject) => {
      const request = http.request(place.urls.widget, { method, path }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => (text += part));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
      });
      request.on('error', reject).end();
    });
  }
});
