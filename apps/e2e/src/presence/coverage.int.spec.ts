import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AddedWebhook, Availability, GroupView, SiteView, TenantStatus } from '#contract';
import { DAY_NAMES } from '#domain/opening-hours/index';
import { eventually, natsUrl } from '#testing';
import { type Agent, type Device, Receiver, type StoredFact, Tenant } from '../client/index.js';
import { House } from './house.fixture.js';

const ALERT_SECONDS = 1;
/** Two of them, as two processes would be. */
const TIMEKEEPERS = ['timekeeper', 'another timekeeper'];
const PATIENT = { within: 20_000, every: 200 };

let house: House;
let tenant: Tenant;
let site: SiteView;
let group: GroupView;
let agent: Agent;
let device: Device;
let receiver: Receiver;

// Given a shop that is open day and night, and A in DE, online
beforeAll(async () => {
  house = await House.start(120, ['agent-api admin-api projector relay widget-api'], natsUrl(), {
    AMPEL_COVERAGE_SECONDS: String(ALERT_SECONDS),
    AMPEL_WEBHOOK_LOOPBACK: 'allowed',
  });
  for (const name of TIMEKEEPERS) await house.startService('timekeeper', name);
  tenant = await Tenant.add(house);
  [site, group] = [await tenant.addSite(), await tenant.addGroup('DE')];
  agent = await tenant.addAgent([group]);
  receiver = await Receiver.start();
  const { secret } = await tenant.admin<AddedWebhook>('POST', '/webhooks', { name: 'Pager', url: receiver.url, eventTypes: ['CoverageLost', 'CoverageRestored'] });
  receiver.trust(secret);
  device = await agent.present('online'); // before there are hours: a new box without them has lost nobody
  await tenant.admin('PUT', `/sites/${site.id}/hours`, { timeZone: 'Europe/Berlin', weekly: [{ days: [...DAY_NAMES], opens: '00:00', closes: '24:00' }] });
});
afterAll(async () => {
  await receiver?.down();
  await house?.stop();
});

const told = async (): Promise<StoredFact[]> => [...(await tenant.events('type=CoverageLost')), ...(await tenant.events('type=CoverageRestored'))];
const ofSite = async () => (await told()).filter(({ data }) => data['groupId'] === null);
const standing = () => tenant.admin<TenantStatus>('GET', '/status');
const lastClick = async (): Promise<string> => (await tenant.events('type=StatusChanged')).at(-1)?.effectiveAt ?? '';
const after = (rfc: string, seconds: number): string => new Date(Date.parse(rfc) + seconds * 1000).toISOString();

describe('coverage (case 56)', () => {
  it('everybody offline inside hours for so long: one alert, told to the webhook and shown; somebody is back: one recovery notice', async () => {
    await device.click('offline');
    const left = await lastClick();
    const [lost] = await eventually(async () => {
      const found = await ofSite();
      return found.length > 0 && found;
    }, PATIENT);
    expect(lost).toMatchObject({
      ...{ type: 'CoverageLost', effectiveAt: after(left, ALERT_SECONDS), actor: { kind: 'system', id: 'coverage' }, streamId: `site-${site.id}` },
      data: { siteId: site.id, groupId: null, since: left, afterSeconds: ALERT_SECONDS },
    });
    await eventually(async () => {
      const { sites, groups } = await standing();
      expect([sites[0]?.uncoveredSince, groups[0]?.uncoveredSince]).toEqual([left, left]);
    }, PATIENT);
    await device.click('busy');
    const back = await lastClick();
    await eventually(async () => expect(await told()).toHaveLength(4), PATIENT);
    expect((await ofSite())[1]).toMatchObject({ type: 'CoverageRestored', data: { siteId: site.id, since: left, because: 'somebody-there' } });
    expect(Date.parse((await ofSite())[1]?.effectiveAt ?? '')).toBeGreaterThanOrEqual(Date.parse(back));
    expect((await told()).map(({ data }) => data['groupId'])).toEqual([null, group.id, null, group.id]);
    await eventually(() => expect(receiver.events.map(({ type }) => type).sort()).toEqual(['CoverageLost', 'CoverageLost', 'CoverageRestored', 'CoverageRestored']), PATIENT);
    await eventually(async () => expect((await standing()).sites[0]).not.toHaveProperty('uncoveredSince'), PATIENT);
    const report = await tenant.admin<Availability>('GET', `/reports/availability?from=${after(left, -60)}&to=${after(back, 3600)}&siteId=${site.id}`);
    expect(report).toMatchObject({
      ...{ site: { coverageAlerts: 1 }, groups: [{ id: group.id, coverageAlerts: 1 }] },
      coverageGaps: [{ groupId: null, from: left, because: 'somebody-there' }, { groupId: group.id, from: left, because: 'somebody-there' }],
    });
  });

  it('the timekeepers die before it is due: told once, with the time it has, when one is back; none outside hours', async () => {
    await device.click('online');
    for (const name of TIMEKEEPERS) await house.stopService(name);
    await device.click('offline');
    const left = await lastClick();
    await house.startService('timekeeper', TIMEKEEPERS[0]);
    await eventually(async () => expect(await ofSite()).toHaveLength(3), PATIENT);
    expect((await tenant.events('type=CoverageLost')).at(-1)).toMatchObject({ effectiveAt: after(left, ALERT_SECONDS), data: { since: left } });
    await tenant.admin('PUT', `/sites/${site.id}/hours`, { timeZone: 'Europe/Berlin', weekly: [], closedPermanently: true });
    await eventually(async () => expect(await ofSite()).toHaveLength(4), PATIENT);
    expect((await tenant.events('type=CoverageRestored')).at(-1)).toMatchObject({ data: { since: left, because: 'hours-ended' } });
    // Outside hours nobody comes or goes loudly: what is told next is told of the next gap.
    await device.click('online');
    await device.click('offline');
    const reopened = await tenant.admin<unknown>('DELETE', `/sites/${site.id}/hours`).then(async () => (await tenant.events('type=HoursChanged')).at(-1));
    await eventually(async () => expect(await ofSite()).toHaveLength(5), PATIENT);
    expect((await tenant.events('type=CoverageLost')).at(-1)).toMatchObject({ data: { since: reopened?.effectiveAt } });
  });
});
