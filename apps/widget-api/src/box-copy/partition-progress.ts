import type { Instant } from '#read-model';

/** Stretches heard ahead of a gap that are remembered; beyond that only the furthest counts, and rows are reloaded anyway. */
const MAX_AHEAD = 1_000;

/**
 * How far this process has followed one partition.
 *
 * `position`: every cached row of the partition is complete up to here. Only that sentence gives the number its meaning, so it may always
 * be lowered, and may be raised only over what was really heard or read.
 * States: even (nothing is missing) and behind (something later was heard of); behind → even by the missing message or by a reload.
 */
export class PartitionProgress {
  private ahead: { from: number; to: number }[] = [];
  /** A position that exists for certain, as somebody said who does not tell what happened on the way. */
  private owed = 0;
  private promised = 0;
  /** Since when something is missing; null while nothing is. */
  behindSince: Instant | null = null;

  constructor(public position: number) {}

  get behind(): boolean {
    return this.behindSince !== null;
  }

  /** A message that carried all changes in (from, to]. */
  heard(from: number, to: number, now: Instant): void {
    if (to > this.position) {
      if (from <= this.position) this.position = to;
      else if (this.ahead.length < MAX_AHEAD) this.ahead.push({ from, to });
      else this.owed = Math.max(this.owed, to);
    }
    this.settle(now);
  }

  /** Rows were read that are complete up to here. */
  reached(position: number, now: Instant): void {
    this.position = Math.max(this.position, position);
    this.settle(now);
  }

  /** The rows of one site are complete only up to here. */
  lowerTo(position: number, now: Instant): void {
    if (position >= this.position) return;
    this.owed = Math.max(this.owed, this.position);
    this.position = position;
    this.settle(now);
  }

  /** Postgres says that the partition stands here. */
  exists(position: number, now: Instant): void {
    this.owed = Math.max(this.owed, position);
    this.settle(now);
  }

  /** A beacon says so: the messages up to there may still be on their way, and are missed from the next beacon on. */
  announced(position: number, now: Instant): void {
    this.exists(this.promised, now);
    this.promised = Math.max(this.promised, position);
  }

  private settle(now: Instant): void {
    if (this.ahead.length > 0) {
      this.ahead.sort((a, b) => a.from - b.from);
      for (let next = this.ahead[0]; next && next.from <= this.position; next = this.ahead[0]) {
        this.position = Math.max(this.position, next.to);
        this.ahead.shift();
      }
    }
    const behind = this.ahead.length > 0 || this.owed > this.position;
    this.behindSince = behind ? (this.behindSince ?? now) : null;
  }
}
