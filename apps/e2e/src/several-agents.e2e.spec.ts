import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SiteView } from '#contract';
import { sharedAmpel } from '#testing';
import { Tenant } from './client/index.js';

describe('several agents (behaviour, cases 2 and 44)', () => {
  const place = sharedAmpel();
  let tenant: Tenant;
  let site: SiteView;

  beforeAll(async () => {
    tenant = await Tenant.add(place);
    site = await tenant.addSite();
  });
  afterAll(() => tenant.close());

  it('case 2: A and B online; A goes offline: the site stays online, no push', async () => {
    const [a, b] = await Promise.all([(await tenant.addAgent()).present(), (await tenant.addAgent()).present()]);
    const widget = tenant.widget(site);
    const stream = await (await widget.listen()).startsAs('online');
    const { version } = stream.last;

    await a.click('offline');

    expect(await widget.status()).toMatchObject({ status: 'online', version });
    await b.click('offline'); // whatever the click before would have pushed comes before this
    await stream.shows('offline');
    expect(stream.pushes).toEqual(['offline']);
    expect(stream.last.version).toBe(version + 1);
  });

  it('case 44: one online and one busy: online; busy once the online one leaves', async () => {
    const a = await (await tenant.addAgent()).present('busy');
    const b = await (await tenant.addAgent()).present('online');
    const stream = await (await tenant.widget(site).listen()).startsAs('online');

    await b.click('offline');
    await stream.shows('busy');
    await a.click('offline');
    await stream.shows('offline');
    expect(stream.pushes).toEqual(['busy', 'offline']);
  });

  it('an agent with two sites shows on both', async () => {
    const other = await tenant.addSite();
    const streams = await Promise.all([site, other].map((one) => tenant.widget(one).listen()));
    const device = await (await tenant.addAgent()).present();
    await Promise.all(streams.map((stream) => stream.shows('online')));
    await device.click('offline');
    await Promise.all(streams.map((stream) => stream.shows('offline')));
  });
});
