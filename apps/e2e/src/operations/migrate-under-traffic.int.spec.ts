import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { migrate } from '#migrations';
import { type Migration, migrations, schemaOf } from '#migrations/list';
import { eventually } from '#testing';
import { type Agent, type Device, type Place, Tenant } from '../client/index.js';
import { House, untilMs } from '../presence/house.fixture.js';
import { Traffic } from './traffic.fixture.js';

/** What the next release may do to tables that are in use: it adds. */
class NextRelease1760000000901 {
  name = 'NextRelease1760000000901';
  async up(db: { query(sql: string): Promise<unknown> }): Promise<void> {
    await db.query('CREATE TABLE store.of_the_next_release (x integer)');
    await db.query('ALTER TABLE lease.session ADD COLUMN of_the_next_release integer');
    await db.query("ALTER TABLE store.event ADD COLUMN of_the_next_release text NOT NULL DEFAULT 'x'");
    await db.query('ALTER TABLE store.stream_head ADD COLUMN of_the_next_release integer');
  }
  async down(): Promise<void> {}
}

const NEXT = [...migrations, NextRelease1760000000901 as Migration];
/** Longer than a statement of a service may take: whoever waits so long for a lock has failed. ms */
const LONG_MS = 7_000;

let house: House;
let tenant: Tenant;
let agents: Agent[];
let devices: Device[];
beforeAll(async () => {
  house = await House.start(120, ['agent-api', 'admin-api projector timekeeper widget-api']);
  tenant = await Tenant.add(house);
  await tenant.addSite();
  agents = [await tenant.addAgent(), await tenant.addAgent()];
  devices = await Promise.all(agents.map((agent) => agent.signIn()));
}, 60_000);
afterAll(() => house.stop(), 30_000);

/** The same session, at another door. */
const at = (place: Place, device: Device): Device => new (device.constructor as typeof Device)(place, device.session);

describe('the next release migrates while this one serves', () => {
  it('behind a long transaction of somebody else: no command fails or waits for it, and the migration comes through afterwards', async () => {
    const reader = new pg.Client({ connectionString: house.adminUrl });
    await reader.connect();
    const traffic = new Traffic(devices.map((device) => clicks(device)));
    try {
      await reader.query('BEGIN; SELECT count(*) FROM lease.session; SELECT count(*) FROM store.event; SELECT count(*) FROM store.stream_head');
      const began = performance.now();
      const lines: string[] = [];
      const migrating = migrate(house.adminUrl, (line) => lines.push(line), NEXT);
      await untilMs(LONG_MS, began);
      expect(lines).toEqual([expect.stringContaining('in use by a long transaction')]);
      await reader.query('COMMIT');
      await migrating;
      expect(lines).toContain('Migrated: NextRelease (901)');
      await traffic.goesOn(20);
    } finally {
      await reader.end();
      await traffic.stop();
    }
    expect(traffic.failures).toEqual([]);
    expect(traffic.slowestMs).toBeLessThan(LONG_MS - 1_000);
  }, 60_000);

  it('both releases serve side by side on the new schema, also the same agent, and their clicks are in one order', async () => {
    const next = await house.startService('agent-api', 'the next agent-api', schemaOf(NEXT));
    const place = { urls: { ...house.urls, agent: next }, adminToken: house.adminToken };
    const [one] = devices as [Device];
    const other = at(place, one);
    const before = (await one.status()).version;
    const traffic = new Traffic([clicks(one), clicks(other)]);
    await traffic.goesOn(40);
    await traffic.stop();
    expect(traffic.failures).toEqual([]);
    const changes = (await tenant.events('type=StatusChanged')).filter(({ streamId }) => streamId.endsWith(agents[0]?.id ?? '-'));
    expect((await one.status()).version).toBeGreaterThan(before);
    await eventually(async () => expect(await other.status()).toEqual(await one.status()));
    expect(changes.map(({ version }) => version)).toEqual([...changes.map(({ version }) => version)].sort((a, b) => a - b));
  }, 60_000);
});

/** Clicks and beats, one after the other. */
function clicks(device: Device): () => Promise<unknown> {
  let turn = 0;
  return async () => {
    turn += 1;
    const reply = turn % 3 === 0 ? await device.heartbeat() : await device.wish(turn % 2 === 0 ? 'online' : 'busy');
    if (reply.status > 299) throw new Error(`answered with ${reply.status}: ${JSON.stringify(reply.body)}`);
  };
}
