import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '#testing';
import { call, Tenant } from '../client/index.js';
import { House } from '../presence/house.fixture.js';

const ROLES = ['agent-api', 'admin-api', 'projector', 'timekeeper', 'widget-api'];

let house: House;
beforeAll(async () => {
  house = await House.start(60, ROLES);
}, 60_000);
afterAll(() => house?.stop());

async function restartEverything(): Promise<void> {
  for (const role of ROLES) await house.stopService(role);
  for (const role of ROLES) await house.startService(role);
}

describe('notices over a restart of every role (behaviour D16)', () => {
  it('one that is due meanwhile is sent exactly once, with its nominal time; one that was cancelled before is not sent', async () => {
    const tenant = await Tenant.add(house);
    const site = await tenant.addSite();
    await tenant.admin('PUT', `/sites/${site.id}/notices`, { offline: { delaySeconds: 3 } });
    const write = (visitor: string) =>
      call('POST', `${house.urls.widget}/widget/v1/sites/${site.key}/conversations/c-${visitor}/messages`, {
        body: { visitor, text: 'Hallo', email: 'v@example.com' },
      });
    const sent = async () => (await tenant.events('type=NoticeSent')).map(({ data }) => data['visitorId']);
    // Answered at once, so that its notice is cancelled before any machine gets to sending it.
    expect((await write('answered')).status).toBe(202);
    await tenant.ask('POST', '/conversations/c-answered/events', { type: 'agent-reply', siteId: site.id, visitor: 'answered' });
    expect((await write('waiting')).status).toBe(202);
    await restartEverything();
    await eventually(async () => expect(await sent()).toContain('waiting'), { within: 15_000 });
    await restartEverything();
    // The notice of one who wrote later has come: what was due before it will not come any more.
    expect((await write('later')).status).toBe(202);
    await eventually(async () => expect(await sent()).toContain('later'), { within: 15_000 });
    expect(await sent()).toEqual(['waiting', 'later']);
    const [, waiting] = await tenant.events('type=VisitorMessageReceived');
    const [notice] = await tenant.events('type=NoticeSent');
    expect(Date.parse(notice?.effectiveAt ?? '') - Date.parse(waiting?.effectiveAt ?? '')).toBe(3_000);
  }, 60_000);
});
