import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, type FreshDatabase, freshDatabase, natsUrl } from '#testing';
import { type Device, type Place, Tenant, type Widget } from '../client/index.js';
import { Balancer } from './balancer.fixture.js';
import { RoleProcess } from './role-process.fixture.js';
import { Traffic } from './traffic.fixture.js';

/** The doors, each by two processes behind a balancer. */
const DOORS = ['agent-api', 'admin-api', 'widget-api'] as const;
type Door = (typeof DOORS)[number];
/** Things done at each door before, between and after the stops. */
const MORE = 20;

let database: FreshDatabase;
let projector: RoleProcess;
let doors: Record<Door, { processes: RoleProcess[]; balancer: Balancer }>;
let place: Place;
let tenant: Tenant;
let devices: Device[];
let widget: Widget;

beforeAll(async () => {
  database = await freshDatabase();
  const env = {
    DATABASE_URL: database.serviceUrl,
    NATS_URL: natsUrl(),
    AMPEL_ADMIN_TOKEN: 'insecure-token-of-the-specs',
    AMPEL_TOKEN_SECRET: 's'.repeat(43),
    AMPEL_DRAIN_SECONDS: '2',
  };
  projector = await RoleProcess.prepare('projector', env); // commands of admins wait until it has seen them
  const prepared = await Promise.all(DOORS.map(async (role) => [role, [await RoleProcess.prepare(role, env), await RoleProcess.prepare(role, env)]] as const));
  await Promise.all([projector, ...prepared.flatMap(([, two]) => two)].map((process) => process.start()));
  const balanced = prepared.map(([role, processes]) => [role, { processes, balancer: new Balancer(processes.map(({ url }) => url)) }]);
  doors = Object.fromEntries(balanced) as typeof doors;
  await Promise.all(DOORS.map((role) => doors[role].balancer.start()));
  const urls = { agent: doors['agent-api'].balancer.url, admin: doors['admin-api'].balancer.url, widget: doors['widget-api'].balancer.url };
  place = { urls, adminToken: 'insecure-token-of-the-specs' };
  tenant = await Tenant.add(place);
  widget = tenant.widget(await tenant.addSite());
  const agents = await Promise.all([1, 2, 3].map(() => tenant.addAgent()));
  devices = await Promise.all(agents.map((agent) => agent.signIn()));
}, 120_000);

afterAll(async () => {
  const all = Object.values(doors ?? {});
  for (const { balancer } of all) balancer.stop();
  await Promise.all([projector, ...all.flatMap(({ processes }) => processes)].map((process) => process?.discard()));
  await database.drop();
}, 30_000);

describe('a rolling restart of all doors, each behind a balancer: one process of each after the other is stopped and started under load', () => {
  it('nothing asked of them fails, and each stop ends well within 10 s', async () => {
    const traffic: Record<Door, Traffic> = {
      'agent-api': new Traffic(devices.flatMap((device, turn) => [clicks(device), beats(device), reads(device, turn)])),
      'admin-api': new Traffic([addsGroups('A'), addsGroups('B'), () => tenant.admin('GET', '/status')]),
      'widget-api': new Traffic([() => widget.status(), () => widget.status(), listens]),
    };
    const goesOn = (): Promise<unknown> => Promise.all(DOORS.map((door) => traffic[door].goesOn(MORE)));
    const stops: { code: number | null; ms: number }[] = [];
    try {
      await goesOn();
      for (const turn of [0, 1]) {
        const processes = DOORS.flatMap((door) => doors[door].processes.slice(turn, turn + 1));
        stops.push(...(await Promise.all(processes.map((process) => process.stop()))));
        await goesOn();
        await Promise.all(processes.map((process) => process.start()));
        await eventually(() => DOORS.every((door) => doors[door].balancer.readyDoors === 2));
        await goesOn();
      }
    } finally {
      await Promise.all(DOORS.map((door) => traffic[door].stop()));
    }
    expect(Object.fromEntries(DOORS.map((door) => [door, traffic[door].failures]))).toEqual({ 'agent-api': [], 'admin-api': [], 'widget-api': [] });
    expect(stops).toEqual(Array.from({ length: 2 * DOORS.length }, () => ({ code: 0, ms: expect.any(Number), stderr: '' })));
    expect(Math.max(...stops.map(({ ms }) => ms))).toBeLessThan(10_000);
    // the load really went to both of each
    for (const door of DOORS) expect(Math.min(...doors[door].balancer.served)).toBeGreaterThan(MORE / 2);
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
/** A command whose answer waits for the projector. */
function addsGroups(name: string): () => Promise<void> {
  let turn = 0;
  return async () => void (await tenant.addGroup(`${name} ${(turn += 1)}`));
}
/** A visitor comes, sees the box and goes. A stream that a stop ends is opened again by the box itself. */
async function listens(): Promise<void> {
  const stream = await widget.listen();
  stream.events.close();
}
