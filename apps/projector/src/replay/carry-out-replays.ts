import { createHash } from 'node:crypto';
import { type Pools, isUnavailable, transaction } from '#database';
import { countEventsOf, type EventStore } from '#event-store';
import type { Logger } from '#observability';
import { readCheckpoints } from '#read-model';
import {
  claimRun, type ClaimedRun, failRun, finishRun, holdRun, notePart, noteVerification, readParts, releaseRun, type ReplayedPart, RunLost,
} from '#replays';
import { PartitionReplay, PATIENT, type WriteReplay } from './partition-replay.js';
import { Stopping, ToldProgress } from './told-progress.js';

export interface ReplayWorld {
  readonly pools: Pools;
  readonly store: EventStore;
  readonly log: Logger;
  /** Tells readers which rows a rebuild wrote, after the commit. */
  healed(replay: PartitionReplay): void;
}

/** How soon a run begins, ms. */
const LOOK_MS = 1_000;
/** Partitions under way: while Postgres makes the lines of one, or compares or writes its rows, another one is folded. */
const SIDE_BY_SIDE = 2;
/** A run whose process has said nothing for so long is taken over, ms. Longer than any statement may take. */
const SILENT_MS = 15_000;

/**
 * Carries out the replays that were asked for, one after the other. A run belongs to one process at a time; a process that dies leaves it to
 * the next, which goes on with the partitions that are not finished. States of this loop: idle, carrying out, stopped.
 */
export class CarryOutReplays {
  private readonly worker: string;
  private timer: NodeJS.Timeout | undefined;
  private working: Promise<void> | null = null;
  private stopping = false;

  constructor(private readonly world: ReplayWorld) {
    this.worker = world.store.newId();
  }

  start(): void {
    this.timer = setInterval(() => void (this.working ??= this.work().finally(() => (this.working = null))), LOOK_MS);
  }

  /** Leaves a run under way to another process, at the next page. */
  async stop(): Promise<void> {
    this.stopping = true;
    clearInterval(this.timer);
    await this.working;
  }

  private async work(): Promise<void> {
    const { pools, log } = this.world;
    try {
      for (let run = await claimRun(pools.engine, this.worker, SILENT_MS); run && !this.stopping; run = await claimRun(pools.engine, this.worker, SILENT_MS)) {
        await this.carryOut(run);
      }
    } catch (error) {
      if (!isUnavailable(error)) log.warn({ err: error }, 'replays have to wait');
    }
  }

  private async carryOut(run: ClaimedRun): Promise<void> {
    const { pools, log } = this.world;
    log.info({ replay: run.id, mode: run.mode }, 'a replay begins or goes on');
    const telling = new ToldProgress(pools.engine, run, () => this.stopping);
    try {
      await this.replayAll(run, telling);
      log.info({ replay: run.id }, 'a replay is done');
    } catch (error) {
      if (error instanceof RunLost) log.info({ replay: run.id }, 'a replay was cancelled, or another process goes on with it');
      else if (error instanceof Stopping) await releaseRun(pools.engine, run);
      else if (isUnavailable(error)) throw error; // it is still this process's: the next look goes on with it
      else {
        log.error({ err: error, replay: run.id }, 'a replay failed');
        await failRun(pools.engine, run, error instanceof Error ? error.message : 'it failed').catch(() => undefined);
      }
    } finally {
      telling.stop();
    }
  }

  private async replayAll(run: ClaimedRun, telling: ToldProgress): Promise<void> {
    const { pools } = this.world;
    const parts = new Map((await readParts(pools.engine, run)).map((part) => [part.partition, part]));
    const checkpoints = await readCheckpoints(pools.engine);
    const partitions = [...checkpoints].filter(([p, position]) => (run.partition === null ? position > 0 : p === run.partition)).map(([p]) => p);
    telling.begin(await this.countEvents(run, checkpoints), [...parts.values()]);
    const waiting = partitions.filter((partition) => !parts.has(partition)).sort((a, b) => a - b);
    const replayNext = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) parts.set(next, await this.replayOne(run, next, telling));
    };
    const ends = await Promise.allSettled(
      Array.from({ length: SIDE_BY_SIDE }, () =>
        replayNext().catch((error: unknown) => {
          telling.giveUp(error);
          throw error;
        }),
      ),
    );
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
    const done = [...parts.values()].sort((a, b) => a.partition - b.partition);
    const sum = (of: (part: ReplayedPart) => number): number => done.reduce((all, part) => all + of(part), 0);
    const position = sum((part) => part.position);
    const drift = { drift: sum((part) => part.drift), shownDrift: sum((part) => part.shownDrift) };
    await finishRun(pools.engine, run, { processed: sum((part) => part.events), ...drift, position, hash: hashOf(run, done) });
  }

  private async countEvents({ partition, tenantId }: ClaimedRun, checkpoints: ReadonlyMap<number, number>): Promise<number> {
    if (partition !== null && tenantId !== null) return countEventsOf(this.world.pools.engine, partition, tenantId);
    return [...checkpoints.values()].reduce((all, position) => all + position, 0);
  }

  private async replayOne(run: ClaimedRun, partition: number, telling: ToldProgress): Promise<ReplayedPart> {
    const { pools } = this.world;
    const replay = new PartitionReplay({ pools, pace: (events) => telling.pace(partition, events) }, partition, run.tenantId);
    const write: WriteReplay = (work) =>
      telling.holding(() =>
        transaction(pools.engine, async (sql) => {
          await holdRun(sql, run);
          await work(sql);
          await notePart(sql, run, replay.part, [...replay.findings.kept, ...replay.findings.keptShown]);
        }, () => PATIENT),
      );
    if (run.mode === 'verify') {
      await replay.verify();
      await write(() => Promise.resolve());
    } else {
      await replay.rebuild(write);
      this.world.healed(replay);
    }
    telling.finished(replay.part);
    // What was healed does not differ any more.
    if (run.tenantId === null) await noteVerification(pools.engine, replay.standing(run.mode === 'rebuild'));
    return replay.part;
  }
}

/** SHA-256 of the log: of a tenant its events'; of all, of one line for each partition that has any: number, position, hash. */
function hashOf({ tenantId }: ClaimedRun, parts: readonly ReplayedPart[]): string {
  const [first] = parts;
  if (tenantId !== null && first) return first.hash;
  const lines = parts.map(({ partition, position, hash }) => `${partition}\t${position}\t${hash}\n`);
  return createHash('sha256').update(lines.join('')).digest('hex');
}
