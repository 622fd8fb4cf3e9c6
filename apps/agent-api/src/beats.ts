import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { v7 as newId } from 'uuid';
import { type Settings, SETTINGS } from '#config';
import { POOLS, type Pools } from '#database';
import { BeatRecorder, noteSight, patienceOf, recordBeats, sayGoodbye } from '#leases';
import { LOGGER, type Logger, METRICS, type Metrics } from '#observability';
import { AgentBells } from './agent-bells.js';

/** The memory of beats of this process, for all slices: answers from memory, written every 500 ms (architecture 5). */
@Injectable()
export class Beats extends BeatRecorder implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #goodbye: () => Promise<void>;

  constructor(
    @Inject(POOLS) pools: Pools,
    @Inject(SETTINGS) { leaseSeconds }: Settings,
    @Inject(LOGGER) logger: Logger,
    @Inject(METRICS) metrics: Metrics,
    bells: AgentBells,
  ) {
    const failures = metrics.counter('ampel_beat_flush_failures_total', 'Flushes of heartbeats that failed; their beats were kept');
    const written = metrics.counter('ampel_beats_written_total', 'Heartbeats written to lease rows; of a session that beat twice before a flush one counts');
    const flush = metrics.histogram('ampel_beat_flush_duration_seconds', 'Writing one batch of heartbeats');
    // A new name for every start: a process that comes back has lost the beats it had not written.
    const node = newId();
    const patience = patienceOf(leaseSeconds);
    let failing = false;
    const clock = { now: () => performance.now() };
    super({
      clock,
      wall: { now: () => Date.now() },
      flushEveryMs: Math.min(500, patience.blindMs / 4),
      trustMs: patience.trustMs,
      noteSight: async (takenAt, now, latest) => {
        const { returned, hour } = await noteSight(pools.engine, { node, ageMs: now - takenAt, latest }, patience);
        if (returned) logger.warn(patience, 'back from blindness: nobody expires for a while');
        failing = false;
        return hour;
      },
      record: async (beats, now, writing) => {
        const end = flush.startTimer();
        const recorded = await recordBeats(pools.engine, beats, now, writing);
        end();
        written.inc(beats.length);
        return recorded;
      },
      onFailure: (err, kept) => {
        failures.inc();
        if (!failing) logger.warn({ err, kept }, 'heartbeats could not be written; they are kept');
        failing = true;
      },
    });
    this.#goodbye = () => sayGoodbye(pools.engine, node);
    bells.onAgent((agentId) => this.disturbed(agentId));
  }

  onApplicationBootstrap(): void {
    this.start();
  }

  /** After HTTP has closed: no beat is taken any more, and what was taken is written. */
  async onApplicationShutdown(): Promise<void> {
    await this.stop();
    // With Postgres away nobody hears it; the next process will find that this one vanished.
    if (this.waiting === 0) await this.#goodbye().catch(() => undefined);
  }
}
