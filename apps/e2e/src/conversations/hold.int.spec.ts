import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { WidgetStatus } from '#contract';
import { eventually } from '#testing';
import { call, type Device, Tenant } from '../client/index.js';
import { EventStream } from '../client/event-stream.js';
import { House } from '../presence/house.fixture.js';

let house: House;
beforeAll(async () => {
  house = await House.start(60, ['agent-api admin-api projector timekeeper widget-api']);
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
    await eventually(() => last('other') === 'offline', { within: 3_000 });
    await eventually(async () => (await seen('vera')).status === 'online', { within: 3_000 });
    await eventually(async () => last('vera') === 'online' && lastFrame('vera').version === (await seen('other')).version, { within: 3_000 });
    expect(await seen('vera')).toMatchObject({ cache: 'private, max-age=0, must-revalidate', version: (await seen('other')).version });
    // Online without a break, since when the agent came.
    expect(await seen('vera')).toMatchObject({ since });
    expect(new Set(statuses('vera'))).toEqual(new Set(['online']));
    expect(streams.vera.frames.at(-1)?.data).toMatchObject({ since, version: (await seen('other')).version });
    expect(await seen('other')).toMatchObject({ status: 'offline', since: expect.not.stringMatching(since) });

    await device.click('offline');
    await eventually(() => last('vera') === 'offline', { within: 3_000 });
    await device.click('online');
    await eventually(() => last('vera') === 'online', { within: 3_000 });

    await report('ended');
    await eventually(async () => (await seen('vera')).status === 'offline', { within: 3_000 });
    await eventually(() => last('vera') === 'offline', { within: 3_000 });
    for (const stream of Object.values(streams)) stream.close();
    tenant.close();
  });
});
