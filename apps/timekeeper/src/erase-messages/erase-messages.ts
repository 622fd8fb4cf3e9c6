import { Inject, Injectable } from '@nestjs/common';
import { eraseOld } from '#conversations';
import { type Pools, POOLS } from '#database';
import { type Metrics, METRICS } from '#observability';

/** Days are promised, and an hour is little of a day. ms */
const EVERY_MS = 3_600_000;

/** Erases what visitors wrote when its time is over (behaviour D27). */
@Injectable()
export class EraseMessages {
  #next = 0;
  readonly #erased: ReturnType<Metrics['counter']>;

  constructor(
    @Inject(POOLS) private readonly pools: Pools,
    @Inject(METRICS) metrics: Metrics,
  ) {
    this.#erased = metrics.counter('ampel_messages_erased_total', "Visitors' messages erased because their time was over");
  }

  /** Erases what is due, once an hour. */
  async look(): Promise<void> {
    const now = performance.now();
    if (now < this.#next) return;
    this.#erased.inc(await eraseOld(this.pools.engine));
    this.#next = now + EVERY_MS;
  }
}
