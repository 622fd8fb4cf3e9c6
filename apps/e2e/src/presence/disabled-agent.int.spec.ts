import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OpenedSession } from '#contract';
import { eventually, natsUrl } from '#testing';
import { Agent, call, Device, Tenant } from '../client/index.js';
import { House } from './house.fixture.js';

/** Nobody listens there. */
const NO_BUS = 'nats://127.0.0.1:9';
/** contract, GET /stream: "ends within 10 s when the agent is disabled". */
const WITHIN = 10_000;

describe.each([
  ['with the bus', () => natsUrl(), 2_000],
  ['without the bus', () => NO_BUS, WITHIN],
])('an agent who is disabled, %s', (_name, bus, within) => {
  let house: House;
  let second: string;
  let tenant: Tenant;
  beforeAll(async () => {
    house = await House.start(120, ['agent-api', 'admin-api projector'], bus());
    second = await house.startService('agent-api', 'second');
    tenant = await Tenant.add(house);
  });
  afterAll(() => house.stop());

  it('loses sessions and streams in every process, whoever opened them; colleagues keep theirs', async () => {
    const [agent, colleague] = [await tenant.addAgent(), await tenant.addAgent()];
    const there = { ...house, adminToken: house.adminToken, urls: { ...house.urls, agent: second } };
    const here = await agent.signIn();
    const elsewhere = await new Agent(there, tenant, agent.view, agent.password).signIn('mobile');
    const opened = await tenant.admin<OpenedSession>('POST', `/agents/${agent.id}/sessions`, { device: { kind: 'desktop' } });
    const devices = [here, elsewhere, new Device(there, opened)];
    const streams = await Promise.all(devices.map((device) => device.listen()));
    const theirs = await (await colleague.signIn()).listen();
    for (const device of devices) expect((await device.heartbeat()).status).toBe(204);

    await tenant.admin('PATCH', `/agents/${agent.id}`, { active: false });
    await eventually(() => streams.every(({ ended }) => ended), { within });
    expect(theirs.ended).toBe(false);
    for (const device of devices) {
      // answered from memory for half a second more where no bell rings
      await eventually(async () => (await device.heartbeat()).status === 410, { within });
      for (const answer of [await device.heartbeat(), await device.ask('GET', 'status'), await device.ask('GET', 'stream')]) {
        expect(answer).toMatchObject({ status: 410, body: { code: 'session-expired' } });
      }
      const body = { refreshToken: device.session.refreshToken };
      expect(await call('POST', `${second}/agent/v1/tokens`, { body })).toMatchObject({ status: 410 });
    }
    theirs.close();
  });
});
