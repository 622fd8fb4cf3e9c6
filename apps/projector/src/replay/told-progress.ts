import { isUnavailable } from '#database';
import { type ClaimedRun, holdRun, noteProgress, type ReplayedPart, type Sql } from '#replays';

/** The process is stopping: whoever comes next goes on with the run. */
export class Stopping extends Error {
  override readonly name = 'Stopping';
}

/** How often it is told, ms: what a progress bar needs, and often enough that nobody takes the run for left alone. */
const TELL_MS = 500;

/** Tells how far a run has come while it is carried out, and hears that way that it was cancelled. */
export class ToldProgress {
  private readonly timer: NodeJS.Timeout;
  private telling: Promise<void> | null = null;
  private lost: unknown = null;
  /** A transaction of ours holds the run: telling would wait for it. */
  private held = false;
  private total = 0;
  private drift = 0;
  private shownDrift = 0;
  private finishedEvents = 0;
  private events = 0;

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

  /** Between two pages of work. Throws RunLost when the run was cancelled or taken over, Stopping when the process ends. */
  pace(events: number): Promise<void> {
    this.events += events;
    if (this.lost instanceof Error) return Promise.reject(this.lost);
    return this.isStopping() ? Promise.reject(new Stopping()) : Promise.resolve();
  }

  /** Holds the run until the transaction ends. Throws RunLost. */
  async hold(sql: Sql): Promise<void> {
    this.held = true;
    await this.telling;
    await holdRun(sql, this.run);
  }

  finished({ events, drift, shownDrift }: ReplayedPart): void {
    this.held = false;
    this.events = 0;
    this.finishedEvents += events;
    this.drift += drift;
    this.shownDrift += shownDrift;
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private async tell(): Promise<void> {
    if (this.held) return;
    const { total, drift, shownDrift } = this;
    try {
      await noteProgress(this.sql, this.run, { processed: this.finishedEvents + this.events, total, drift, shownDrift });
    } catch (error) {
      if (!isUnavailable(error)) this.lost = error;
    }
  }
}
