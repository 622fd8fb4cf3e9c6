import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { SiteView } from '#contract';
import { eventually } from '#testing';
import { call, type Device, type ProblemBody, Tenant } from '../client/index.js';
import { EventStream } from '../client/event-stream.js';
import { House } from '../presence/house.fixture.js';

interface NoticeFrame {
  readonly kind: string;
  readonly text: string;
  readonly lang: string;
}

let house: House;
let tenant: Tenant;
let site: SiteView;
const streams: EventStream<NoticeFrame>[] = [];

// Two timekeepers: a notice is sent once all the same.
beforeAll(async () => {
  house = await House.start(60, ['agent-api admin-api projector timekeeper widget-api', 'timekeeper']);
});
afterAll(() => house?.stop());
beforeEach(async () => {
  tenant = await Tenant.add(house);
  site = await tenant.addSite();
});
afterEach(() => {
  for (const stream of streams.splice(0)) stream.close();
});

const notices = (body: unknown) => tenant.ask<ProblemBody & Record<string, unknown>>('PUT', `/sites/${site.id}/notices`, body);
const present = async (status: 'online' | 'busy'): Promise<Device> => {
  const device = await (await tenant.addAgent()).present(status);
  await (await tenant.widget(site).listen()).startsAs(status);
  return device;
};
const write = (visitor: string, conversation = `c-${visitor}`) =>
  call('POST', `${house.urls.widget}/widget/v1/sites/${site.key}/conversations/${conversation}/messages`, {
    body: { visitor, text: 'Hallo', email: 'v@example.com' },
  });
const report = (type: string, visitor: string) => tenant.ask('POST', `/conversations/c-${visitor}/events`, { type, siteId: site.id, visitor });
/** Of a visitor's stream: what it is told beside the status. */
const listen = async (visitor: string, query = '') => {
  const url = `${house.urls.widget}/widget/v1/sites/${site.key}/stream?visitor=${visitor}${query}`;
  const stream = await EventStream.open<NoticeFrame>(url);
  streams.push(stream);
  await stream.until((_data, { event }) => event === 'status');
  return { told: () => stream.frames.filter(({ event }) => event === 'notice'), stream };
};
const sent = async () => (await tenant.events('type=NoticeSent')).map(({ data }) => data);

describe('notices through the doors', () => {
  it('case 49: while online the busy notice comes once, after its delay, to this visitor only; the box stays online', async () => {
    await notices({ busy: { delaySeconds: 1 } });
    await present('online');
    const [vera, other] = [await listen('vera', '&lang=en-GB'), await listen('other')];
    const began = performance.now();
    expect((await write('vera')).status).toBe(202);
    await write('vera');
    const { data, at } = await vera.stream.until((_data, { event }) => event === 'notice', { within: 15_000 });
    expect(data).toEqual({ kind: 'busy', text: expect.stringContaining('busy'), lang: 'en' });
    expect(at - began).toBeGreaterThan(900);
    const [message] = await tenant.events('type=VisitorMessageReceived');
    const [notice] = await tenant.events('type=NoticeSent');
    expect(Date.parse(notice?.effectiveAt ?? '') - Date.parse(message?.effectiveAt ?? '')).toBe(1_000);
    expect(notice?.data).toMatchObject({ conversationId: 'c-vera', siteId: site.id, visitorId: 'vera', notice: 'busy' });
    await write('vera');
    await write('other');
    await other.stream.until((_data, { event }) => event === 'notice', { within: 15_000 });
    expect([vera.told().length, other.told().length, (await sent()).length]).toEqual([1, 1, 2]);
    expect(await tenant.widget(site).status()).toMatchObject({ status: 'online' });
  });

  it('case 49: an answer before that cancels it, and a new silence begins with the next message', async () => {
    await notices({ busy: { delaySeconds: 1 } });
    await present('online');
    const vera = await listen('vera');
    await write('vera');
    expect(await report('agent-reply', 'vera')).toMatchObject({ status: 202, body: { state: 'open', waitingSince: null } });
    await write('other'); // whose notice is due later: when it came, the first one will not come any more
    await eventually(async () => (await sent()).length === 1, { within: 15_000 });
    expect(vera.told()).toEqual([]);
    await report('visitor-message', 'vera');
    expect((await vera.stream.until((_data, { event }) => event === 'notice', { within: 15_000 })).data.lang).toBe('de');
  });

  it('case 50: while offline the offline notice comes after 1 s', async () => {
    const vera = await listen('vera');
    await write('vera');
    const { data } = await vera.stream.until((_data, { event }) => event === 'notice', { within: 15_000 });
    expect(data).toMatchObject({ kind: 'offline', lang: 'de' });
    expect(await sent()).toHaveLength(1);
  });

  it('while busy it comes with the message, in the words of the site', async () => {
    await notices({ language: 'en', busy: { texts: { en: 'Hold the line' } } });
    await present('busy');
    const vera = await listen('vera', '&lang=fr');
    await write('vera');
    const { data } = await vera.stream.until((_data, { event }) => event === 'notice', { within: 5_000 });
    expect(data).toEqual({ kind: 'busy', text: 'Hold the line', lang: 'en' });
  });


  it.each([
    ['a negative delay', { busy: { delaySeconds: -1 } }, '/busy/delaySeconds'],
    ['2,001 characters', { offline: { texts: { de: 'x'.repeat(2001) } } }, '/offline/texts/de'],
    ['a text in another language', { busy: { texts: { fr: 'x' } } }, '/busy/texts/fr'],
    ['another language', { language: 'fr' }, '/language'],
  ])('%s is refused where it is wrong, and nothing is stored', async (_name, body, pointer) => {
    const answer = await notices(body);
    expect(answer).toMatchObject({ status: 422, body: { code: 'invalid-body' } });
    expect(answer.body.errors?.map((fault) => fault.pointer)).toContain(pointer);
    expect(await tenant.events('type=NoticesChanged')).toEqual([]);
    expect(await tenant.admin('GET', `/sites/${site.id}/notices`)).toMatchObject({ language: 'de', busy: { delaySeconds: 45 }, offline: { delaySeconds: 1 } });
  });

  it('the same settings again are no event; reports about unknown sites and groups are refused', async () => {
    await notices({ busy: { delaySeconds: 3 } });
    await notices({ busy: { delaySeconds: 3 } });
    expect(await tenant.events('type=NoticesChanged')).toHaveLength(1);
    const wrong = (more: object) => tenant.ask<ProblemBody>('POST', '/conversations/c/events', { type: 'visitor-message', siteId: site.id, visitor: 'v', ...more });
    for (const [more, pointer] of [[{ siteId: 'nowhere' }, '/siteId'], [{ groupId: 'nobody' }, '/groupId'], [{ type: 'shout' }, '/type']] as const) {
      const answer = await wrong(more);
      expect([answer.status, answer.body.errors?.[0]?.pointer]).toEqual([422, pointer]);
    }
  });
});
