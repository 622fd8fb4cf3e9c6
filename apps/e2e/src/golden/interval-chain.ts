import type { StoredInterval } from '#read-model';

/** A running sum over an agent's intervals, as the outcomes of released versions hold it: it stays as it is, whatever a replay compares by. */
export class IntervalChain {
  private count = 0;
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
}
