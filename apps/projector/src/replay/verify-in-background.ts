import { setTimeout as pause } from 'node:timers/promises';
import { type Pools, isUnavailable } from '#database';
import type { Logger } from '#observability';
import { readCheckpoints } from '#read-model';
import { noteVerification } from '#replays';
import { PartitionReplay } from './partition-replay.js';

export interface BackgroundWorld {
  readonly pools: Pools;
  readonly log: Logger;
  /** Of one core, at most; the time that Postgres takes for it counts too. */
  readonly percent: number;
  /** From the beginning of one pass over all partitions to the next, at least, s. */
  readonly everySeconds: number;
}

class Stopped extends Error {
  override readonly name = 'Stopped';
}

/**
 * Verifies partition after partition, again and again, slowly: after every page of work it rests so long that its share of a core stays below
 * `percent`. Begins one interval after the start, when there is less to do. What differs is told in the log once, as a metric and as a route.
 */
export class VerifyInBackground {
  private readonly ending = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private workedSince = 0;

  constructor(private readonly world: BackgroundWorld) {}

  start(): void {
    if (this.world.percent > 0) this.running = this.run();
  }

  async stop(): Promise<void> {
    this.ending.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { log, everySeconds } = this.world;
    try {
      for (;;) {
        await this.rest(everySeconds * 1_000);
        await this.pass().catch((error: unknown) => {
          if (error instanceof Stopped) throw error;
          if (!isUnavailable(error)) log.error({ err: error }, 'the read model cannot be verified');
        });
      }
    } catch (error) {
      if (!(error instanceof Stopped)) throw error;
    }
  }

  private async pass(): Promise<void> {
    const { pools, log } = this.world;
    for (const [partition, position] of await readCheckpoints(pools.engine)) {
      if (position === 0) continue;
      this.workedSince = performance.now();
      const replay = new PartitionReplay({ pools, pace: () => this.pace() }, partition, null);
      await replay.verify();
      await noteVerification(pools.engine, replay.standing(false));
      const { drift, kept } = replay.findings;
      if (drift > 0) log.error({ partition, drift, first: kept[0] }, 'rows of the read model differ from the log');
    }
  }

  private async pace(): Promise<void> {
    const worked = performance.now() - this.workedSince;
    await this.rest(worked * (100 / this.world.percent - 1));
    this.workedSince = performance.now();
  }

  private async rest(ms: number): Promise<void> {
    await pause(ms, undefined, { signal: this.ending.signal }).catch(() => undefined);
    if (this.ending.signal.aborted) throw new Stopped();
  }
}
