import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { type Settings, SETTINGS } from '#config';
import { type Pools, POOLS } from '#database';
import { EVENT_STORE, type EventStore } from '#event-store';
import { type Bus, BUS } from '#messaging';
import { type Logger, LOGGER, type Metrics, METRICS } from '#observability';
import { readVerifications } from '#replays';
import { CarryOutReplays } from './carry-out-replays.js';
import type { PartitionReplay } from './partition-replay.js';
import { VerifyInBackground } from './verify-in-background.js';

/** Connects replays to the process: those that were asked for, and the verification in the background. */
@Injectable()
export class Replays implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly asked: CarryOutReplays;
  private readonly background: VerifyInBackground;

  constructor(
    @Inject(POOLS) pools: Pools,
    @Inject(EVENT_STORE) store: EventStore,
    @Inject(BUS) private readonly bus: Bus,
    @Inject(LOGGER) log: Logger,
    @Inject(METRICS) metrics: Metrics,
    @Inject(SETTINGS) { verify = { percent: 0, everySeconds: 0 } }: Settings,
  ) {
    this.asked = new CarryOutReplays({ pools, store, log, healed: (replay) => this.announce(replay) });
    this.background = new VerifyInBackground({ pools, log, ...verify });
    metrics.observed('ampel_read_model_drift_rows', 'Rows that differ from the log, by the last verification of each partition', ['partition'], async () =>
      (await readVerifications(pools.engine)).map(({ partition, drift }) => ({ labels: { partition: String(partition) }, value: drift })),
    );
    metrics.observed('ampel_shown_log_drift_rows', 'Rows of the shown log that are not as the log says: visitors saw something else', ['partition'], async () =>
      (await readVerifications(pools.engine)).map(({ partition, shownDrift }) => ({ labels: { partition: String(partition) }, value: shownDrift })),
    );
    metrics.observed('ampel_read_model_verified_age_seconds', 'How long ago each partition was verified', ['partition'], async () => {
      const verified = await readVerifications(pools.engine);
      return verified.map(({ partition, ageMs }) => ({ labels: { partition: String(partition) }, value: ageMs / 1000 }));
    });
  }

  onApplicationBootstrap(): void {
    this.asked.start();
    this.background.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.asked.stop(), this.background.stop()]);
  }

  /** Readers that hold a wrong box take the right one: it has the same version or a higher one. */
  private announce({ partition, log, findings }: PartitionReplay): void {
    const boxes = (findings.tables.get('box')?.put ?? []).map((row) => ({
      ...{ tenantId: row['tenant_id'], siteId: row['site_id'], groupId: row['group_id'] === '' ? null : row['group_id'] },
      ...{ status: row['status'], since: row['since'], version: row['version'], removed: row['removed'] },
      next: row['next_at'] === null ? null : { at: row['next_at'], status: row['next_status'] },
    }));
    const tenants = [...new Set(boxes.map(({ tenantId }) => tenantId))];
    if (boxes.length > 0) this.bus.publish(`box.${partition}`, { partition, from: log.position, to: log.position, boxes, sites: [], tenants });
  }
}
