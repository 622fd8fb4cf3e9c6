import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '#testing';
import { type Agent, type Device, type ProblemBody, type StoredFact, Tenant, type Widget, type WidgetStream } from '../client/index.js';
import { House, untilMs } from './house.fixture.js';

const LEASE = 4;

let house: House;
let tenant: Tenant;
let agent: Agent;
let widget: Widget;
let box: WidgetStream;
let device: Device;

beforeAll(async () => {
  house = await House.start(LEASE, ['agent-api admin-api projector timekeeper widget-api']);
});
afterAll(() => house.stop());

// Given only A, online
beforeEach(async () => {
  tenant = await Tenant.add(house);
  agent = await tenant.addAgent();
  widget = tenant.widget(await tenant.addSite());
  device = await agent.present('online');
  box = await (await widget.listen()).startsAs('online');
});

const facts = (type: string): Promise<StoredFact[]> => tenant.events(`agentId=${agent.id}&type=${type}`);
const rfc = (ms: number): string => new Date(ms).toISOString();
/** Busy from now on for so long; gives when it ends, of the service's clock (this machine's). */
async function busyFor(ms: number): Promise<number> {
  const until = Date.now() + ms;
  expect(await device.ask('PUT', 'status', { status: 'busy', until: rfc(until) })).toMatchObject({
    status: 200,
    body: { status: 'busy', effectiveStatus: 'busy', until: rfc(until) },
  });
  await box.shows('busy');
  return until;
}

describe('a status for a while (D15)', () => {
  it('case 45: busy until then; online at that time within a second, one push; everybody is told of it beforehand', async () => {
    const until = await busyFor(2500);
    expect(await widget.status()).toMatchObject({ status: 'busy', next: { at: rfc(until), status: 'online' } });
    expect(await agent.presence()).toMatchObject({ status: 'busy', until: rfc(until) });
    const began = performance.now();
    await untilMs(until - Date.now() - 100, began, () => device.heartbeat());
    expect(box.last.status).toBe('busy');
    await box.shows('online', 1100);
    expect(Math.abs(Date.now() - until)).toBeLessThanOrEqual(1000);
    expect(box.pushes).toEqual(['busy', 'online']);
    expect(box.last).toMatchObject({ since: rfc(until), next: null });
    // The box changes by `next` at the very time; the fact is written within the second.
    const [ended, ...more] = await eventually(async () => {
      const written = await facts('StatusTimerEnded');
      return written.length > 0 && written;
    }, { within: 5_000 });
    expect([ended, ...more]).toMatchObject([
      { effectiveAt: rfc(until), actor: { kind: 'system' }, data: { from: 'busy', to: 'online', statusVersion: 3 } },
    ]);
    expect(await device.status()).toEqual({ status: 'online', effectiveStatus: 'online', version: 3, since: rfc(until) });
  });

  it('the agent is told on every device', async () => {
    const stream = await device.listen();
    const until = await busyFor(1500);
    await stream.until(({ status, until: told }) => status === 'busy' && told === rfc(until), { within: 5_000 });
    await stream.until(({ status, version }) => status === 'online' && version === 3, { within: 5_000 });
    device.close();
  });

  it('case 46: the sessions die before: offline then, and still offline when the time is over', async () => {
    const until = await busyFor((LEASE + 4) * 1000);
    await box.shows('offline', (LEASE + 3) * 1000);
    expect(box.last.next).toBeNull();
    await eventually(async () => (await facts('StatusTimerEnded')).length === 1, { within: until - Date.now() + 1500, every: 100 });
    expect(box.pushes).toEqual(['busy', 'offline']);
    expect(await agent.presence()).toMatchObject({ status: 'online', effectiveStatus: 'offline' });
    await agent.signIn();
    await box.shows('online');
  });

  it('case 47: online by hand before: nothing happens when the time would have been over', async () => {
    const until = await busyFor(2000);
    expect(await device.click('online')).not.toHaveProperty('until');
    await box.shows('online');
    expect(await widget.status()).toMatchObject({ next: null });
    const before = await tenant.events(`agentId=${agent.id}`);
    const began = performance.now();
    await untilMs(until - Date.now() + 1500, began, () => device.heartbeat());
    expect(await tenant.events(`agentId=${agent.id}`)).toEqual(before);
    expect(box.pushes).toEqual(['busy', 'online']);
  });

  it.each([
    ['in the past', rfc(Date.now() - 1000)],
    ['beyond 30 days', rfc(Date.now() + 31 * 86_400_000)],
    ['no time', 'tomorrow'],
  ])('case 48: until %s is refused at /until, and there is no event', async (_name, until) => {
    const count = (await tenant.events()).length;
    const answer = await device.ask<ProblemBody>('PUT', 'status', { status: 'busy', until });
    expect([answer.status, answer.body.errors?.map(({ pointer }) => pointer)]).toEqual([422, ['/until']]);
    expect(await tenant.events()).toHaveLength(count);
    expect(await device.status()).toMatchObject({ status: 'online' });
  });

  it('a click that comes after the end and before it was noticed builds on the end; a stale device is told', async () => {
    const until = await busyFor(1000);
    const answers: number[] = [];
    await eventually(async () => {
      const { status } = await device.wish('offline', 3);
      answers.push(status);
      return status === 200;
    }, { within: 5_000, every: 5 });
    expect(new Set(answers.slice(0, -1))).toEqual(new Set([409]));
    expect(Date.now()).toBeGreaterThanOrEqual(until);
    const told = (await tenant.events(`agentId=${agent.id}`)).slice(-2);
    expect(told.map(({ type }) => type)).toEqual(['StatusTimerEnded', 'StatusChanged']);
    expect(told[0]?.effectiveAt).toBe(rfc(until));
  });

  it('a second one gives back what the first would have', async () => {
    await busyFor(60_000);
    const until = Date.now() + 1500;
    await device.ask('PUT', 'status', { status: 'offline', until: rfc(until) });
    await box.shows('offline');
    await box.shows('online', 3000);
    expect(box.last.since).toBe(rfc(until));
  });
});

describe('with neither timekeeper nor a first sight of one', () => {
  it('the projector ends timers and leases in its place (case 18): late by ten seconds at most', async () => {
    const alone = await House.start(LEASE, ['agent-api admin-api projector widget-api']);
    try {
      const own = await Tenant.add(alone);
      const [timed, silent] = [await own.addAgent(), await own.addAgent()];
      const site = await own.addSite();
      const [first, second] = [await timed.present('online'), await silent.present('online')];
      const until = Date.now() + 2000;
      await first.ask('PUT', 'status', { status: 'offline', until: rfc(until) });
      const from = performance.now();
      await second.heartbeat();
      const stream = await (await own.widget(site).listen()).startsAs('online');
      await eventually(
        async () => {
          await first.heartbeat();
          return (await own.events('type=HeartbeatExpired')).length === 1;
        },
        { within: (LEASE + 10) * 1000, every: 500 },
      );
      expect(performance.now() - from).toBeGreaterThan(LEASE * 1000);
      expect((await own.events('type=HeartbeatExpired'))[0]?.data).toMatchObject({ sessionId: second.session.sessionId });
      const [ended] = await own.events('type=StatusTimerEnded');
      expect(ended?.effectiveAt).toBe(rfc(until));
      expect(Date.parse(ended?.recordedAt ?? '') - until).toBeLessThan(10_000);
      expect(stream.last.status).toBe('online');
      own.close();
    } finally {
      await alone.stop();
    }
  }, 60_000);
});
