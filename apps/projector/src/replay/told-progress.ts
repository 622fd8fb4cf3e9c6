import { isUnavailable } from '#database';
import { KeyedQueue } from '#event-store';
import { type ClaimedRun, noteProgress, type ReplayedPart, type Sql } from '#replays';

/** The process is stopping: whoever comes next goes on with the run. */
export class Stopping extends Error {
  override readonly name = 'Stopping';
}

/** How often it is told, ms: what a progress bar needs, and often enough that nobody takes the run for left alone. */
const TELL_MS = 500;

/** Tells how far a run has come while its partitions are carried out, and hears that way that it was cancelled. */
export class ToldProgress {
  private readonly timer: NodeJS.Timeout;
  private telling: Promise<void> | null = null;
  private lost: unknown = null;
  /** A transaction of ours holds the run: telling would wait for it. */
  private held = false;
  private readonly holders = new KeyedQueue();
  private total = 0;
  private drift = 0;
  private shownDrift = 0;
  private finishedEvents = 0;
  /** Events folded of partitions that are not finished. */
  private readonly underWay = new Map<number, number>();

  constructor(
    private readonly sql: Sql,
    private readonly run: ClaimedRun,
    private readonly isStopping: () => boolean,
  ) {
    this.timer = setInterval(() => void (this.telling ??= this.tell().finally(() => (this.telling = null))), TELL_MS);
  }

  begin(total: number, finished: readonly ReplayedPart[]): void {
    this.total = total;
    for (const part of finished) this.finished(part);
  }

  /** Between two pages of a partition's work. Throws RunLost when the run was cancelled or taken over, Stopping when the process ends. */
  pace(partition: number, events: number): Promise<void> {
    this.underWay.set(partition, (this.underWay.get(partition) ?? 0) + events);
    if (this.lost instanceof Error) return Promise.reject(this.lost);
    return this.isStopping() ? Promise.reject(new Stopping()) : Promise.resolve();
  }

  /** Carries out a transaction that holds the run until it ends, one after the other: told between any two, so nobody takes the run for left alone. */
  holding(work: () => Promise<void>): Promise<void> {
    return this.holders.run(this.run.id, async () => {
      await (this.telling ??= this.tell().finally(() => (this.telling = null)));
      this.held = true;
      try {
        await work();
      } finally {
        this.held = false;
      }
    });
  }

  finished({ partition, events, drift, shownDrift }: ReplayedPart): void {
    this.underWay.delete(partition);
    this.finishedEvents += events;
    this.drift += drift;
    this.shownDrift += shownDrift;
  }

  /** One partition cannot be carried out: the others end at their next page. */
  giveUp(fault: unknown): void {
    this.lost ??= fault;
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private async tell(): Promise<void> {
    if (this.held) return;
    const { total, drift, shownDrift } = this;
    const processed = [...this.underWay.values()].reduce((all, events) => all + events, this.finishedEvents);
    try {
      await noteProgress(this.sql, this.run, { processed, total, drift, shownDrift });
    } catch (error) {
      if (!isUnavailable(error)) this.lost = error;
    }
  }
}
