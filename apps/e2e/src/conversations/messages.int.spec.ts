import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { MessageView, SiteView } from '#contract';
import { call, type ProblemBody, Tenant } from '../client/index.js';
import { House } from '../presence/house.fixture.js';

const SHOP = 'https://shop.example';
const SECRET_WORDS = 'Ist das Paket schon unterwegs?';

let house: House;
let admin: pg.Pool;
let tenant: Tenant;
let site: SiteView;

beforeAll(async () => {
  house = await House.start(60, ['agent-api admin-api projector timekeeper widget-api']);
  admin = new pg.Pool({ connectionString: house.adminUrl, max: 1, options: '-c ampel.scope=all' });
  admin.on('error', () => undefined); // a failed run may end Postgres before this pool
});
afterAll(async () => {
  await admin?.end();
  await house?.stop();
});
beforeEach(async () => {
  tenant = await Tenant.add(house);
  site = await tenant.addSite([SHOP]);
});

interface Inbox {
  readonly messages: readonly MessageView[];
  readonly nextCursor: string | null;
}
type Body = Record<string, unknown>;

const send = (conversation: string, body: unknown, headers: Record<string, string> = {}, key = site.key) =>
  call<ProblemBody & { messageId: string }>('POST', `${house.urls.widget}/widget/v1/sites/${key}/conversations/${conversation}/messages`, { body, headers });
const inbox = async (query = '') => (await tenant.admin<Inbox>('GET', `/messages${query}`)).messages;
const online = async () => {
  await (await tenant.addAgent()).present('online');
  await (await tenant.widget(site).listen()).startsAs('online');
};

