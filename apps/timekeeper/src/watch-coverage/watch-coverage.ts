import { Inject, Injectable } from '@nestjs/common';
import { type Settings, SETTINGS } from '#config';
import { type Pools, POOLS } from '#database';
import { EVENT_STORE, type EventStore } from '#event-store';
import { type Logger, LOGGER, type Metrics, METRICS } from '#observability';
import { countOpenGaps, coverageAlertMs, ringGaps } from '#openings';

/** Gaps told per look: at an early hour nobody may have come to a few thousand shops yet. */
const PER_LOOK = 2_000;
/** Open gaps are counted every so many looks: 10 s. */
const COUNT_EVERY_LOOKS = 10;

/** Tells that nobody is there although a box is meant to be open, and when somebody is again (behaviour case 56). */
@Injectable()
export class WatchCoverage {
  readonly #faulty = new Set<string>();
  readonly #told: ReturnType<Metrics['counter']>;
  readonly #alertAfterMs: number;
  #open: number | null = null;
  #looks = 0;

  constructor(
    @Inject(POOLS) private readonly pools: Pools,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(SETTINGS) { coverageSeconds }: Settings,
    @Inject(LOGGER) private readonly log: Logger,
    @Inject(METRICS) metrics: Metrics,
  ) {
    this.#alertAfterMs = coverageAlertMs(coverageSeconds);
    this.#told = metrics.counter('ampel_coverage_told_total', 'Gaps of coverage that were told: nobody was there, somebody is again', ['what']);
    metrics.observed('ampel_coverage_gaps_open', 'Boxes that are meant to be open and have nobody, as told; counted every 10 s', [], () =>
      this.#open === null ? [] : [{ value: this.#open }],
    );
  }

  /** Tells what is due. Gives how many gaps began or ended. */
  async look(): Promise<number> {
    const { engine } = this.pools;
    const { lost, restored } = await ringGaps(engine, this.store, {
      alertAfterMs: this.#alertAfterMs,
      limit: PER_LOOK,
      onFault: (err, { tenantId, siteId }) => {
        if (!this.#faulty.has(siteId)) this.log.error({ err, tenantId, siteId }, 'the coverage of a site cannot be told; it is tried again');
        this.#faulty.add(siteId);
      },
    });
    if (lost > 0) this.#told.inc({ what: 'lost' }, lost);
    if (restored > 0) this.#told.inc({ what: 'restored' }, restored);
    if (this.#looks++ % COUNT_EVERY_LOOKS === 0) this.#open = await countOpenGaps(engine);
    return lost + restored;
  }
}
