import { type Agent, effectiveStatusOf, type Status } from '#domain/agent-presence/index';
import { type Print, printBytes } from '#database';
import { LoggedEvent, type ReplayedEvent } from '#event-store';

/** An interval without its cause. */
interface Stretch {
  readonly position: number;
  readonly status: string;
  readonly from: number;
  readonly to: number | null;
}

/**
 * A sum over an agent's intervals, whatever their order, so that millions of them are compared without being held: the log's and the rows' give
 * the same number and sum, or they differ (2 x 32 bits: made for finding faults, not for keeping secrets; what differs is folded anew, row by row).
 */
export class IntervalSum {
  count = 0;
  private high = 0;
  private low = 0;

  /** @param cause print of event id, type and actor; @param reason '' for none */
  add({ position, status, from, to }: Stretch, cause: Print, reason: string): void {
    let { high, low } = cause;
    const mix = (number: number): void => {
      high = Math.imul(high ^ number, 2654435761);
      high ^= high >>> 15;
      low = Math.imul(low ^ number, 1597334677);
      low ^= low >>> 13;
    };
    mix(position | 0);
    mix((position / 2 ** 32) | 0);
    mix(from | 0);
    mix((from / 2 ** 32) | 0);
    mix(to === null ? -1 : to | 0);
    mix(to === null ? -1 : (to / 2 ** 32) | 0);
    for (let i = 0; i < status.length; i += 1) mix(status.charCodeAt(i));
    for (let i = 0; i < reason.length; i += 1) mix(reason.charCodeAt(i));
    // What sums of sums keep apart has to depend on every bit.
    high = Math.imul(high ^ (low >>> 16), 2246822507);
    low = Math.imul(low ^ (high >>> 13), 3266489909);
    this.high = (this.high + (high ^ (high >>> 16))) | 0;
    this.low = (this.low + (low ^ (low >>> 15))) | 0;
    this.count += 1;
  }

  copy(): IntervalSum {
    return Object.assign(new IntervalSum(), this);
  }

  sameAs(other: IntervalSum): boolean {
    return this.count === other.count && this.high === other.high && this.low === other.low;
  }
}

/** The sum of one agent's intervals as its events make them. Holds the present one, which has no end yet, and nothing of the event it came from. */
export class AgentIntervalSum {
  private readonly closed = new IntervalSum();
  private readonly cause: Print = { high: 0, low: 0 };
  private position = 0;
  private status: Status | null = null;
  private from = 0;
  private reason = '';

  /** Looks at what an event made of the agent; `was` undefined: the agent is new. */
  note(event: ReplayedEvent, was: Agent | undefined, is: Agent): void {
    const status = effectiveStatusOf(is);
    if (was && effectiveStatusOf(was) === status) return;
    this.end(this.closed, event.effectiveAt);
    this.position = event.position;
    this.status = status;
    this.from = event.effectiveAt;
    this.reason = (event.data as { reason?: string | null }).reason ?? '';
    printCause(event, this.cause);
  }

  get count(): number {
    return this.closed.count + (this.status === null ? 0 : 1);
  }

  /** Over all of them, the present one included. */
  sum(): IntervalSum {
    const sum = this.closed.copy();
    this.end(sum, null);
    return sum;
  }

  private end(sum: IntervalSum, to: number | null): void {
    const { position, status, from } = this;
    if (status !== null) sum.add({ position, status, from, to }, this.cause, this.reason);
  }
}

function printCause(event: ReplayedEvent, into: Print): void {
  into.high = 0;
  into.low = 0;
  if (event instanceof LoggedEvent) return event.printCause(into);
  for (const text of [event.eventId, event.type, `${event.actor.kind}\t${event.actor.id}`]) {
    const bytes = Buffer.from(text);
    printBytes(into, bytes, 0, bytes.length);
  }
}
