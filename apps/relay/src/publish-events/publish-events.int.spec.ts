import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cloudEventOf, cloudEventSchema } from '#contract';
import { eventually } from '#testing';
import { RelayWorld } from '../relay-world.fixture.js';

describe('publishing events', () => {
  let world: RelayWorld;
  beforeAll(async () => {
    world = await RelayWorld.open();
    world.startRelay();
  });
  afterAll(() => world.close());

  it('every event of every partition appears in the stream once and in order, as it stands in the log', async () => {
    await Promise.all(Array.from({ length: 120 }, (_, n) => world.append(n % 5, 1 + (n % 3))));
    await eventually(async () => {
      const { log, stream } = await world.compare();
      expect(stream).toEqual(log);
    });
    const delivered = await world.delivered();
    for (const partition of [0, 1, 2, 3, 4]) {
      const events = await world.store.readPartition(partition, 0, 1_000);
      expect(delivered.filter((one) => one.partition === partition).map(({ message }) => message)).toEqual(events.map(cloudEventOf));
    }
  });

  it('a message is a CloudEvent on the subject of its partition, tenant and type, with the id of the event', async () => {
    await world.append(42, 2, 'tenant-of-42');
    const [added, changed] = await eventually(async () => {
      const found = (await world.delivered()).filter(({ partition }) => partition === 42);
      expect(found).toHaveLength(2);
      return found;
    });
    const [event] = await world.store.readPartition(42, 0, 1);
    expect(added).toMatchObject({ subject: 'v1.42.tenant-of-42.event.ThingAdded', id: event?.eventId, position: 1 });
    expect(changed).toMatchObject({ subject: 'v1.42.tenant-of-42.event.ThingChanged', position: 2 });
    const message = cloudEventSchema.strict().parse(added?.message);
    expect(message).toMatchObject({ id: event?.eventId, type: 'ThingAdded', partition: 42, position: 1 });
  });

  it('an event whose tenant cannot stand in a subject does not hold up the ones behind it', async () => {
    await world.append(50, 1, 'a.tenant with blanks');
    await world.append(50, 1, 'ordinary');
    await eventually(async () => {
      const found = (await world.delivered()).filter(({ partition }) => partition === 50);
      expect(found.map(({ position }) => position)).toEqual([2]);
    });
  });
});

describe('publishing events nobody rang for', () => {
  let world: RelayWorld;
  beforeAll(async () => {
    world = await RelayWorld.open({ bells: false });
  });
  afterAll(() => world.close());

  it('finds them within about a second', async () => {
    const { relay } = world.startRelay();
    await eventually(() => relay.standing === 'working');
    await world.append(3, 4);
    await eventually(async () => expect((await world.compare()).stream).toEqual({ 3: '1-4' }), { within: 15_000 });
  });
});
