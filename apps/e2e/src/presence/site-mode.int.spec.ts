import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { eventually } from '#testing';
import { Tenant } from '../client/index.js';
import { House } from './house.fixture.js';

let house: House;
beforeAll(async () => {
  house = await House.start(30, ['agent-api admin-api projector timekeeper widget-api']);
});
afterAll(() => house.stop());

it('"closed until 14:00" (D7): offline at once, the earlier mode comes back at that time within a second, told beforehand', async () => {
  const tenant = await Tenant.add(house);
  const site = await tenant.addSite();
  const widget = tenant.widget(site);
  const device = await (await tenant.addAgent()).present('busy');
  const box = await (await widget.listen()).startsAs('busy');
  const path = `/sites/${site.id}`;
  const until = new Date(Date.now() + 2000).toISOString();
  expect(await tenant.ask('PUT', `${path}/mode`, { mode: 'force-offline', until, reason: 'lunch' })).toMatchObject({ status: 200 });
  await box.shows('offline', 1000);
  expect(await widget.status()).toMatchObject({ status: 'offline', next: { at: until, status: 'busy' } });
  expect(await device.status()).toMatchObject({ status: 'busy', effectiveStatus: 'busy' });
  expect((await tenant.ask('GET', `${path}/status`)).body).toMatchObject({
    reasons: [{ rule: 'site-mode', decides: true, mode: 'force-offline', until, reason: 'lunch' }, { rule: 'agents', decides: false }],
    wouldOpen: { change: 'change-mode' },
  });
  await box.shows('busy', 3500);
  expect(Math.abs(Date.now() - Date.parse(until))).toBeLessThanOrEqual(1000);
  const told = await eventually(async () => {
    const events = await tenant.events('type=SiteModeChanged');
    return events.length === 2 && events;
  });
  expect(told[1]).toMatchObject({ effectiveAt: until, actor: { kind: 'system' }, data: { from: 'force-offline', to: 'agents-and-hours' } });
  expect(box.pushes).toEqual(['offline', 'busy']);
  expect((await tenant.ask('GET', path)).body).toMatchObject({ mode: 'agents-and-hours' });
});
