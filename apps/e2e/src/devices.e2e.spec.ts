import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, sharedAmpel } from '#testing';
import { type Device, Tenant } from './client/index.js';

describe('two devices of one agent (behaviour, cases 21 and 22)', () => {
  const place = sharedAmpel();
  let tenant: Tenant;
  const devices: Device[] = [];

  beforeAll(async () => {
    tenant = await Tenant.add(place);
  });
  afterAll(() => {
    for (const device of devices) device.close();
    tenant.close();
  });

  async function desktopAndPhone(): Promise<[Device, Device]> {
    const agent = await tenant.addAgent();
    const pair: [Device, Device] = [await agent.signIn('desktop'), await agent.signIn('mobile')];
    devices.push(...pair);
    return pair;
  }

  it('case 21: offline on the phone: the desktop shows it within 1 s', async () => {
    const [desktop, phone] = await desktopAndPhone();
    await desktop.click('online');
    const screen = await desktop.listen();
    const from = screen.frames.length;

    const clicked = performance.now();
    await phone.click('offline');
    const frame = await screen.until((state) => state.status === 'offline', { within: 1_000, from });

    expect(frame.at - clicked).toBeLessThan(1_000);
    expect(frame.data).toEqual(await phone.status());
  });

  it('case 22: both at version 5, busy and offline at the same moment: one becomes 6, the other gets 409; both converge', async () => {
    const [desktop, phone] = await desktopAndPhone();
    for (const status of ['online', 'busy', 'online', 'busy', 'online'] as const) await desktop.click(status);
    expect(await phone.status()).toMatchObject({ version: 5 });
    const screens = await Promise.all([desktop.listen(), phone.listen()]);

    const replies = await Promise.all([desktop.wish('busy', 5), phone.wish('offline', 5)]);

    const accepted = replies.find(({ status }) => status === 200);
    const refused = replies.find(({ status }) => status === 409);
    expect(accepted?.body).toMatchObject({ version: 6 });
    expect(refused?.body).toMatchObject({ code: 'version-conflict', state: { version: 6, status: accepted?.body.status } });
    const { status } = accepted?.body ?? {};
    for (const screen of screens) await screen.until((state) => state.version === 6 && state.status === status, { within: 5_000 });
    expect(await desktop.status()).toEqual(await phone.status());
  });

  it('opening a second device changes nothing (D13)', async () => {
    const agent = await tenant.addAgent();
    const desktop = await agent.present('busy');
    const before = await desktop.status();
    const phone = await agent.signIn('mobile');
    expect(await phone.status()).toEqual(before);
    expect((await agent.presence()).sessions).toHaveLength(2);
  });

  it('signing in again brings the last intent back, and the box with it (D12)', async () => {
    const own = await Tenant.add(place);
    const site = await own.addSite();
    const agent = await own.addAgent();
    const desktop = await agent.present('busy');
    const stream = await (await own.widget(site).listen()).startsAs('busy');
    await desktop.signOut();
    const again = await agent.signIn();
    expect(await again.status()).toMatchObject({ status: 'busy', effectiveStatus: 'busy' });
    await again.signOut('?status=offline');
    await stream.shows('offline');
    expect(stream.pushes).toEqual(['offline']);
    await eventually(async () => expect(await agent.presence()).toMatchObject({ status: 'offline' }));
    own.close();
  });
});
