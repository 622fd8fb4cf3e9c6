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
  readonly write = async ({ partition, to }: { partition: number; to: number }) => {
    this.checkpoints.set(partition, to);
    return true;
  };

  readonly readEvents = async (partition: number, after: number): Promise<StoredEvent[]> => {
    if (after > 0) return [];
    const data = partition === SICK && this.poisoned ? (null as unknown as object) : { groupId: 'g' };
    return [
      {
        partition, position: 1, tenantId: 't', streamId: 'group-g', version: 1, type: 'GroupAdded', schemaVersion: 1, eventId: 'e1', commandId: 'c1',
        causationId: null, correlationId: 'c1', actor: { kind: 'system', id: 'spec' }, effectiveAt: 1, recordedAt: 1, data,
      },
    ];
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
});
