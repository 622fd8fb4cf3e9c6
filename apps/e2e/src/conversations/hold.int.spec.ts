import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { WidgetStatus } from '#contract';
import { eventually } from '#testing';
import { call, type Device, type ProblemBody, Tenant } from '../client/index.js';
import { EventStream } from '../client/event-stream.js';
import { House } from '../presence/house.fixture.js';

let house: House;
beforeAll(async () => {
  house = await House.start(60, ['agent-api admin-api projector timekeeper', 'widget-api']);
});
afterAll(() => house?.stop());

const CLOSED = { weekly: [], closedPermanently: true };

describe('a conversation at closing time (behaviour D17, case 35)', () => {
  it('keeps the box open for its visitor until it ends, and not when agents leave by hand; a new visitor sees offline', async () => {
    const tenant = await Tenant.add(house);
    const site = await tenant.addSite();
    const device: Device = await (await tenant.addAgent()).present('online');
    await (await tenant.widget(site).listen()).startsAs('online');
    const report = (type: string) => tenant.ask('POST', '/conversations/c1/events', { type, siteId: site.id, visitor: 'vera' });
    const url = (what: string, visitor: string) => `${house.urls.widget}/widget/v1/sites/${site.key}/${what}?visitor=${visitor}`;
    const seen = async (visitor: string) => {
      const { body, headers } = await call<WidgetStatus>('GET', url('status', visitor));
      return { status: body.status, since: body.since, cache: headers.get('cache-control'), version: body.version };
    };
    const streams = { vera: await EventStream.open<WidgetStatus>(url('stream', 'vera')), other: await EventStream.open<WidgetStatus>(url('stream', 'other')) };
    const lastFrame = (who: keyof typeof streams) => streams[who].frames.filter(({ event }) => event === 'status').at(-1)?.data as WidgetStatus;
    const last = (who: keyof typeof streams) => lastFrame(who).status;
    const statuses = (who: keyof typeof streams) => streams[who].frames.filter(({ event }) => event === 'status').map(({ data }) => data.status);
    await report('visitor-message');
    const { since } = await seen('vera');
    await tenant.admin('PUT', `/sites/${site.id}/hours`, CLOSED);
    await eventually(() => last('other') === 'offline', { within: 15_000 });
    await eventually(async () => (await seen('vera')).status === 'online', { within: 15_000 });
    await eventually(async () => last('vera') === 'online' && lastFrame('vera').version === (await seen('other')).version, { within: 15_000 });
    expect(await seen('vera')).toMatchObject({ cache: 'private, max-age=0, must-revalidate', version: (await seen('other')).version });
    // Online without a break, since when the agent came.
    expect(await seen('vera')).toMatchObject({ since });
    expect(new Set(statuses('vera'))).toEqual(new Set(['online']));
    expect(streams.vera.frames.at(-1)?.data).toMatchObject({ since, version: (await seen('other')).version });
    expect(await seen('other')).toMatchObject({ status: 'offline', since: expect.not.stringMatching(since) });

    await device.click('offline');
    await eventually(() => last('vera') === 'offline', { within: 15_000 });
    await device.click('online');
    await eventually(() => last('vera') === 'online', { within: 15_000 });

    await report('ended');
    await eventually(async () => (await seen('vera')).status === 'offline', { within: 15_000 });
    await eventually(() => last('vera') === 'offline', { within: 15_000 });
    for (const stream of Object.values(streams)) stream.close();
    tenant.close();
  });

  it('for two hours at most, announced as next; then it is like any other visitor, and a message needs an e-mail address', async () => {
    const tenant = await Tenant.add(house);
    const site = await tenant.addSite();
    await (await tenant.addAgent()).present('online');
    await (await tenant.widget(site).listen()).startsAs('online');
    const url = (what: string) => `${house.urls.widget}/widget/v1/sites/${site.key}/${what}`;
    const seen = async (visitor: string) => (await call<WidgetStatus>('GET', `${url('status')}?visitor=${visitor}`)).body;
    const write = () => call<ProblemBody>('POST', url('conversations/c1/messages'), { body: { visitor: 'vera', text: 'Hallo' } });
    await tenant.ask('POST', '/conversations/c1/events', { type: 'visitor-message', siteId: site.id, visitor: 'vera' });
    await tenant.admin('PUT', `/sites/${site.id}/hours`, CLOSED);
    await eventually(async () => (await seen('other')).status === 'offline', { within: 15_000 });
    const closedAt = Date.parse((await seen('other')).since);
    expect(await seen('vera')).toMatchObject({ status: 'online', next: { at: new Date(closedAt + 7_200_000).toISOString(), status: 'offline' } });
    expect((await write()).status).toBe(202);

    tenant.close();
    await twoHoursPass(tenant.id);
    await eventually(async () => (await seen('vera')).status === 'offline', { within: 15_000 });
    expect(await seen('vera')).toEqual(await seen('other'));
    expect(await write()).toMatchObject({ status: 422, body: { code: 'email-required' } });

    await tenant.admin('PATCH', '', { conversationHoldMinutes: 180 });
    await eventually(async () => (await seen('vera')).status === 'online', { within: 15_000 });
    await tenant.admin('PATCH', '', { conversationHoldMinutes: 0 });
    await eventually(async () => (await seen('vera')).status === 'offline', { within: 15_000 });
  }, 60_000);
});

/** As the rows were if all of the tenant's had happened two hours before; readers begin anew with them. */
async function twoHoursPass(tenantId: string): Promise<void> {
  await house.stopService('widget-api');
  const admin = new pg.Client({ connectionString: house.adminUrl, options: '-c ampel.scope=all' });
  await admin.connect();
  await admin.query(`UPDATE read.box SET since = since - interval '2 hours' WHERE tenant_id = $1`, [tenantId]);
  await admin.query(`UPDATE conversation.conversation SET opened_at = opened_at - interval '2 hours' WHERE tenant_id = $1`, [tenantId]);
  await admin.end();
  await house.startService('widget-api');
}
