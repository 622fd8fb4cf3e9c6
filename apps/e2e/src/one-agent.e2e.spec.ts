import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SiteView } from '#contract';
import { sharedAmpel } from '#testing';
import { Tenant } from './client/index.js';

describe('one agent (behaviour, cases 1, 3, 4, 5, 19 and 44)', () => {
  const place = sharedAmpel();
  let tenant: Tenant;
  let site: SiteView;

  beforeAll(async () => {
    tenant = await Tenant.add(place);
    site = await tenant.addSite();
  });
  afterAll(() => tenant.close());

  it('case 1: one agent, offline, clicks online: the box is online, every open widget gets one push within 1 s, no reload', async () => {
    const own = await Tenant.add(place);
    const device = await (await own.addAgent()).signIn();
    const widget = own.widget(await own.addSite());
    const streams = await Promise.all([widget.listen(), widget.listen(), widget.listen()]);
    expect(streams.map(({ snapshot }) => snapshot.status)).toEqual(['offline', 'offline', 'offline']);

    const clicked = performance.now();
    await device.click('online');
    const shown = await Promise.all(streams.map((stream) => stream.shows('online')));

    expect(Math.max(...shown) - clicked).toBeLessThan(1_000);
    expect(await widget.status()).toMatchObject({ status: 'online', next: null });
    await device.click('busy');
    await Promise.all(streams.map((stream) => stream.shows('busy')));
    expect(streams.map(({ pushes }) => pushes)).toEqual(Array(3).fill(['online', 'busy']));
    own.close();
  });

  it('case 3: only A online; A clicks offline: offline at once, not after 2 minutes', async () => {
    const device = await (await tenant.addAgent()).present();
    const stream = await (await tenant.widget(site).listen()).startsAs('online');

    const clicked = performance.now();
    await device.click('offline');

    expect((await stream.shows('offline')) - clicked).toBeLessThan(1_000);
    expect((await tenant.widget(site).status()).status).toBe('offline');
  });

  it('case 4: A online clicks online again: no new event, no push', async () => {
    const agent = await tenant.addAgent();
    const device = await agent.present();
    const stream = await (await tenant.widget(site).listen()).startsAs('online');
    const before = await tenant.events(`agentId=${agent.id}`);
    const version = (await device.status()).version;

    expect(await device.click('online')).toMatchObject({ status: 'online', version });

    expect(await tenant.events(`agentId=${agent.id}`)).toEqual(before);
    await device.click('offline'); // whatever the click before would have pushed comes before this
    await stream.shows('offline');
    expect(stream.pushes).toEqual(['offline']);
  });

  it('case 5: a widget off the network, the status changed twice; it reconnects: it first gets the newest snapshot', async () => {
    const device = await (await tenant.addAgent()).signIn();
    const widget = tenant.widget(site);
    const before = await widget.listen();
    const { version } = before.snapshot;
    before.close();
    await device.click('online');
    const { version: newest } = await device.click('busy').then(() => shown(widget, 'busy'));

    const again = await widget.listen(version);

    expect(again.snapshot).toMatchObject({ status: 'busy', version: newest });
    expect(newest).toBeGreaterThanOrEqual(version + 2);
    expect(again.events.frames).toHaveLength(1);
    expect(again.events.frames[0]?.id).toBe(String(newest));
    await device.click('offline');
  });

  it('case 19: an admin forces a stuck agent offline: at once; admin and reason stand in the history, the devices are told', async () => {
    const agent = await tenant.addAgent();
    const device = await agent.present();
    const ownState = await device.listen();
    const stream = await (await tenant.widget(site).listen()).startsAs('online');

    const reason = 'went home without signing out';
    await agent.forceOffline(reason);

    await stream.shows('offline');
    await ownState.until((state) => state.status === 'offline', { within: 5_000 });
    const [change] = (await tenant.events(`type=StatusChanged&agentId=${agent.id}`)).slice(-1);
    expect(change).toMatchObject({ actor: { kind: 'platform' }, data: { from: 'online', to: 'offline', reason } });
    const { intervals } = await tenant.history(`agentId=${agent.id}`);
    expect(intervals.at(-1)).toMatchObject({
      status: 'offline',
      to: null,
      cause: { eventId: change?.id, type: 'StatusChanged', actor: { kind: 'platform' }, reason },
    });
    device.close();
  });

  it('case 44: the only agent busy: the box is busy', async () => {
    const device = await (await tenant.addAgent()).present('busy');
    const stream = await tenant.widget(site).listen();
    await stream.shows('busy');
    await device.click('offline');
    await stream.shows('offline');
  });

  it('the box of a new site is offline, from its first moment on', async () => {
    const own = await Tenant.add(place);
    expect(await own.widget(await own.addSite()).status()).toMatchObject({ status: 'offline', next: null });
  });

  async function shown(widget: ReturnType<Tenant['widget']>, status: string): Promise<{ version: number }> {
    const stream = await widget.listen();
    await stream.shows(status);
    stream.close();
    return stream.last;
  }
});
