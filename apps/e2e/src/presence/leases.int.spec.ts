import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '#testing';
import { type Agent, type Device, type StoredFact, Tenant, type WidgetStream } from '../client/index.js';
import { House, untilMs } from './house.fixture.js';

const LEASE = 3;
/** behaviour D9: a lease ends at most that long after its deadline, ms. */
const LATEST = 3_000;

let house: House;
let tenant: Tenant;
let agent: Agent;
let box: WidgetStream;
let device: Device;
/** Just before and just after the last sign of life. */
let beat: { from: number; to: number };

beforeAll(async () => {
  house = await House.start(LEASE, ['agent-api admin-api projector timekeeper widget-api']);
});
afterAll(() => house.stop());

// Given only A, online, last beat t0
beforeEach(async () => {
  tenant = await Tenant.add(house);
  agent = await tenant.addAgent();
  const widget = tenant.widget(await tenant.addSite());
  device = await agent.signIn();
  const from = performance.now();
  await device.click('online');
  beat = { from, to: performance.now() };
  box = await (await widget.listen()).startsAs('online');
});

const endings = (type = 'HeartbeatExpired'): Promise<StoredFact[]> => tenant.events(`agentId=${agent.id}&type=${type}`);
const at = (fact: StoredFact | undefined): number => Date.parse(fact?.effectiveAt ?? '');

async function expectOneEndOnTime(): Promise<void> {
  const offline = await box.shows('offline', LEASE * 1000 + LATEST);
  expect(offline - beat.from).toBeGreaterThanOrEqual(LEASE * 1000);
  expect(offline - beat.to).toBeLessThanOrEqual(LEASE * 1000 + LATEST);
  const facts = await endings();
  expect(facts).toMatchObject([{ data: { sessionId: device.session.sessionId }, actor: { kind: 'system' } }]);
  expect(at(facts[0])).toBe(Date.parse((facts[0]?.data as { lastSeenAt: string }).lastSeenAt) + LEASE * 1000);
  expect(box.pushes).toEqual(['offline']);
}

describe('the two minutes', () => {
  it('case 6: A signs out without going offline: online up to t0+lease, offline 3 s after it, one HeartbeatExpired of then', async () => {
    expect((await device.signOut()).status).toBe(204);
    await expectOneEndOnTime();
    expect((await agent.presence()).sessions).toEqual([]);
    expect((await device.heartbeat()).status).toBe(410);
  });

  it('case 7: the same with the browser killed', async () => {
    await expectOneEndOnTime();
  });

  it('case 8: A signs in again at half of the lease: no offline, no push', async () => {
    await device.signOut();
    await untilMs((LEASE * 1000) / 2, beat.to);
    const again = await agent.signIn();
    expect(again.session.state).toMatchObject({ status: 'online', effectiveStatus: 'online' });
    await eventually(async () => {
      await again.heartbeat();
      return (await endings()).length === 1;
    }, { within: LEASE * 1000 + LATEST, every: 300 });
    expect([box.pushes, box.last.status]).toEqual([[], 'online']);
  });

  it('case 8: A signs in just after the deadline, before anybody has noticed: offline, then online, two pushes', async () => {
    await device.signOut();
    await untilMs(LEASE * 1000 + 600, beat.to);
    const known = (await endings()).length;
    const again = await agent.signIn();
    expect(known).toBe(0);
    await box.shows('online');
    expect(box.pushes).toEqual(['offline', 'online']);
    const types = (await tenant.events(`agentId=${agent.id}`)).map(({ type }) => type);
    expect(types.slice(-2)).toEqual(['HeartbeatExpired', 'AgentLoggedIn']);
    again.close();
  });

  it('case 9: the desktop stops, the phone beats: online all the time; the desktop session ends in the log', async () => {
    const phone = await agent.signIn('mobile');
    await untilMs(LEASE * 2000, beat.to, () => phone.heartbeat());
    expect(await endings()).toMatchObject([{ data: { sessionId: device.session.sessionId } }]);
    expect([box.pushes, (await agent.presence()).sessions.map(({ id }) => id)]).toEqual([[], [phone.session.sessionId]]);
  });

  it('case 10: a beat of an expired session is 410, as is every other call, and makes nobody present; a new session does', async () => {
    await box.shows('offline', LEASE * 1000 + LATEST);
    for (const answer of await Promise.all([
      device.heartbeat(),
      device.wish('online'),
      device.ask('GET', 'status'),
      device.ask('PUT', 'push', { reachableByPush: true }),
      device.signOut(),
      device.ask('GET', 'stream'),
    ])) {
      expect(answer).toMatchObject({ status: 410, body: { code: 'session-expired' } });
    }
    expect((await agent.presence()).effectiveStatus).toBe('offline');
    await agent.signIn();
    await box.shows('online');
  });

  it('whoever beats is not ended, for many leases', async () => {
    await untilMs(LEASE * 4000, beat.to, async () => expect((await device.heartbeat()).status).toBe(204));
    expect([await endings(), box.pushes]).toEqual([[], []]);
  });

  it('whoever clicks the same status again and again beats (D8); whoever only reads does not', async () => {
    await untilMs(LEASE * 1500, beat.to, () => device.click('online'));
    expect(await endings()).toEqual([]);
    beat = { from: performance.now(), to: performance.now() };
    await eventually(async () => (await device.ask('GET', 'status')).status === 410, { within: LEASE * 1000 + LATEST });
    await box.shows('offline');
    expect(box.pushes).toEqual(['offline']);
  });
});

