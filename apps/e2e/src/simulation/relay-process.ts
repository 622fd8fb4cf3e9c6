import type { EventStore } from '#event-store';
import { type OutboxMessage, RelayCore, type RelayTarget } from '#messaging';
import type { MemoryReadModel } from './memory-read-model.js';
import type { MessageBus } from './message-bus.js';
import type { Life, World } from './process.js';
import type { StreamServer } from './stream-server.js';

const TICK_MS = 250;

export interface Relaying {
  readonly world: World;
  readonly server: StreamServer;
  readonly readModel: MemoryReadModel;
  readonly bus: MessageBus;
  store(life: Life): EventStore;
  /** For planted bugs: another target than the right one. */
  target(right: RelayTarget): RelayTarget;
}

/** A relay: one core for the events of the log, one for the rows of the shown log; both publish over the process's one connection. */
export function bootRelay(life: Life, around: Relaying): void {
  const { world, server, readModel, bus } = around;
  const store = around.store(life);
  const cores: RelayCore[] = [];
  const connection = server.connect(life, () => {
    for (const core of cores) core.lookAgain();
  });
  const time = { now: () => life.now(), elapsed: () => life.now() };
  const common = { time, random: () => world.dice.next(), notices: { refilling: () => world.faults.saw('saw: stream refilled') } };
  const options = { batch: 8, checkMs: 2_000 };
  const events = new RelayCore(
    {
      ...common,
      target: around.target(connection.target('event')),
      feed: {
        heads: () => store.heads(),
        readAfter: async (partition, after, limit) =>
          (await store.readPartition(partition, after, limit)).map(({ position, eventId, recordedAt, tenantId, type }) =>
            outbox({ partition, position, id: eventId, recordedAt, kind: 'event', tenantId, type }),
          ),
      },
    },
    options,
  );
  const shown = new RelayCore(
    {
      ...common,
      target: around.target(connection.target('box')),
      feed: {
        heads: () =>
          life.call('reads the shown heads', () => new Map([...readModel.shown].map(([p, rows]) => [p, rows.length])), {
            refused: 'read model call refused',
          }),
        readAfter: (partition, after, limit) =>
          life.call(
            'reads the shown log',
            () =>
              (readModel.shown.get(partition) ?? []).slice(after, after + limit).map(({ seq, eventId, shownFrom, tenantId }) =>
                outbox({
                  partition,
                  position: seq,
                  id: eventId,
                  recordedAt: shownFrom,
                  kind: 'box',
                  tenantId,
                  type: 'SiteStatusChanged',
                }),
              ),
            { refused: 'read model call refused' },
          ),
      },
    },
    options,
  );
  cores.push(events, shown);
  bus.of(life).subscribe<{ partition: number; position: number }>('bell.*', ({ partition, position }) => events.ring(partition, position));
  const tick = (): void => cores.forEach((core) => core.tick());
  tick();
  life.every(TICK_MS, 'ticks', tick);
}

function outbox(fact: {
  partition: number;
  position: number;
  id: string;
  recordedAt: number;
  kind: string;
  tenantId: string;
  type: string;
}): OutboxMessage {
  const { partition, position, id, recordedAt, kind, tenantId, type } = fact;
  return { partition, position, id, recordedAt, subject: `v1.${partition}.${tenantId}.${kind}.${type}`, body: '{}' };
}