describe("a visitor's message", () => {
  it('is taken while somebody is there, stands in the inbox, and is told by its id only', async () => {
    await online();
    const answer = await send('c1', { visitor: 'v1', text: SECRET_WORDS, email: 'Vera@Example.com ' });
    expect(answer).toMatchObject({ status: 202, body: { messageId: expect.any(String) } });
    const { messageId: id } = answer.body;
    const stored = { id, conversationId: 'c1', siteId: site.id, groupId: null, visitor: 'v1', text: SECRET_WORDS, email: 'vera@example.com' };
    expect(await inbox()).toEqual([{ ...stored, receivedAt: expect.any(String) }]);
    const [told] = await tenant.events('type=VisitorMessageReceived');
    expect(told).toMatchObject({
      streamId: 'conversation-c1',
      data: { conversationId: 'c1', siteId: site.id, groupId: null, visitorId: 'v1', messageId: id },
    });
    const log = await admin.query("SELECT e::text FROM store.event e UNION ALL SELECT h::text FROM store.stream_head h UNION ALL SELECT c::text FROM store.command_log c");
    expect(log.rows.map((row) => JSON.stringify(row)).join()).not.toMatch(/Paket|vera@example/i);
  });

  it('needs an e-mail address while nobody is there, and nothing is stored without one', async () => {
    const refused = await send('c1', { visitor: 'v1', text: 'Hallo' });
    expect(refused).toMatchObject({ status: 422, body: { code: 'email-required', errors: [{ pointer: '/email' }] } });
    expect(await inbox()).toEqual([]);
    expect(await tenant.events('type=VisitorMessageReceived')).toEqual([]);
    expect((await send('c1', { visitor: 'v1', text: 'Hallo', email: 'v@example.com' })).status).toBe(202);
  });

  it('of a page that asks for a group depends on the group; an unknown one is the site', async () => {
    const group = await tenant.addGroup('DE');
    await (await tenant.addAgent([await tenant.addGroup('EN')])).present('online');
    await (await tenant.widget(site).listen()).startsAs('online');
    expect((await send('c1', { visitor: 'v1', text: 'Hallo' })).status).toBe(202);
    const at = (query: string) => `${house.urls.widget}/widget/v1/sites/${site.key}/conversations/c3/messages${query}`;
    expect((await call('POST', at(`?group=${group.id}`), { body: { visitor: 'v1', text: 'Hallo' } })).status).toBe(422);
    expect((await call('POST', at('?group=nobody'), { body: { visitor: 'v1', text: 'Hallo' } })).status).toBe(202);
    expect((await inbox()).map(({ groupId }) => groupId)).toEqual([null, null]);
  });

  it('sent twice under one key is one message; under the key of another visitor it is another', async () => {
    await online();
    const body = { visitor: 'v1', text: 'Hallo' };
    const key = { 'idempotency-key': 'k' };
    const [first, again, other] = [await send('c1', body, key), await send('c1', body, key), await send('c2', { ...body, visitor: 'v2' }, key)];
    expect(again.body).toEqual(first.body);
    expect(other.body.messageId).not.toBe(first.body.messageId);
    expect(await send('c1', { ...body, text: 'Anders' }, key)).toMatchObject({ status: 422, body: { code: 'idempotency-key-reused' } });
    expect(await inbox()).toHaveLength(2);
    expect(await tenant.events('type=VisitorMessageReceived')).toHaveLength(2);
  });

  it("in somebody else's conversation is not found", async () => {
    await online();
    await send('c1', { visitor: 'v1', text: 'Hallo' });
    expect(await send('c1', { visitor: 'v2', text: 'Hallo' })).toMatchObject({ status: 404, body: { code: 'not-found' } });
    expect(await send('c1', { visitor: 'v1', text: 'Hallo' }, {}, 'nobody')).toMatchObject({ status: 404, body: { code: 'not-found' } });
  });

  it.each<[string, Body, string]>([
    ['nothing', {}, '/text'],
    ['no visitor', { text: 'x' }, '/visitor'],
    ['an address as the visitor', { visitor: 'v@example.com', text: 'x' }, '/visitor'],
    ['blanks', { visitor: 'v', text: '  ' }, '/text'],
    ['2,001 characters', { visitor: 'v', text: 'x'.repeat(2001) }, '/text'],
    ['a bell', { visitor: 'v', text: 'a\u0007' }, '/text'],
    ['half an address', { visitor: 'v', text: 'x', email: 'v@' }, '/email'],
    ['something unknown', { visitor: 'v', text: 'x', name: 'Vera' }, '/name'],
  ])('of %s is refused where it is wrong, readably for the page, and not stored', async (_name, body, pointer) => {
    const answer = await send('c1', body, { origin: SHOP });
    expect(answer).toMatchObject({ status: 422, body: { code: 'invalid-body' } });
    expect(answer.body.errors?.map((fault) => fault.pointer)).toContain(pointer);
    expect(answer.headers.get('access-control-allow-origin')).toBe(SHOP);
    expect(await inbox()).toEqual([]);
  });

  it('comes from pages of the listed origins', async () => {
    await online();
    const url = `${house.urls.widget}/widget/v1/sites/${site.key}/conversations/c1/messages`;
    const asks = (origin: string) =>
      call('OPTIONS', url, { headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' } });
    expect(Object.fromEntries((await asks(SHOP)).headers)).toMatchObject({
      'access-control-allow-origin': SHOP,
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': 'Content-Type, Idempotency-Key',
    });
    expect((await asks('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
    expect((await send('c1', { visitor: 'v', text: 'x' }, { origin: SHOP })).headers.get('access-control-allow-origin')).toBe(SHOP);
  });
});

describe('the inbox', () => {
  it('is paged, newest first, of one site or since a time', async () => {
    await online();
    const second = await tenant.addSite();
    for (const [conversation, key] of [['c1', site.key], ['c2', second.key], ['c3', site.key]] as const) {
      await send(conversation, { visitor: 'v', text: conversation }, {}, key);
    }
    const texts = async (query: string) => (await inbox(query)).map(({ text }) => text);
    expect(await texts('')).toEqual(['c3', 'c2', 'c1']);
    expect(await texts(`?siteId=${second.id}`)).toEqual(['c2']);
    const [newest] = await inbox();
    expect(await texts(`?since=${encodeURIComponent(newest?.receivedAt ?? '')}`)).toEqual(['c3']);
    const page = await tenant.admin<Inbox>('GET', '/messages?limit=2');
    expect(await texts(`?limit=2&cursor=${page.nextCursor}`)).toEqual(['c1']);
    expect(await tenant.ask('GET', '/messages?since=yesterday')).toMatchObject({ status: 422, body: { code: 'invalid-query' } });
  });

  it('gives up a message for good, which the record of admins tells without its words', async () => {
    await online();
    const { body: { messageId } } = await send('c1', { visitor: 'v1', text: SECRET_WORDS });
    const other = await Tenant.add(house);
    expect((await other.ask('DELETE', `/messages/${messageId}`)).status).toBe(404);
    expect((await tenant.ask('DELETE', `/messages/${messageId}`)).status).toBe(204);
    expect((await tenant.ask('DELETE', `/messages/${messageId}`)).status).toBe(404);
    expect((await tenant.ask('GET', `/messages/${messageId}`)).status).toBe(404);
    const { entries } = await tenant.admin<{ entries: Body[] }>('GET', `/audit?targetId=${messageId}`);
    expect(entries).toMatchObject([{ target: { kind: 'message', id: messageId }, before: { conversationId: 'c1' }, after: {} }]);
    expect(JSON.stringify(entries)).not.toContain('Paket');
  });

  it("keeps a message for the tenant's retention, and not longer; what the log tells of it stays", async () => {
    await online();
    for (const text of ['alt', 'neu']) await send('c1', { visitor: 'v', text });
    const other = await Tenant.add(house);
    await tenant.admin('PATCH', '', { messageRetentionDays: 7 });
    await other.admin('PATCH', '', { messageRetentionDays: 30 });
    const age = (days: number) => admin.query(`UPDATE conversation.message SET received_at = received_at - $2 * interval '1 day' WHERE tenant_id = $1 AND words = 'alt'`, [tenant.id, days]);
    await age(6.9);
    await timekeeperStarts();
    expect((await inbox()).map(({ text }) => text)).toEqual(['neu', 'alt']);
    await age(0.2);
    await timekeeperStarts();
    expect((await inbox()).map(({ text }) => text)).toEqual(['neu']);
    expect(await tenant.events('type=VisitorMessageReceived')).toHaveLength(2);
  });
});

/** It erases what is due as it starts, and once an hour then; a look under way is finished before it stops. */
async function timekeeperStarts(): Promise<void> {
  await house.startService('timekeeper', 'another');
  await house.stopService('another');
}
