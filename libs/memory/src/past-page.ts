import type { Instant } from '#domain/agent-presence/index';
import type { AgentSubject, BoxSubject, PastInterval } from '#domain/past/index';
import { isSame, type Over } from './reading.js';

/** A page of the history of a box or an agent. */
export interface PastAsked {
  readonly of: BoxSubject | AgentSubject;
  /** Half-open [from, to): intervals that reach into it. */
  readonly from: Instant;
  readonly to: Instant;
  /** The beginning of the last interval of the page before. */
  readonly after: Instant | null;
  readonly limit: number;
}

/** At most `limit` intervals, oldest first, and whether more follow. */
export interface PastPage {
  readonly intervals: readonly PastInterval[];
  readonly more: boolean;
}

/** Takes intervals, oldest first, until there are enough. */
export class PageOfIntervals {
  private readonly found: PastInterval[] = [];
  private over = false;

  constructor(private readonly asked: PastAsked) {}

  get done(): boolean {
    return this.over || this.found.length > this.asked.limit;
  }

  get page(): PastPage {
    return { intervals: this.found.slice(0, this.asked.limit), more: this.found.length > this.asked.limit };
  }

  /** The page, with what is left at the end. */
  end(left: readonly PastInterval[]): PastPage {
    for (const interval of left) this.keep(interval);
    return this.page;
  }

  /** Of everything that is over, what is asked for. */
  keepAll(over: readonly Over[]): void {
    for (const { of, interval } of over) if (isSame(of, this.asked.of)) this.keep(interval);
  }

  keep(interval: PastInterval): void {
    if (this.done) return;
    const { from, to, after } = this.asked;
    if (interval.from >= to) this.over = true;
    else if ((interval.to === null || interval.to > from) && (after === null || interval.from > after)) this.found.push(interval);
  }
}
