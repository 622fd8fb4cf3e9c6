import { afterEach, describe, expect, it } from '@jest/globals';
import { emptyTenantBoxes } from '#domain/box-status/index';
import type { StoredEvent } from '#event-store';
import { createLogger } from '#observability';
import { eventually } from '#testing';
import { type LoopPorts, ProjectorLoop } from './projector-loop.js';

const SICK = 3;
const WELL = 5;

/** One event in each of two partitions, of which one cannot be folded while `poisoned`. */
class World implements LoopPorts {
  poisoned = true;
  readonly checkpoints = new Map<number, number>();
  beacons = 0;

  readonly readHeads = async () => new Map([[SICK, 1], [WELL, 1]]);
  readonly readCheckpoint = async (partition: number) => this.checkpoints.get(partition) ?? 0;
  readonly readTenant = async () => emptyTenantBoxes();
  readonly announce = () => undefined;
  readonly newEventId = () => 'e';
  readonly sendBeacon = async () => void (this.beacons += 1);
  readonly write: LoopPorts['write'] = async ({ partition, to }) => {
    this.checkpoints.set(partition, to);
    return true;
  };

  readonly readEvents: LoopPorts['readEvents'] = async (partition, after) => {
    if (after > 0) return [];
    const data = partition === SICK && this.poisoned ? (null as unknown as object) : { groupId: 'g' };
    return [eventAt(partition, 1, data)];
  };
}

/** A log that grows by one event, whose bell rings, while the one before is written. */
class GrowingWorld extends World {
  readonly whole = 3;
  readonly asked: number[] = [];
  private head = 1;
  onWrite = (): void => undefined;

  override readonly write: LoopPorts['write'] = async ({ partition, to }) => {
    if (this.head < this.whole) {
      this.head += 1;
      this.onWrite();
    }
    this.checkpoints.set(partition, to);
    return true;
  };

  override readonly readEvents: LoopPorts['readEvents'] = async (partition, after) => {
    this.asked.push(after);
    return after < this.head ? [eventAt(partition, after + 1, { groupId: 'g' })] : [];
  };
}

function eventAt(partition: number, position: number, data: object): StoredEvent {
  return {
    partition, position, tenantId: 't', streamId: 'group-g', version: position, type: 'GroupAdded', schemaVersion: 1, eventId: `e${position}`,
    commandId: 'c1', causationId: null, correlationId: 'c1', actor: { kind: 'system', id: 'spec' }, effectiveAt: 1, recordedAt: 1, data,
  };
}

describe('The loop of the projector', () => {
  let loop: ProjectorLoop;
  afterEach(() => loop.stop());

  it('one partition that cannot be folded stops neither the others nor the sign of life (I15), and goes on by itself', async () => {
    const world = new World();
    loop = new ProjectorLoop(world, createLogger({ level: 'silent' }));
    loop.start();

    await eventually(() => expect(world.checkpoints.get(WELL)).toBe(1));
    await eventually(() => expect(loop.trouble).toBe(`partitions that cannot be folded: ${SICK}`));
    const before = world.beacons;
    await eventually(() => expect(world.beacons).toBeGreaterThan(before + 1));

    world.poisoned = false;
    await eventually(() => expect(world.checkpoints.get(SICK)).toBe(1), { within: 10_000 });
    await eventually(() => expect(loop.trouble).toBeNull());
  });

  it('asks for the log once per range, and folds what is rung while a range is written', async () => {
    const world = new GrowingWorld();
    loop = new ProjectorLoop(world, createLogger({ level: 'silent' }));
    world.onWrite = () => loop.ring(WELL);

    loop.ring(WELL);

    await eventually(() => expect(world.checkpoints.get(WELL)).toBe(world.whole));
    expect(world.asked).toEqual([0, 1, 2]);
  });

  it.each([
    ['takes larger ranges where there is a backlog, because a row that moves often is written once for each', 'GroupAdded', [500, 2_000, 2_000]],
    ['but not where many boxes move, because they have to go into one message', 'SiteAdded', [500, 500, 500, 500, 500, 500]],
  ])('%s', async (_what, type, expected) => {
    const world = new World();
    const limits: number[] = [];
    const head = 2_700;
    const readEvents: LoopPorts['readEvents'] = async (partition, after, limit) => {
      limits.push(limit);
      const about = (id: number): object => (type === 'SiteAdded' ? { siteId: `s${id}`, key: `k${id}`, origins: [], timeZone: 'UTC' } : { groupId: 'g' });
      return Array.from({ length: Math.min(limit, head - after) }, (_, n) => ({ ...eventAt(partition, after + n + 1, about(after + n)), type }));
    };
    loop = new ProjectorLoop({ ...world, readEvents }, createLogger({ level: 'silent' }));

    loop.ring(WELL);

    await eventually(() => expect(world.checkpoints.get(WELL)).toBe(head));
    expect(limits).toEqual(expected);
  });
});