describe('a phone that push messages reach', () => {
  it('case 23: silent for longer than the lease it is present, shown as reachable by push; signed out it is offline after the lease', async () => {
    const phone = await agent.signIn('mobile');
    expect(await phone.ask('PUT', 'push', { reachableByPush: true })).toMatchObject({ status: 200, body: { status: 'online' } });
    await untilMs(LEASE * 1000 + LATEST, performance.now());
    const { effectiveStatus, sessions } = await agent.presence();
    expect([effectiveStatus, box.pushes]).toEqual(['online', []]);
    expect(sessions).toMatchObject([{ id: phone.session.sessionId, reachableByPush: true, signedOut: false }]);
    const [session] = sessions;
    expect(Date.parse(session?.expiresAt ?? '') - Date.parse(session?.lastSeenAt ?? '')).toBe(8 * 3_600_000);

    const left = performance.now();
    await phone.signOut();
    const offline = await box.shows('offline', LEASE * 1000 + LATEST);
    expect(offline - left).toBeGreaterThanOrEqual(LEASE * 1000 - 50);
    expect((await endings()).map(({ data }) => (data as { sessionId: string }).sessionId)).toEqual([
      device.session.sessionId,
      phone.session.sessionId,
    ]);
  });

  it('a tenant that switches it off leaves it the ordinary lease, at once', async () => {
    const phone = await agent.signIn('mobile');
    await phone.ask('PUT', 'push', { reachableByPush: true });
    await untilMs(LEASE * 1000 + LATEST, performance.now());
    expect(box.pushes).toEqual([]);
    await tenant.admin('PATCH', '', { mobileHours: 0 });
    const changed = performance.now();
    expect((await box.shows('offline', LEASE * 1000 + LATEST)) - changed).toBeGreaterThanOrEqual(LEASE * 1000 - 100);
  });
});

describe('an admin ends a session', () => {
  it('it is present no more, at once; its stream ends, its calls are 410', async () => {
    const stream = await device.listen();
    const path = `/agents/${agent.id}/sessions/${device.session.sessionId}`;
    expect((await tenant.ask('DELETE', path)).status).toBe(204);
    await box.shows('offline');
    await eventually(() => stream.ended, { within: 10_000 });
    expect((await device.heartbeat()).status).toBe(410);
    expect(await endings('SessionEnded')).toMatchObject([{ data: { cause: 'ended-by-admin' }, actor: { kind: 'platform' } }]);
    expect((await tenant.ask('DELETE', path)).status).toBe(404);
    await untilMs(LEASE * 1000 + 1500, beat.to);
    expect(await endings()).toEqual([]);
  });
});
