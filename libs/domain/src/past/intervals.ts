import type { Instant, Status } from '../agent-presence/status.js';
import type { StatusTurn, TurnCause } from './past-fold.js';

/** A stretch of one status, [from, to); `to` null: it still lasts. */
export interface PastInterval {
  readonly status: Status;
  readonly from: Instant;
  readonly to: Instant | null;
  readonly cause: TurnCause;
}

/** What the turns of one box or agent come to. Turns are told in order; what ends at the instant it began was not. */
export class IntervalTrack {
  private closed: PastInterval | undefined;
  private open: PastInterval | undefined;

  /** @param left goes on where another track has come to: what its `rest` gave */
  constructor(left: readonly PastInterval[] = []) {
    this.closed = left.find(({ to }) => to !== null);
    this.open = left.find(({ to }) => to === null);
  }

  /** Gives an interval that is over for good, if there is one. */
  turn({ at, to, cause }: Omit<StatusTurn, 'of'>): PastInterval | undefined {
    if (this.open?.from === at) {
      // The one that never was gives way to the one before it.
      this.open = this.closed?.to === at ? { ...this.closed, to: null } : undefined;
      if (this.open) this.closed = undefined;
    }
    if (this.open?.status === to) return undefined;
    const over = this.closed;
    this.closed = this.open && { ...this.open, to: at };
    this.open = to === null ? undefined : { status: to, from: at, to: null, cause };
    return over;
  }

  /** What is left at the end: the last one that ended, and the one that lasts. */
  rest(): PastInterval[] {
    return [this.closed, this.open].filter((interval) => interval !== undefined);
  }
}
