import type { Agent } from '#domain/agent-presence/index';
import { effectiveStatusOf } from '#domain/agent-presence/index';
import type { StoredEvent } from '#event-store';
import type { StoredInterval } from '#read-model';

/**
 * A running check over an agent's intervals, so that millions of them are compared without being held: the log's and the rows' give the same
 * number and sum, or they differ (2 x 32 bits: made for finding faults, not for keeping secrets; what differs is folded anew, row by row).
 */
export class IntervalChain {
  count = 0;
  private high = 0xdeadbeef;
  private low = 0x41c6ce57;

  /** Takes the next interval, with the end it has. */
  add(interval: StoredInterval): void {
    const { position, status, from, to, eventId, type, actor, reason } = interval;
    const text = `${position}|${status}|${from}|${to ?? ''}|${eventId}|${type}|${actor.kind}|${actor.id}|${reason ?? ''}`;
    let { high, low } = this;
    for (let i = 0; i < text.length; i += 1) {
      const code = text.charCodeAt(i);
      high = Math.imul(high ^ code, 2654435761);
      low = Math.imul(low ^ code, 1597334677);
    }
    this.high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
    this.low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
    this.count += 1;
  }

  /** For a dump. */
  get text(): string {
    return `${this.count} ${this.high >>> 0} ${this.low >>> 0}`;
  }

  sameAs(other: IntervalChain): boolean {
    return this.count === other.count && this.high === other.high && this.low === other.low;
  }
}

/** The intervals of one agent as its events make them: `open` is the last one, which has no end yet. */
export class AgentIntervals {
  private readonly closed = new IntervalChain();
  private open: StoredInterval | null = null;

  /** @param keep called with every interval that is closed, and never needed for comparing alone */
  constructor(private readonly keep?: (interval: StoredInterval) => void) {}

  /** Looks at what an event made of the agent; `was` undefined: the agent is new. */
  note(event: StoredEvent, was: Agent | undefined, is: Agent): void {
    const status = effectiveStatusOf(is);
    if (was && effectiveStatusOf(was) === status) return;
    const { tenantId, position, effectiveAt: from, eventId, type, actor } = event;
    this.close(from);
    const { reason = null } = event.data as { reason?: string | null };
    this.open = { tenantId, agentId: is.agentId, position, status, from, to: null, eventId, type, actor, reason };
  }

  get count(): number {
    return this.closed.count + (this.open ? 1 : 0);
  }

  /** All of them, the open one last. */
  chain(): IntervalChain {
    const whole = Object.assign(new IntervalChain(), this.closed);
    if (this.open) whole.add(this.open);
    return whole;
  }

  /** Hands the open one to `keep` too: there is nothing more to come. */
  end(): void {
    if (this.open) this.keep?.(this.open);
  }

  private close(to: number): void {
    if (!this.open) return;
    const interval = { ...this.open, to };
    this.closed.add(interval);
    this.keep?.(interval);
  }
}
