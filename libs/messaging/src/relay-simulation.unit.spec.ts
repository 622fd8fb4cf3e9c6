import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { settle, World, type PlayedRelay } from './relay-world.fixture.js';

const PARTITIONS = 3;
const OPTIONS = { batch: 5, sideBySide: 2, partitions: PARTITIONS };

/** What may happen next. `pick` chooses among what there is. */
const happening = fc.oneof(
  { weight: 30, arbitrary: fc.record({ kind: fc.constant('answer' as const), pick: fc.nat(50) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('fail' as const), pick: fc.nat(50) }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('append' as const), pick: fc.nat(50) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('ring' as const), pick: fc.nat(50) }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('tick' as const), pick: fc.nat(50) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('cut' as const), pick: fc.nat(50) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('lose-end' as const), pick: fc.nat(50) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('kill' as const), pick: fc.nat(50) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('forget-ids' as const), pick: fc.nat(50) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('harm' as const), pick: fc.nat(50) }) },
);
type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;
type Harm = (world: World, relay: PlayedRelay) => void;

const count = { repeated: 0, lost: 0, cut: 0 };

async function happen(world: World, { kind, pick }: Happening, harm: Harm): Promise<void> {
  const relay = world.relays[pick % world.relays.length] as PlayedRelay;
  const partition = pick % PARTITIONS;
  switch (kind) {
    case 'answer':
      world.calls.splice(pick % Math.max(1, world.calls.length), 1)[0]?.answer();
      break;
    case 'fail':
      world.calls.splice(pick % Math.max(1, world.calls.length), 1)[0]?.fail();
      break;
    case 'append':
      world.append(partition, 1 + (pick % 7));
      break;
    case 'ring':
      relay.core.ring(partition, world.log.get(partition)?.length ?? 0);
      break;
    case 'tick':
      world.pass(pick * 20);
      for (const one of world.relays) one.core.tick();
      break;
    case 'cut':
      count.cut += 1;
      relay.cut();
      break;
    case 'lose-end':
      count.lost += Math.min(pick, world.stream.length);
      world.loseEnd(pick);
      break;
    case 'kill':
      relay.kill(pick % 4);
      world.start(OPTIONS);
      break;
    case 'forget-ids':
      world.pass(200_000);
      break;
    case 'harm':
      harm(world, relay);
      break;
  }
  await settle();
}

function schedule(relays: number, harm: Harm, check: (world: World) => void): Promise<void> {
  return fc.assert(
    fc.asyncProperty(fc.array(happening, { minLength: 20, maxLength: 150 }), async (happenings) => {
      const world = new World();
      for (let i = 0; i < relays; i += 1) world.start(OPTIONS);
      for (const one of happenings) await happen(world, one, harm);
      await world.heal();
      expect(world.isComplete()).toBe(true);
      check(world);
      const ids = world.stream.map(({ message }) => message.id);
      count.repeated += ids.length - new Set(ids).size;
    }),
    { numRuns: 100 },
  );
}

function expectOrder(world: World): void {
  for (const partition of world.log.keys()) {
    const arrivals = world.firstArrivals(partition);
    expect(arrivals).toEqual([...arrivals].sort((a, b) => a - b));
  }
}

const nothing: Harm = () => undefined;

describe('whatever happens in whatever order, when it is over', () => {
  it('everything is in the stream in order: one relay at a time', async () => {
    await schedule(1, nothing, expectOrder);
  });

  it('everything is in the stream in order: two relays at once', async () => {
    await schedule(2, nothing, expectOrder);
  });

  it('everything is in the stream in order, though the stream was deleted', async () => {
    const deleted: Harm = (world) => {
      world.deleteStream();
      for (const relay of world.relays) relay.cut();
    };
    await schedule(1, deleted, expectOrder);
  });

  it('everything is in the stream, though the server refused single messages of a batch', async () => {
    await schedule(1, (_, relay) => relay.refuseNext(), () => undefined);
  });

  it('and the faults have bitten', () => {
    expect(Object.entries(count).filter(([, times]) => times === 0)).toEqual([]);
  });
});
