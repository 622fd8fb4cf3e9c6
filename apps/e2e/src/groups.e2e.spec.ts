import { afterAll, describe, expect, it } from '@jest/globals';
import type { GroupView, SiteView } from '#contract';
import { sharedAmpel } from '#testing';
import { Tenant } from './client/index.js';

describe('groups (behaviour, cases 24 to 29)', () => {
  const place = sharedAmpel();
  let tenant: Tenant;
  let site: SiteView;
  let de: GroupView;
  let en: GroupView;

  afterAll(() => tenant?.close());

  /** Every story has a tenant of its own: the agents of one would count in another. */
  async function begin(): Promise<void> {
    tenant?.close();
    tenant = await Tenant.add(place);
    [site, de, en] = await Promise.all([tenant.addSite(), tenant.addGroup('DE'), tenant.addGroup('EN')]);
  }

  const shown = async () => ({
    de: (await tenant.widget(site, de).status()).status,
    en: (await tenant.widget(site, en).status()).status,
    site: (await tenant.widget(site).status()).status,
  });

  const listenAll = () => Promise.all([tenant.widget(site, de).listen(), tenant.widget(site, en).listen(), tenant.widget(site).listen()]);

  it('case 24: A only in DE, online: DE online, EN offline, the widget without group online', async () => {
    await begin();
    const [onDe, , onSite] = await listenAll();
    await (await tenant.addAgent([de])).present();
    await onDe.shows('online');
    await onSite.shows('online');
    expect(await shown()).toEqual({ de: 'online', en: 'offline', site: 'online' });
    expect(await tenant.widget(site, de).status()).toMatchObject({ group: { id: de.id, found: true } });
  });

  it('case 25: U in no group, online: DE, EN and the site online', async () => {
    await begin();
    const streams = await listenAll();
    await (await tenant.addAgent()).present();
    await Promise.all(streams.map((stream) => stream.shows('online')));
    expect(await shown()).toEqual({ de: 'online', en: 'online', site: 'online' });
  });

  it('case 26: A in DE and EN goes offline: both offline, one push each', async () => {
    await begin();
    const device = await (await tenant.addAgent([de, en])).present();
    const streams = await listenAll();
    await Promise.all(streams.map((stream) => stream.startsAs('online')));

    await device.click('offline');

    await Promise.all(streams.map((stream) => stream.shows('offline')));
    await device.click('online');
    await Promise.all(streams.map((stream) => stream.shows('online')));
    for (const { pushes } of streams) expect(pushes).toEqual(['offline', 'online']);
  });

  it('case 27: U online, EN otherwise empty; U is put into DE: EN offline at once', async () => {
    await begin();
    const agent = await tenant.addAgent();
    await agent.present();
    const [onDe, onEn, onSite] = await listenAll();
    await onEn.startsAs('online');

    const moved = performance.now();
    expect((await agent.putIntoGroups([de.id])).status).toBe(200);

    expect((await onEn.shows('offline')) - moved).toBeLessThan(1_000);
    expect(await shown()).toEqual({ de: 'online', en: 'offline', site: 'online' });
    expect([onDe, onSite].map(({ last }) => last.status)).toEqual(['online', 'online']);
  });

  it('case 28: A in DE only, online, taken out of DE: confirmation needed first; then every group online', async () => {
    await begin();
    const agent = await tenant.addAgent([de]);
    await agent.present();
    const [onDe, onEn] = await listenAll();
    await onDe.startsAs('online');

    const refused = await agent.putIntoGroups([]);
    expect([refused.status, refused.body.code]).toEqual([409, 'confirmation-required']);
    expect(onEn.pushes).toEqual([]);
    expect((await shown()).en).toBe('offline');

    expect((await agent.putIntoGroups([], 'affects-all-groups')).status).toBe(200);
    await onEn.shows('online');
    expect(await shown()).toEqual({ de: 'online', en: 'online', site: 'online' });
  });

  it("case 29: a widget on DE; DE is deleted: a push with the site's status", async () => {
    await begin();
    await (await tenant.addAgent([en])).present();
    const stream = await tenant.widget(site, de).listen();
    expect(stream.snapshot).toMatchObject({ status: 'offline', group: { id: de.id, found: true } });

    await tenant.admin('DELETE', `/groups/${de.id}`);

    await stream.shows('online');
    expect(stream.pushes).toEqual(['online']);
    expect(stream.last).toMatchObject({ status: 'online', group: { id: de.id, found: false } });
    expect(stream.last.version).toBeGreaterThan(stream.snapshot.version);
    expect(await tenant.widget(site, de).status()).toEqual(stream.last);
  });

  it('deleting a group whose agents have no other needs a confirmation that names them (D18); then they drive every group', async () => {
    await begin();
    const agent = await tenant.addAgent([de]);
    await agent.present();
    const [, onEn] = await listenAll();

    const refused = await tenant.ask<{ code: string; agentIds?: string[] }>('DELETE', `/groups/${de.id}`);
    expect([refused.status, refused.body.code]).toEqual([409, 'confirmation-required']);
    expect(JSON.stringify(refused.body)).toContain(agent.id);

    expect((await tenant.ask('DELETE', `/groups/${de.id}?confirm=affects-all-groups`)).status).toBe(204);
    await onEn.shows('online');
  });

  it('a disabled group is offline until it is enabled again (D19)', async () => {
    await begin();
    await (await tenant.addAgent([de])).present();
    const [onDe, , onSite] = await listenAll();
    await onDe.shows('online');

    await tenant.admin('PATCH', `/groups/${de.id}`, { enabled: false });
    await onDe.shows('offline');
    expect(onDe.last).toMatchObject({ group: { id: de.id, found: true } });
    expect(onSite.last.status).toBe('online');

    await tenant.admin('PATCH', `/groups/${de.id}`, { enabled: true });
    await onDe.shows('online');
  });

  it('a group added later shows at once what the agents of no group make of it', async () => {
    await begin();
    await (await tenant.addAgent()).present();
    const fr = await tenant.addGroup('FR');
    expect(await tenant.widget(site, fr).status()).toMatchObject({ status: 'online', group: { id: fr.id, found: true } });
  });

  it('without groups in the plan a group answers as the site, and is found (D20)', async () => {
    await begin();
    await (await tenant.addAgent([de])).present();
    const stream = await tenant.widget(site, en).listen();
    await tenant.admin('PATCH', '', { plan: 'standard' });
    await stream.shows('online');
    expect(stream.last).toMatchObject({ group: { id: en.id, found: true } });
    await tenant.admin('PATCH', '', { plan: 'pro' });
    await stream.shows('offline');
  });
});
