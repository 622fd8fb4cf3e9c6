import { PartitionProjector, type ProjectionPorts } from '#apps/projector/src/box-status/project-partition';
import type { EventStore } from '#event-store';
import { type MemoryReadModel, siteRowOf } from './memory-read-model.js';
import type { MessageBus } from './message-bus.js';
import { type CallFaults, type Life, WireFault, type World } from './process.js';

const POLL_MS = 1_000;
const RETRY_MS = 500;
const PARTITIONS = 64;

const READ: CallFaults = { refused: 'read model call refused' };
const WRITE: CallFaults = {
  refused: 'write refused',
  unknown: 'write outcome unknown',
  crashBefore: 'crash before write',
  crashAfter: 'crash after write',
};

export interface Projecting {
  readonly world: World;
  readonly partitions: readonly number[];
  readonly readModel: MemoryReadModel;
  readonly bus: MessageBus;
  /** The store as this life reaches it. */
  store(life: Life): EventStore;
  /** Told in the same step in which a write was committed. */
  committed(partition: number): void;
  /** For planted bugs: other ports than the right ones. */
  ports(right: ProjectionPorts, life: Life): ProjectionPorts;
  unexpected(where: string, error: unknown): void;
}

/** A projector: the real PartitionProjector per partition, and around it what projector-loop.ts does: bells, poll, beacon, retries. */
export function bootProjector(life: Life, around: Projecting): void {
  const { world, readModel, bus, partitions } = around;
  const store = around.store(life);
  const right: ProjectionPorts = {
    readEvents: (partition, after, limit) => store.readPartition(partition, after, limit),
    readCheckpoint: (partition) => life.call('reads the checkpoint', () => readModel.checkpoint(partition), READ),
    readTenant: (tenantId) => life.call('reads a tenant', () => readModel.readTenant(tenantId), READ),
    write: (projection) =>
      life.call(
        'writes',
        () => {
          const won = readModel.write(projection);
          if (won) around.committed(projection.partition);
          else world.faults.saw('saw: compare-and-set lost');
          return won;
        },
        WRITE,
      ),
    announce: ({ partition, from, to, boxes, sites }) => {
      const rows = sites.map((row) => siteRowOf({ partition, ...row }));
      bus.publish(`box.${partition}`, { partition, from, to, boxes, sites: rows });
    },
    newEventId: (cause, { siteId, groupId }) => `${cause}/${siteId}/${groupId ?? ''}`,
  };
  const ports = around.ports(right, life);
  // Small ranges of changing size, so that live folds are cut elsewhere than the rebuild's.
  const rangeLimit = (): number => world.dice.between(1, 8);
  const projectors = new Map(partitions.map((partition) => [partition, new PartitionProjector(partition, ports, rangeLimit)]));
  const busy = new Set<number>();
  const rung = new Set<number>();

  const run = (partition: number): void => {
    rung.add(partition);
    if (busy.has(partition)) return;
    rung.delete(partition);
    busy.add(partition);
    const done = (): void => {
      busy.delete(partition);
      if (rung.has(partition)) run(partition);
    };
    (projectors.get(partition)?.catchUp() ?? Promise.resolve(0)).then(done, (error: unknown) => {
      if (!expected(error)) around.unexpected(`${life.name}, partition ${partition}`, error);
      life.after(RETRY_MS, 'tries again', () => {
        rung.add(partition);
        done();
      });
    });
  };

  bus.of(life).subscribe<{ partition: number }>('bell.*', ({ partition }) => {
    if (projectors.has(partition)) run(partition);
  });
  const poll = (): void => {
    store.heads().then(
      (heads) => {
        for (const [partition, position] of heads) if (projectors.get(partition)?.position !== position) run(partition);
        const positions = Array.from({ length: PARTITIONS }, (_, partition) => projectors.get(partition)?.position ?? -1);
        bus.publish('beacon', { at: life.now(), positions });
        readModel.beaconAt = life.now();
      },
      (error: unknown) => {
        if (!expected(error)) around.unexpected(`${life.name}, poll`, error);
      },
    );
  };
  poll();
  life.every(POLL_MS, 'polls', poll);
}

/** The errors that the wire makes; any other one is a fault of ours. */
export function expected(error: unknown): boolean {
  return error instanceof WireFault || (error instanceof Error && ['StoreUnavailable', 'StoreOutcomeUnknown'].includes(error.name));
}
