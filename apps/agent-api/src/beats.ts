import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { CLOCK, type Clock } from '#clock';
import { POOLS, type Pools } from '#database';
import { BeatRecorder, recordBeats } from '#leases';
import { LOGGER, type Logger, METRICS, type Metrics } from '#observability';
import { AgentBells } from './agent-bells.js';

/** The memory of beats of this process, for all slices: answers from memory, written every 500 ms (architecture 5). */
@Injectable()
export class Beats extends BeatRecorder implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    @Inject(CLOCK) clock: Clock,
    @Inject(POOLS) pools: Pools,
    @Inject(LOGGER) logger: Logger,
    @Inject(METRICS) metrics: Metrics,
    bells: AgentBells,
  ) {
    const failures = metrics.counter('ampel_beat_flush_failures_total', 'Flushes of heartbeats that failed; their beats were kept');
    super({
      clock,
      record: (beats) => recordBeats(pools.engine, beats),
      onFailure: (err, kept) => {
        failures.inc();
        logger.warn({ err, kept }, 'heartbeats could not be written; they are kept');
      },
    });
    bells.onAgent((agentId) => this.disturbed(agentId));
  }

  onApplicationBootstrap(): void {
    this.start();
  }

  /** After HTTP has closed: no beat is taken any more, and what was taken is written. */
  onApplicationShutdown(): Promise<void> {
    return this.stop();
  }
}
