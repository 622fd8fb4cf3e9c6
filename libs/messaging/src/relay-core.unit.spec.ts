import { describe, expect, it } from '@jest/globals';
import type { OutboxMessage } from './relay-ports.js';
import { settle, World, type PlayedRelay } from './relay-world.fixture.js';

const DAY_MS = 86_400_000;

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

/** Answers everything until the next call is a publication. */
async function untilPublishing(world: World, relay: PlayedRelay): Promise<void> {
  relay.core.tick();
  await settle();
  while (world.calls.length > 0 && world.calls[0]?.name !== 'publish') {
    world.calls.shift()?.answer();
    await settle();
  }
}

describe('a relay', () => {
  it('declares a missing stream and publishes everything in position order', async () => {
    const world = new World();
    world.append(0, 5);
    world.append(7, 3);
    world.start();
    await world.heal();
    expect(world.firstArrivals(0)).toEqual(range(1, 5));
    expect(world.firstArrivals(7)).toEqual(range(1, 3));
    expect(world.stream).toHaveLength(8);
  });

  it('publishes a batch without waiting for each ack', async () => {
    const world = new World();
    world.append(3, 40);
    const relay = world.start({ batch: 32 });
    await untilPublishing(world, relay);
    expect(world.calls.map((call) => call.name)).toEqual(range(1, 31).map(() => 'publish'));
  });

  it('continues after the last message that is really in the stream when it starts', async () => {
    const world = new World();
    world.append(0, 10);
    world.start();
    await world.heal();
    world.relays[0]?.kill(0);
    world.append(0, 2);
    world.pass(10 * DAY_MS); // no id is remembered any more
    world.start();
    await world.heal();
    expect(world.stream.map(({ message }) => message.position)).toEqual(range(1, 12));
  });

  it('looks into the stream after an ack that never came and sends nothing twice within the window', async () => {
    const world = new World();
    world.append(0, 6);
    const relay = world.start();
    await untilPublishing(world, relay);
    world.calls.shift()?.answer();
    world.calls.shift()?.fail(); // stored, but nobody knows
    await world.answerAll();
    world.pass(100);
    relay.core.tick();
    await settle();
    expect(world.calls.map((call) => call.name)).toContain('lastPublished');
    await world.heal();
    expect(world.stream.map(({ message }) => message.position)).toEqual(range(1, 6));
  });

  it('goes back to where the stream really ends after a reconnection', async () => {
    const world = new World();
    world.append(0, 20);
    world.append(1, 20);
    world.start();
    await world.heal();
    world.loseEnd(15);
    world.append(0, 1);
    await world.heal();
    expect(world.firstArrivals(0)).toEqual(range(1, 21));
    expect(world.firstArrivals(1)).toEqual(range(1, 20));
  });

  it('declares a deleted stream anew and fills it, first things first', async () => {
    const world = new World();
    world.append(0, 300);
    world.start();
    await world.heal();
    world.deleteStream();
    world.append(0, 1);
    await world.heal();
    expect(world.stream.map(({ message }) => message.position)).toEqual(range(1, 301));
  });

  it('opens no new stream while something is under way that belonged to the old one', async () => {
    const world = new World();
    world.append(0, 5);
    const relay = world.start();
    await untilPublishing(world, relay);
    const publications = world.calls.splice(0);
    world.deleteStream();
    world.pass(5_000);
    relay.core.tick();
    await world.answerAll();
    expect(world.state()).toBeNull();
    for (const call of publications) call.answer();
    await world.heal();
    expect(world.stream.map(({ message }) => message.position)).toEqual([1, 2, 3, 4, 5]);
  });

  it('publishes nothing while it is held, and looks at the stream before it goes on', async () => {
    const world = new World();
    world.append(0, 5);
    const relay = world.start();
    await world.heal();
    const release = await relay.core.hold();
    world.deleteStream();
    world.declare();
    world.append(0, 5);
    await world.heal();
    expect(world.stream).toHaveLength(0);
    release();
    await world.heal();
    expect(world.firstArrivals(0)).toEqual(range(1, 10));
  });

  it('notices within five seconds that an idle stream is gone', async () => {
    const world = new World();
    world.append(0, 3);
    const relay = world.start();
    await world.heal();
    world.deleteStream();
    world.pass(5_000);
    relay.core.tick();
    await world.answerAll();
    expect(world.firstArrivals(0)).toEqual([1, 2, 3]);
  });

  it('fills a stream that somebody else has deleted and made again', async () => {
    const world = new World();
    world.append(0, 3);
    world.start();
    await world.heal();
    world.deleteStream();
    world.declare();
    world.append(0, 1);
    await world.heal();
    expect(world.isComplete()).toBe(true);
  });

  it('fills an empty stream only as far back as its max_age', async () => {
    const world = new World();
    for (const count of range(1, 20)) {
      world.append(0, count);
      world.pass(DAY_MS);
    }
    world.start({ maxAgeMs: 3.5 * DAY_MS });
    await world.heal();
    // The last three appends are younger: 18 + 19 + 20 of 210.
    expect(world.firstArrivals(0)).toEqual(range(210 - 57 + 1, 210));
  });

  it('finds nothing to fill if everything is too old', async () => {
    const world = new World();
    world.append(0, 9);
    world.pass(10 * DAY_MS);
    world.start({ maxAgeMs: DAY_MS });
    await world.heal();
    expect(world.stream).toHaveLength(0);
  });

  it('publishes again what was purged, once the ids are forgotten', async () => {
    const world = new World();
    world.append(0, 3);
    world.start();
    await world.heal();
    world.purge();
    for (let round = 0; round < 4 && !world.isComplete(); round += 1) await world.heal();
    expect(world.firstArrivals(0)).toEqual([1, 2, 3]);
  });

  it('sends at most one batch again when the relay before it died in the middle of one', async () => {
    const world = new World();
    world.append(0, 20);
    const relay = world.start({ batch: 8 });
    await untilPublishing(world, relay);
    relay.kill(3);
    world.pass(10 * DAY_MS);
    world.start({ batch: 8 });
    await world.heal();
    expect(world.stream.map(({ message }) => message.position)).toEqual([1, 2, 3, ...range(1, 20)]);
  });

  it('loses nothing when one message of a batch is refused and its successors are taken', async () => {
    const world = new World();
    world.append(0, 6);
    const relay = world.start();
    await untilPublishing(world, relay);
    world.calls.shift()?.answer();
    relay.refuseNext(); // position 2
    await world.heal();
    expect(new Set(world.firstArrivals(0))).toEqual(new Set(range(1, 6)));
  });

  it('loses nothing when it dies right after that: the next relay sees how far the first one was sure', async () => {
    const world = new World();
    world.append(0, 6);
    const relay = world.start();
    await untilPublishing(world, relay);
    world.calls.shift()?.answer();
    relay.refuseNext(); // position 2
    await settle();
    relay.kill(4);
    expect(world.firstArrivals(0)).toEqual([1, 3, 4, 5]);
    world.start();
    await world.heal();
    expect(new Set(world.firstArrivals(0))).toEqual(new Set(range(1, 6)));
  });

  it('fills anew when the stream does not continue this log (Postgres was restored from a backup)', async () => {
    const world = new World();
    world.append(0, 10);
    world.start();
    await world.heal();
    world.relays[0]?.kill(0);
    const restored = (world.log.get(0) ?? []).slice(0, 4);
    const again = range(5, 8).map((position): OutboxMessage => ({ ...(restored[0] as OutboxMessage), position, id: `again-${position}` }));
    world.log.set(0, [...restored, ...again]);
    world.start();
    await world.heal();
    expect(world.isComplete()).toBe(true);
  });

  it('does not stop a partition for a message that nobody can take', async () => {
    const world = new World();
    world.append(0, 3);
    const unfit: number[] = [];
    const relay = world.start({}, { unfit: (message) => void unfit.push(message.position) });
    const store = world.store.bind(world);
    world.store = (message, settled) => (message.position === 2 ? { kind: 'unfit', reason: 'too large' } : store(message, settled));
    await world.heal();
    expect(world.firstArrivals(0)).toEqual([1, 3]);
    expect(unfit).toEqual([2]);
    expect(relay.core.trouble).toBeNull();
  });

  it('never publishes past a gap in the feed', async () => {
    const world = new World();
    world.append(0, 5);
    world.log.get(0)?.splice(2, 1);
    const relay = world.start();
    await world.heal();
    expect(world.firstArrivals(0)).not.toContain(4);
    expect(relay.core.trouble).toContain('no position 3');
  });

  it('is not misled by bells for partitions and positions that do not exist', async () => {
    const world = new World();
    world.append(0, 2);
    const relay = world.start();
    for (const partition of [-1, 64, 0.5, Number.NaN]) relay.core.ring(partition, 5);
    relay.core.ring(0, 1_000_000);
    await world.heal();
    expect(world.firstArrivals(0)).toEqual([1, 2]);
    expect([...relay.core.lag()]).toEqual([[0, 0]]);
    expect(relay.core.trouble).toBeNull();
  });

  it('says that it waits once, and once that it goes on', async () => {
    const world = new World();
    const said: string[] = [];
    const relay = world.start({}, { waiting: () => void said.push('waiting'), recovered: () => void said.push('recovered') });
    for (let round = 0; round < 5; round += 1) {
      relay.core.tick();
      await settle();
      for (const call of world.calls.splice(0)) call.fail();
      await settle();
      world.pass(3_000);
    }
    await world.heal();
    expect(said).toEqual(['waiting', 'recovered']);
  });

  it('waits longer after each failure in a row', async () => {
    const world = new World();
    const relay = world.start();
    const asked: number[] = [];
    while (world.elapsed < 10_000) {
      relay.core.tick();
      await settle();
      if (world.calls.some((call) => call.name === 'streamState')) asked.push(world.elapsed);
      for (const call of world.calls.splice(0)) call.fail();
      await settle();
      world.pass(50);
    }
    expect(asked.slice(0, 6)).toEqual([0, 50, 150, 350, 750, 1550]);
    expect(asked.slice(-2).reduce((before, at) => at - before)).toBe(2_000);
  });

  it('finishes what is under way when it is stopped, and begins nothing more', async () => {
    const world = new World();
    world.append(0, 100);
    const relay = world.start({ batch: 10 });
    await untilPublishing(world, relay);
    let stopped = false;
    void relay.core.stop().then(() => (stopped = true));
    await settle();
    expect(stopped).toBe(false);
    await world.answerAll();
    expect(stopped).toBe(true);
    expect(world.firstArrivals(0)).toEqual(range(1, 9));
  });
});
