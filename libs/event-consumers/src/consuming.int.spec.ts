import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createPools } from '#database';
import { eventually } from '#testing';
import { ConsumerWorld, type Seen, STREAM_OF_SPEC, TENANT } from './consumer-world.fixture.js';
import { discardParked, findParked, listParked, retryParked } from './parked-events.js';

let world: ConsumerWorld;
beforeEach(async () => {
  world = await ConsumerWorld.open();
});
afterEach(() => world.close());

const ids = (seen: readonly Seen[]): string[] => [...new Set(seen.map(({ id }) => id))].sort();
const nothing = { unacknowledged: 0, waiting: 0 };

describe('a handler of events', () => {
  it('gets what was published before it was there and after, once each, and what it has done is acknowledged', async () => {
    await world.declare();
    await world.publish({ id: 'a' });
    const { seen, metrics } = await world.consume(() => undefined);
    await world.publish({ id: 'b' });
    await eventually(() => ids(seen).length === 2);
    await eventually(async () => expect(await world.outstanding()).toEqual(nothing));
    expect(seen).toEqual([{ id: 'a', deliveries: 1 }, { id: 'b', deliveries: 1 }]);
    expect(await metrics.text()).toContain('ampel_consumed_events_total{consumer="spec",outcome="handled"} 2');
  });

  it('gets the kinds and types of its pattern only', async () => {
    await world.declare();
    const boxes = await world.consume(() => undefined, { pattern: 'box.*', durable: 'boxes' });
    const added = await world.consume(() => undefined, { pattern: '*.SiteAdded', durable: 'added' });
    await world.publish({ id: 'a', type: 'SiteAdded' });
    await world.publish({ id: 'b', type: 'SiteStatusChanged', kind: 'box' });
    await world.publish({ id: 'c' });
    await eventually(() => boxes.seen.length === 1 && added.seen.length === 1);
    expect([ids(boxes.seen), ids(added.seen)]).toEqual([['b'], ['a']]);
  });

  it('may start before NATS has the stream', async () => {
    const { seen } = await world.consume(() => undefined);
    await world.declare();
    await world.publish({ id: 'a' });
    await eventually(() => seen.length === 1, { within: 10_000 });
  });

  it('goes on where it was after NATS was away, and after the stream was lost and filled again', async () => {
    await world.declare();
    const { seen } = await world.consume(() => undefined);
    await world.publish({ id: 'a' });
    await eventually(() => seen.length === 1);
    await eventually(async () => expect(await world.outstanding()).toEqual(nothing));
    await world.nats.kill();
    await world.nats.restart();
    await eventually(() => world.bus.connected);
    await world.publish({ id: 'b' });
    await eventually(() => ids(seen).length === 2, { within: 10_000 });
    expect(seen.filter(({ id }) => id === 'a')).toHaveLength(1);
    await world.bus.connection().manager.streams.delete(STREAM_OF_SPEC);
    await world.declare();
    await world.publish({ id: 'c' });
    await eventually(() => ids(seen).length === 3, { within: 20_000 });
  }, 40_000);

  it('shares its events with the same handler of another process', async () => {
    await world.declare();
    const [one, two] = [await world.consume(() => undefined, { concurrency: 1 }), await world.consume(() => undefined, { concurrency: 1 })];
    const published = await Promise.all(Array.from({ length: 40 }, () => world.publish()));
    await eventually(() => one.seen.length + two.seen.length === 40);
    expect([...ids(one.seen), ...ids(two.seen)].sort()).toEqual(published.sort());
    expect(Math.min(one.seen.length, two.seen.length)).toBeGreaterThan(0);
  });

  it('is asked again while it works longer than the server would wait, by nobody', async () => {
    await world.declare();
    let finish: () => void = () => undefined;
    const { seen } = await world.consume(() => new Promise<void>((resolve) => (finish = resolve)), { ackWaitMs: 300 });
    await world.publish({ id: 'slow' });
    await eventually(() => seen.length === 1);
    const since = performance.now();
    await eventually(() => performance.now() - since > 1_000);
    finish();
    await eventually(async () => expect(await world.outstanding()).toEqual(nothing));
    expect(seen).toHaveLength(1);
  });
});

