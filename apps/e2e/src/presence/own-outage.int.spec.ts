import { afterEach, describe, expect, it } from '@jest/globals';
import { type Agent, type Device, Tenant, type WidgetStream } from '../client/index.js';
import { House, untilMs } from './house.fixture.js';

const LEASE = 3;
const API = 'agent-api';
const REST = 'admin-api projector widget-api';

let house: House;
afterEach(() => house.stop());

interface Scene {
  readonly tenant: Tenant;
  readonly agent: Agent;
  readonly device: Device;
  readonly box: WidgetStream;
}

async function scene(): Promise<Scene> {
  const tenant = await Tenant.add(house);
  const agent = await tenant.addAgent();
  const widget = tenant.widget(await tenant.addSite());
  const device = await agent.present('online');
  const box = await (await widget.listen()).startsAs('online');
  return { tenant, agent, device, box };
}

/** A client that is alive tries again and again. */
const tries = (device: Device) => () => device.heartbeat().catch(() => undefined);
const lapses = (tenant: Tenant) => tenant.events('type=HeartbeatExpired');

describe('nobody expires because of us (D10)', () => {
  it("case 16: the agents' door is stopped for longer than the lease, clients alive; it starts: nobody flaps", async () => {
    house = await House.start(LEASE, [API, REST, 'timekeeper']);
    const { tenant, agent, device, box } = await scene();
    await house.stopService(API);
    await untilMs(LEASE * 2500, performance.now(), tries(device));
    expect([await lapses(tenant), box.pushes]).toEqual([[], []]);
    await house.startService(API);
    expect((await device.heartbeat()).status).toBe(204);
    await untilMs(LEASE * 2500, performance.now(), tries(device));
    expect([await lapses(tenant), box.pushes, (await agent.presence()).effectiveStatus]).toEqual([[], [], 'online']);
  }, 60_000);

  it('whoever does not come back ends after the grace, and that is then the deadline', async () => {
    house = await House.start(LEASE, [API, REST, 'timekeeper']);
    const { tenant, box } = await scene();
    await house.stopService(API);
    await untilMs(LEASE * 2500, performance.now());
    const back = Date.now();
    await house.startService(API);
    await box.shows('offline', LEASE * 1000 + 3000);
    const [lapse] = await lapses(tenant);
    expect(Date.parse(lapse?.effectiveAt ?? '') - back).toBeGreaterThanOrEqual(LEASE * 1000 - 100);
    expect(Date.parse(lapse?.recordedAt ?? '') - Date.parse(lapse?.effectiveAt ?? '')).toBeLessThan(3000);
  }, 60_000);

  it('a quick restart is no outage: whoever stays silent ends at the own deadline', async () => {
    const lease = 8; // blind after 4 s, which is enough for a restart on a busy machine
    house = await House.start(lease, [API, REST, 'timekeeper']);
    const { tenant, box } = await scene();
    await house.stopService(API);
    await house.startService(API);
    await box.shows('offline', lease * 1000 + 3000);
    const [lapse] = await lapses(tenant);
    const { lastSeenAt } = lapse?.data as { lastSeenAt: string };
    expect(Date.parse(lapse?.effectiveAt ?? '')).toBe(Date.parse(lastSeenAt) + lease * 1000);
  }, 60_000);

  it('a stopped timekeeper is no outage, and when it starts again it ends what is due', async () => {
    house = await House.start(LEASE, [`${API} ${REST}`, 'timekeeper']);
    const { tenant, box } = await scene();
    await house.stopService('timekeeper');
    const stopped = performance.now();
    await untilMs(LEASE * 1000 + 2000, stopped);
    expect(await lapses(tenant)).toEqual([]);
    await house.startService('timekeeper');
    await box.shows('offline', 2500);
  }, 60_000);

  it('case 18: with the timekeeper dead a status query says offline all the same, at most 10 s late', async () => {
    house = await House.start(LEASE, [`${API} ${REST}`, 'timekeeper']);
    const { tenant, box } = await scene();
    const from = performance.now();
    await house.stopService('timekeeper');
    await box.shows('offline', LEASE * 1000 + 12_000);
    expect(performance.now() - from).toBeLessThan((LEASE + 12) * 1000);
    expect(await lapses(tenant)).toHaveLength(1);
  }, 60_000);

  it('two timekeepers end a session once (case 12)', async () => {
    house = await House.start(LEASE, [`${API} ${REST} timekeeper`, 'timekeeper']);
    const { tenant, box } = await scene();
    await box.shows('offline', LEASE * 1000 + 3000);
    await untilMs(1500, performance.now());
    expect(await lapses(tenant)).toHaveLength(1);
  }, 60_000);
});
