import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { STREAM } from '#messaging';
import { eventually } from '#testing';
import { RelayWorld } from './relay-world.fixture.js';

let world: RelayWorld;
beforeEach(async () => {
  world = await RelayWorld.open();
});
afterEach(() => world.close());

async function everythingIsThere(within = 10_000): Promise<void> {
  await eventually(
    async () => {
      const { log, stream } = await world.compare();
      expect(stream).toEqual(log);
    },
    { within },
  );
}

/** Runs statements as the administrator, outside of the spec's database. */
async function administer(work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const url = new URL(world.database.adminUrl);
  url.pathname = '/postgres';
  const client = new pg.Client({ connectionString: url.toString() });
  await client.connect();
  await work(client);
  await client.end();
}

function terminate(condition: string): (client: pg.Client) => Promise<unknown> {
  return (client) =>
    client.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND ${condition}`, [world.database.name]);
}

describe('a relay goes on without loss, repetition or disorder when', () => {
  it('nats-server is killed and comes back, while events are appended', async () => {
    world.startRelay();
    for (let n = 0; n < 40; n += 1) {
      if (n === 10) await world.nats.kill();
      if (n === 30) await world.nats.restart();
      await world.append(n % 4, 5);
    }
    await eventually(() => world.bus.connected);
    await everythingIsThere();
  });

  it('the stream is deleted: it is declared anew and filled from Postgres', async () => {
    world.startRelay();
    for (let n = 0; n < 20; n += 1) await world.append(n % 3, 10);
    await everythingIsThere();
    await world.bus.connection().manager.streams.delete(STREAM);
    await world.append(1, 2);
    await everythingIsThere();
    const { config } = await world.bus.connection().manager.streams.info(STREAM);
    expect(config).toMatchObject({ deny_delete: true, deny_purge: true, subjects: ['v1.*.*.*.*'] });
  });

  it('an idle stream is deleted: nobody has to do anything', async () => {
    world.startRelay();
    await world.append(1, 3);
    await everythingIsThere();
    await world.bus.connection().manager.streams.delete(STREAM);
    await everythingIsThere();
  });

  it("nats-server's store is wiped", async () => {
    world.startRelay();
    for (let n = 0; n < 20; n += 1) await world.append(n % 3, 10);
    await everythingIsThere();
    await world.nats.stop();
    await world.append(2, 1);
    await world.nats.restart({ wiped: true });
    await eventually(() => world.bus.connected);
    await everythingIsThere();
  });

  it('it is stopped in the middle and another one begins', async () => {
    await world.append(5, 400);
    await world.append(6, 400);
    const first = world.startRelay();
    await eventually(async () => (await world.delivered()).length > 0, { every: 1 });
    await first.close();
    world.startRelay();
    await everythingIsThere();
  });

  it("the lock's connection is cut: it stops, and somebody works on", async () => {
    const first = world.startRelay();
    await eventually(() => first.relay.standing === 'working');
    const second = world.startRelay();
    await eventually(() => second.relay.standing === 'standing by');
    await administer(terminate(`query LIKE '%idle_session_timeout%' OR query = 'SELECT 1'`));
    await world.append(0, 3);
    await everythingIsThere();
    const standings = await eventually(() => {
      const found = [first.relay.standing, second.relay.standing];
      expect(found.filter((standing) => standing === 'working')).toHaveLength(1);
      return found;
    });
    expect(standings.sort()).toEqual(['standing by', 'working']);
  });

  it('the one that works ends: the other takes over', async () => {
    const first = world.startRelay();
    await eventually(() => first.relay.standing === 'working');
    const second = world.startRelay();
    await eventually(() => second.relay.standing === 'standing by');
    await world.append(9, 3);
    await first.close();
    await eventually(() => second.relay.standing === 'working');
    await world.append(9, 3);
    await everythingIsThere();
  });

  it('Postgres is away for a while', async () => {
    const { relay } = world.startRelay();
    await world.append(9, 3);
    await everythingIsThere();
    await administer(async (client) => {
      await client.query(`ALTER DATABASE ${world.database.name} ALLOW_CONNECTIONS false`);
      await terminate('true')(client);
    });
    await eventually(() => relay.standing === 'away');
    await administer((client) => client.query(`ALTER DATABASE ${world.database.name} ALLOW_CONNECTIONS true`));
    await eventually(() => relay.standing === 'working', { within: 10_000 });
    await world.append(9, 3);
    await everythingIsThere();
  });
});

it('two relays at once, which no lock keeps apart, publish everything in order, and nothing twice', async () => {
  world.startRelay(1);
  world.startRelay(2);
  await Promise.all(Array.from({ length: 100 }, (_, n) => world.append(n % 4, 10)));
  await everythingIsThere();
  await world.nats.kill();
  await world.append(0, 50);
  await world.nats.restart();
  await eventually(() => world.bus.connected);
  await everythingIsThere();
});

it('the session that holds the lock ends by itself when nobody watches it, so a paused relay loses it', async () => {
  const { relay, pools } = world.startRelay();
  await eventually(() => relay.standing === 'working');
  const { rows } = await pools.engine.query<{ watched: string }>(
    `SELECT query AS watched FROM pg_stat_activity a JOIN pg_locks l ON l.pid = a.pid AND l.locktype = 'advisory'
     WHERE a.datname = current_database()`,
  );
  expect(rows).toEqual([{ watched: `SET idle_session_timeout = '8s'` }]);
});

it('a relay that starts while NATS is away publishes as soon as it is there', async () => {
  await world.nats.stop();
  await world.append(9, 3);
  const { relay } = world.startRelay();
  await eventually(() => relay.standing === 'working');
  await world.nats.restart();
  await eventually(() => world.bus.connected);
  await everythingIsThere();
});
