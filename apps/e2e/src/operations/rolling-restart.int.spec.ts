import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, type FreshDatabase, freshDatabase, natsUrl } from '#testing';
import { type Device, type Place, Tenant } from '../client/index.js';
import { Balancer } from './balancer.fixture.js';
import { RoleProcess } from './role-process.fixture.js';
import { Traffic } from './traffic.fixture.js';

let database: FreshDatabase;
let admin: RoleProcess;
let doors: RoleProcess[];
let balancer: Balancer;
let place: Place;
let devices: Device[];

beforeAll(async () => {
  database = await freshDatabase();
  const env = {
    DATABASE_URL: database.serviceUrl,
    NATS_URL: natsUrl(),
    AMPEL_ADMIN_TOKEN: 'insecure-token-of-the-specs',
    AMPEL_TOKEN_SECRET: 's'.repeat(43),
    AMPEL_DRAIN_SECONDS: '2',
  };
  admin = await RoleProcess.prepare('admin-api', env);
  doors = [await RoleProcess.prepare('agent-api', env), await RoleProcess.prepare('agent-api', env)];
  await Promise.all([admin, ...doors].map((process) => process.start()));
  balancer = new Balancer(doors.map(({ url }) => url));
  await balancer.start();
  place = { urls: { agent: balancer.url, admin: admin.url, widget: admin.url }, adminToken: 'insecure-token-of-the-specs' };
  const tenant = await Tenant.add(place);
  const agents = await Promise.all([1, 2, 3].map(() => tenant.addAgent()));
  devices = await Promise.all(agents.map((agent) => agent.signIn()));
}, 90_000);

afterAll(async () => {
  balancer?.stop();
  await Promise.all([admin, ...(doors ?? [])].map((process) => process?.discard()));
  await database.drop();
}, 30_000);

describe('a rolling restart of agent-api behind a balancer', () => {
  it('one process after the other is stopped and started under load: no command fails, each stop ends well within 10 s', async () => {
    const traffic = new Traffic(devices.flatMap((device, turn) => [clicks(device), beats(device), reads(device, turn)]));
    const stops: { code: number | null; ms: number }[] = [];
    try {
      await traffic.goesOn(50);
      for (const door of doors) {
        stops.push(await door.stop());
        await traffic.goesOn(30);
        await door.start();
        await eventually(() => balancer.readyDoors === 2);
        await traffic.goesOn(30);
      }
    } finally {
      await traffic.stop();
    }
    expect(traffic.failures).toEqual([]);
    expect(stops).toEqual([0, 1].map(() => ({ code: 0, ms: expect.any(Number), stderr: '' })));
    expect(Math.max(...stops.map(({ ms }) => ms))).toBeLessThan(10_000);
    expect(Math.min(...balancer.served)).toBeGreaterThan(20); // the load really went to both
  }, 120_000);
});

function must({ status, body }: { status: number; body: unknown }): void {
  if (status > 299) throw new Error(`answered with ${status}: ${JSON.stringify(body)}`);
}
function clicks(device: Device): () => Promise<void> {
  let turn = 0;
  return async () => must(await device.wish((turn += 1) % 2 === 0 ? 'online' : 'busy'));
}
function beats(device: Device): () => Promise<void> {
  return async () => must(await device.heartbeat());
}
function reads(device: Device, turn: number): () => Promise<unknown> {
  return turn === 0 ? () => device.preview('offline') : () => device.status();
}
