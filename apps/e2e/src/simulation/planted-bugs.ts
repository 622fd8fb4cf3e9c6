import { type BoxRow } from '#read-model';
import { type EventStore } from '#event-store';
import { type Agent, effectiveStatusOf } from '#domain/agent-presence/index';
import { MemoryReadModel, type Projection } from './memory-read-model.js';
import type { Plant } from './plant.js';

/** A classic mistake in the place of a right part, and what the checks have to say about it. */
export interface PlantedBug {
  readonly name: string;
  readonly found: RegExp;
  readonly plant: () => Plant;
}

export const PLANTED_BUGS: readonly PlantedBug[] = [
  {
    name: 'a command is acknowledged before its commit',
    found: /^I1: acknowledged/,
    plant: () => ({
      store: (right) => ({
        ...right,
        async append(append) {
          const { stream, expectedVersion, events } = append;
          const position = ((await right.heads()).get(stream.partition) ?? 0) + events.length;
          right.append(append).catch(() => undefined);
          return { kind: 'appended', version: expectedVersion + events.length, position, recordedAt: append.decidedAt, eventIds: [] };
        },
      }),
    }),
  },
  {
    name: 'a repeated command is carried out again',
    found: /^I3: carried out more than once/,
    plant: () => ({
      store: (right) => ({
        ...right,
        load: (stream, fold) => right.load(stream, fold),
        findCommand: () => Promise.resolve(null),
        append: ({ idempotency: _, ...append }) => right.append(append),
      }),
    }),
  },
  {
    name: 'the state of a stream is cached before the commit',
    found: /^I[12]: /,
    plant: () => ({ store: cachingStore }),
  },
  {
    name: 'the checkpoint is not compared and set',
    found: /^I[57]: /,
    plant: () => ({ readModel: () => new WithoutCompareAndSet() }),
  },
  {
    name: 'the shown log is written beside the transaction of the rows',
    found: /^the shown log/,
    plant: () => ({ readModel: () => new ShownLogBesideTheRows() }),
  },
  {
    name: 'the cache of a projector is kept after a lost compare-and-set',
    found: /^I[57]: /,
    plant: () => ({
      ports: (right) => {
        const kept = new Map<string, ReturnType<typeof right.readTenant>>();
        return {
          ...right,
          readTenant: (tenantId) => {
            const tenant = kept.get(tenantId) ?? right.readTenant(tenantId);
            kept.set(tenantId, tenant);
            tenant.catch(() => kept.delete(tenantId));
            return tenant;
          },
        };
      },
    }),
  },
  {
    name: 'agents in no group do not count for groups',
    found: /^I7: /,
    plant: () => ({
      ports: (right, readModel) => ({ ...right, write: (projection) => right.write(withoutGroupless(projection, readModel)) }),
    }),
  },
  {
    name: 'the version of a site steps per batch instead of per event',
    found: /^I5: .* has version/,
    plant: () => ({
      ports: (right, readModel) => ({ ...right, write: (projection) => right.write(versionPerBatch(projection, readModel)) }),
    }),
  },
  {
    name: 'a projector goes by a number that is given out before the commit',
    found: /^I[57]: /,
    plant: () => ({
      feed: (right, { dice, faults }) => ({
        ...right,
        // As with a sequence: what stands first is not visible yet, what follows is.
        readPartition: async (partition, after, limit, upTo) => {
          const events = await right.readPartition(partition, after, limit, upTo);
          return faults.active && events.length > 1 && dice.chance(0.05) ? events.slice(1) : events;
        },
      }),
    }),
  },
  {
    name: 'a relay does not go back after the stream has lost its tail',
    found: /^relay: .* not in the stream/,
    plant: () => ({
      target: (right) => {
        const remembered = new Map<number, { position: number; id: string; settled: number }>();
        let highest = 0;
        return {
          ...right,
          lastPublished: (partition) => Promise.resolve(remembered.get(partition) ?? null),
          async streamState() {
            const state = (await right.streamState()) ?? (await right.declareStream());
            return {
              incarnation: 'the same',
              messages: Math.max(1, highest),
              firstSequence: 1,
              lastSequence: Math.max(highest, state.lastSequence),
            };
          },
          async publish(message, settled) {
            const outcome = await right.publish(message, settled);
            const { partition, position, id } = message;
            if (position > (remembered.get(partition)?.position ?? 0)) remembered.set(partition, { position, id, settled: position });
            if (outcome.kind === 'stored') highest = Math.max(highest, outcome.sequence);
            return outcome;
          },
        };
      },
    }),
  },
  {
    name: 'a widget-api does not reload what it missed',
    found: /^I11: /,
    plant: () => ({
      rows: (right) => ({
        ...right,
        readNewer: async (partition, sites) => ({ ...(await right.readNewer(partition, sites)), sites: [], boxes: [] }),
      }),
    }),
  },
];

function cachingStore(right: EventStore): EventStore {
  const kept = new Map<string, { version: number; state: string }>();
  return {
    ...right,
    async load(stream, fold, commandId) {
      const head = await right.load(stream, fold, commandId);
      const cached = kept.get(stream.streamId);
      return cached && cached.version > head.version ? { ...head, version: cached.version, state: JSON.parse(cached.state) } : head;
    },
    append(append) {
      kept.set(append.stream.streamId, { version: append.expectedVersion + append.events.length, state: JSON.stringify(append.state) });
      return right.append(append);
    },
  };
}

class WithoutCompareAndSet extends MemoryReadModel {
  override write(projection: Projection): boolean {
    this.checkpoints.set(projection.partition, projection.from);
    return super.write(projection);
  }
}

class ShownLogBesideTheRows extends MemoryReadModel {
  override write(projection: Projection): boolean {
    const { partition } = projection;
    if (this.checkpoint(partition) === projection.from) return super.write(projection);
    const log = this.shown.get(partition) ?? [];
    this.shown.set(partition, log);
    for (const row of projection.shown) log.push({ ...row, partition, seq: log.length + 1 });
    return false;
  }
}

function withoutGroupless(projection: Projection, readModel: MemoryReadModel): Projection {
  const boxes = projection.boxes.map((box): BoxRow => {
    if (box.groupId === null || box.removed || readModel.planOf(box.tenantId) !== 'pro') return box;
    const changed = new Map(projection.agents.map(({ agent }) => [agent.agentId, agent]));
    const agents = readModel
      .agentsOf(box.tenantId)
      .filter(({ agentId }) => !changed.has(agentId))
      .concat([...changed.values()]);
    const own = agents.filter((agent: Agent) => agent.groupIds.includes(box.groupId as string)).map(effectiveStatusOf);
    return { ...box, status: own.includes('online') ? 'online' : own.includes('busy') ? 'busy' : 'offline' };
  });
  return { ...projection, boxes };
}

function versionPerBatch(projection: Projection, readModel: MemoryReadModel): Projection {
  const next = (siteId: string, version: number): number => Math.min(version, (readModel.peek(siteId).version ?? 0) + 1);
  return {
    ...projection,
    sites: projection.sites.map((row) => ({ ...row, version: next(row.site.siteId, row.version) })),
    boxes: projection.boxes.map((box) => ({ ...box, version: next(box.siteId, box.version) })),
  };
}
