import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { type Clock, CLOCK } from '#clock';
import { type Pools, POOLS } from '#database';
import { EVENT_STORE, type EventStore } from '#event-store';
import { Readiness } from '#http-kit';
import { type Bus, BUS, tellTraces, TraceHints } from '#messaging';
import { type Logger, LOGGER, type Metrics, METRICS, type Tracing, TRACING } from '#observability';
import { readStanding, readTenantBoxes } from '#read-model';
import { type Projection, writeBeacon, writeProjection } from '#read-model/write';
import { shownEventId } from '../shown-event-id.js';
import type { ProjectionPorts } from './project-partition.js';
import { ProjectorLoop } from './projector-loop.js';
import { tracedFolds } from './traced-folds.js';

/** Connects the projection to the process: doorbell in, `box.<partition>` and the beacon out, Postgres on both sides. */
@Injectable()
export class ProjectBoxes implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly loop: ProjectorLoop;
  private readonly traces: TraceHints | null;
  /** How often each partition had been rebuilt when its checkpoint was read: what was read before a rebuild is worth nothing after it. */
  private readonly rebuilt = new Map<number, number>();
  private silence: (() => void) | undefined;

  constructor(
    @Inject(POOLS) pools: Pools,
    @Inject(EVENT_STORE) store: EventStore,
    @Inject(BUS) private readonly bus: Bus,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) log: Logger,
    @Inject(METRICS) metrics: Metrics,
    @Inject(TRACING) tracing: Tracing | null,
    readiness: Readiness,
  ) {
    const folded = metrics.counter('ampel_projector_events_total', 'Events folded into the read model by this process');
    const plain: ProjectionPorts = {
      readEvents: (partition, after, limit) => store.readPartition(partition, after, limit),
      readCheckpoint: async (partition) => {
        const { position, rebuilt } = await readStanding(pools.engine, partition);
        this.rebuilt.set(partition, rebuilt);
        return position;
      },
      readTenant: (tenantId) => readTenantBoxes(pools.engine, tenantId),
      write: async (projection) => {
        const won = await writeProjection(pools.engine, projection, this.rebuilt.get(projection.partition));
        if (won) folded.inc(projection.to - projection.from);
        return won;
      },
      announce: (projection) => this.announce(projection),
      newEventId: shownEventId,
    };
    this.traces = tracing === null ? null : new TraceHints(bus);
    const ports = tracing && this.traces ? tracedFolds(plain, tracing, this.traces, (hints) => tellTraces(bus, hints)) : plain;
    const readHeads = (): Promise<ReadonlyMap<number, number>> => store.heads();
    this.loop = new ProjectorLoop({ ...ports, readHeads, sendBeacon: (positions) => this.sendBeacon(pools, positions) }, log);
    metrics.observed('ampel_projector_lag_events', 'Events of a partition that are not in the read model yet', ['partition'], () =>
      this.loop.lag().map(([partition, value]) => ({ labels: { partition: String(partition) }, value })),
    );
    metrics.observed('ampel_projector_failing_partitions', 'Partitions that cannot be folded at the moment', [], () => [{ value: this.loop.failing }]);
    readiness.add('projector', 'projection', () => this.loop.trouble);
  }

  onApplicationBootstrap(): void {
    this.silence = this.bus.subscribe<{ partition: number }>('bell.*', ({ partition }) => this.loop.ring(partition));
    this.loop.start();
  }

  async onApplicationShutdown(): Promise<void> {
    this.silence?.();
    this.traces?.stop();
    await this.loop.stop();
  }

  private announce(projection: Projection): void {
    const { partition, from, to, boxes, sites, shown } = projection;
    const siteRows = sites.map(({ tenantId, site, version }) => ({
      tenantId,
      siteId: site.siteId,
      partition,
      key: site.key,
      origins: site.origins,
      timeZone: site.timeZone,
      version,
      removed: site.standing === 'removed',
    }));
    // When the oldest of these changes was committed: readers measure by it how long a click takes to be seen.
    const since = shown.length > 0 ? { since: Math.min(...shown.map(({ shownFrom }) => shownFrom)) } : {};
    this.bus.publish(`box.${partition}`, { partition, from, to, boxes, sites: siteRows, tenants: tenantsIn(projection), ...since });
  }

  private async sendBeacon(pools: Pools, positions: readonly number[]): Promise<void> {
    this.bus.publish('beacon', { at: this.clock.now(), positions });
    // Always, not only while our own bus is away: a reader may be cut off when we are not.
    await writeBeacon(pools.engine);
  }
}

/** Whose boxes, or who counts for them, may be others now. */
function tenantsIn({ tenants, agents, groups, sites, boxes }: Projection): string[] {
  const rows = [...agents, ...groups, ...sites, ...boxes];
  return [...new Set([...tenants.map(({ tenantId }) => tenantId), ...rows.map(({ tenantId }) => tenantId)])];
}
