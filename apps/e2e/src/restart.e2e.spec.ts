import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SiteView } from '#contract';
import { eventually, type ReadyAmpel, startAmpel } from '#testing';
import { type Agent, type Device, type Place, Tenant } from './client/index.js';

describe('a restart of everything (behaviour, case 17; targets I1)', () => {
  let first: ReadyAmpel;
  let running: ReadyAmpel;
  const place: Place = {
    get urls() {
      return running.urls;
    },
    get adminToken() {
      return running.adminToken;
    },
  };
  let tenant: Tenant;
  let site: SiteView;
  const agents: { agent: Agent; device: Device; intent: 'online' | 'busy' | 'offline' }[] = [];

  beforeAll(async () => {
    first = running = await startAmpel({ env: { AMPEL_SEED: 'none' } });
    tenant = await Tenant.add(place);
    site = await tenant.addSite();
    for (const intent of ['online', 'busy', 'offline'] as const) {
      const agent = await tenant.addAgent([await tenant.addGroup(intent)]);
      agents.push({ agent, intent, device: await agent.present('busy') });
      await agents.at(-1)?.device.click(intent);
    }
  }, 90_000);

  afterAll(async () => {
    tenant?.close();
    await running?.stop();
    await first?.discard();
  }, 30_000);

  async function everything() {
    const groups = await tenant.admin<{ groups: { id: string; name: string }[] }>('GET', '/groups');
    return {
      states: await Promise.all(agents.map(({ device }) => device.status())),
      boxes: await Promise.all([undefined, ...groups.groups].map((group) => tenant.widget(site, group).status())),
      events: await tenant.events(),
    };
  }

  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'case 17: intents online, busy, offline; everything is ended by %s and started again: identical, and nobody is signed out',
    async (signal) => {
      await eventually(async () => expect((await tenant.widget(site).status()).status).toBe('online'));
      const before = await everything();
      expect(before.states.map(({ status }) => status)).toEqual(['online', 'busy', 'offline']);

      await running.stop(signal);
      running = await startAmpel({ env: { AMPEL_SEED: 'none' }, dataDir: first.dataDir });

      expect(await everything()).toEqual(before);
      for (const { device } of agents) expect((await device.heartbeat()).status).toBe(204);
      const stream = await tenant.widget(site).listen(before.boxes[0]?.version);
      expect(stream.snapshot).toEqual(before.boxes[0]);
      await agents[0]?.device.click('offline');
      await stream.shows('busy');
      await agents[0]?.device.click('online');
      await stream.shows('online');
      stream.close();
    },
    90_000,
  );
});