describe('an event that cannot be handled', () => {
  it('comes again after growing delays, and is parked with the reason; it stops no other', async () => {
    await world.declare();
    const { seen, metrics } = await world.consume(({ id }) => {
      if (id === 'poison') throw new Error('it does not agree with me');
    });
    await world.publish({ id: 'poison' });
    await world.publish({ id: 'good' });
    await eventually(async () =>
      expect(await world.parked()).toEqual([{ eventId: 'poison', state: 'parked', reason: 'it does not agree with me', deliveries: 3 }]),
    );
    expect(seen.filter(({ id }) => id === 'poison').map(({ deliveries }) => deliveries)).toEqual([1, 2, 3]);
    expect(seen.filter(({ id }) => id === 'good')).toHaveLength(1);
    await eventually(async () => expect(await world.outstanding()).toEqual(nothing));
    expect(await metrics.text()).toContain('outcome="parked"} 1');
  });

  it('is parked at once if nobody can read it: no JSON, no CloudEvent, or of another place than its subject says', async () => {
    await world.declare();
    const { seen } = await world.consume(() => undefined);
    await world.publish({ id: 'a-no-json', raw: '{"specversion":' });
    await world.publish({ id: 'b-no-event', raw: '{"hello":"world"}' });
    await world.publish({ id: 'c-huge', raw: `"${'x'.repeat(900_000)}"` });
    const foreign = { specversion: '1.0', id: 'x', source: '/ampel/tenants/other', type: 'StatusChanged', dataschema: 'urn:ampel:schema:StatusChanged:1',
      subject: 's', time: '2026-03-02T08:00:00.123Z', datacontenttype: 'application/json', tenantid: 'other', partition: 3, position: 1,
      effectiveat: '2026-03-02T08:00:00.123Z', actorkind: 'system', actorid: 's', data: {} };
    await world.publish({ id: 'd-foreign', raw: JSON.stringify(foreign) });
    await world.publish({ id: 'e-unknown-type', type: 'InventedLater' });
    await eventually(async () => expect(await world.parked()).toHaveLength(4));
    await eventually(() => seen.length === 1);
    expect(seen).toEqual([{ id: 'e-unknown-type', deliveries: 1 }]);
    expect((await world.parked()).map(({ reason }) => reason.slice(0, 30))).toEqual([
      'the message is not JSON in UTF', 'the message is no CloudEvent o', 'the message is no CloudEvent o', 'the message came on v1.3.tenan',
    ]);
  });

  it('is not parked while Postgres is away, however often it came', async () => {
    await world.declare();
    const away = createPools('postgres://nobody@127.0.0.1:9/nowhere', { max: 1 });
    let back = false;
    const { seen } = await world.consume(async () => {
      if (!back) await away.engine.query('SELECT 1');
    });
    await world.publish({ id: 'a' });
    await eventually(() => seen.length > 5);
    expect(await world.parked()).toEqual([]);
    back = true;
    await eventually(async () => expect(await world.outstanding()).toEqual(nothing));
    expect(await world.parked()).toEqual([]);
    await away.close();
  });

  it('stays with the server when it cannot be parked', async () => {
    await world.declare();
    const away = createPools('postgres://nobody@127.0.0.1:9/nowhere', { max: 1 });
    const { seen } = await world.consume(() => { throw new Error('no'); }, { pools: away });
    await world.publish({ id: 'a' });
    await eventually(() => seen.length > 4);
    expect((await world.outstanding()).unacknowledged).toBe(1);
    await away.close();
  });
});

describe('a parked event', () => {
  const parkOne = async (mended: () => boolean): Promise<string> => {
    await world.declare();
    await world.consume(() => {
      if (!mended()) throw new Error('not yet');
    });
    await world.publish({ id: 'poison' });
    await eventually(async () => (await world.parked()).length === 1);
    const [parked] = await listParked(world.pools.engine, TENANT, { after: null, limit: 10 });
    expect(parked).toMatchObject({ consumer: 'spec', eventId: 'poison', type: 'StatusChanged', state: 'parked', reason: 'not yet' });
    return parked?.id ?? '';
  };

  it('is handled once more when a person wants it: with success it is done, else it is parked again', async () => {
    let mended = false;
    const id = await parkOne(() => mended);
    const sql = world.pools.engine;
    expect(await retryParked(sql, TENANT, id)).toBe(true);
    expect(await retryParked(sql, TENANT, id)).toBe(false);
    await eventually(async () => expect(await findParked(sql, TENANT, id)).toMatchObject({ state: 'parked', deliveries: 4 }));
    mended = true;
    expect(await retryParked(sql, TENANT, id)).toBe(true);
    await eventually(async () => expect(await findParked(sql, TENANT, id)).toMatchObject({ state: 'handled', deliveries: 5 }));
    expect(await listParked(sql, TENANT, { after: null, limit: 10 })).toEqual([]);
    expect(await discardParked(sql, TENANT, id)).toBe(false);
  });

  it('can be given up', async () => {
    const id = await parkOne(() => false);
    expect(await discardParked(world.pools.engine, TENANT, id)).toBe(true);
    expect(await findParked(world.pools.engine, TENANT, id)).toBeNull();
  });
});

describe('a stop', () => {
  it('lets handlers finish, and what was not begun goes to the next process', async () => {
    await world.declare();
    const waiting: (() => void)[] = [];
    const first = await world.consume(() => new Promise<void>((resolve) => waiting.push(resolve)), { concurrency: 2, ackWaitMs: 2_000 });
    await Promise.all(Array.from({ length: 6 }, () => world.publish()));
    await eventually(() => first.seen.length === 2);
    // At once, but for a message on its way to the one that stops: nobody can give that one back, it comes when its time is over.
    const closed = first.close();
    const second = await world.consume(() => undefined, { ackWaitMs: 2_000 });
    for (const finish of waiting) finish();
    await closed;
    await eventually(() => second.seen.length === 4, { within: 10_000 });
    await eventually(async () => expect(await world.outstanding()).toEqual(nothing));
    expect(ids([...first.seen, ...second.seen])).toHaveLength(6);
  });

  it('does not wait for ever for a handler that hangs', async () => {
    await world.declare();
    const hanging = await world.consume(() => new Promise<void>(() => undefined), { stopMs: 100 });
    await world.publish();
    await eventually(() => hanging.seen.length === 1);
    await hanging.close();
  });
});
