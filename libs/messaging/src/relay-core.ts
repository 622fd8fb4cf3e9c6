import { growingDelay } from './delay.js';
import { RelayLane } from './relay-lane.js';
import type { RelayOptions, RelayPorts, StreamState } from './relay-ports.js';

export const RELAY_DEFAULTS: RelayOptions = {
  maxAgeMs: 0,
  // Enough to hide the way to the server and back; few enough that the server's own queue never refuses some of them.
  batch: 256,
  sideBySide: 4, // each holds a connection to Postgres while it reads
  partitions: 64,
  pollMs: 1_000,
  checkMs: 5_000,
};

const FIRST_RETRY_MS = 50;
const SLOWEST_RETRY_MS = 2_000;
const NO_STREAM: StreamState = { incarnation: '', messages: 0, firstSequence: 0, lastSequence: 0 };

/**
 * Carries committed facts from a feed into a stream: at least once, and in position order per partition (a repetition may come late,
 * with the same id). It decides and has no timers: call `tick()` often (a few times a second), `ring()` when something was
 * committed, `lookAgain()` after every reconnection. Feed, stream, time and dice are arguments, so a simulation can play it.
 *
 * What it relies on: the feed has no gaps and never changes; calls of `publish` made in one tick arrive in order or are cut off at the end.
 * What it does not rely on: its own memory (the stream is asked for its last message), being alone, acks that arrive, clocks that run on.
 */
export class RelayCore {
  private readonly lanes = new Map<number, RelayLane>();
  private readonly underWay = new Set<Promise<void>>();
  private readonly lanesUnderWay = new Set<Promise<void>>();
  private readonly options: RelayOptions;
  private stream: StreamState = NO_STREAM;
  private streamIsKnown = false;
  /** The highest sequence number the stream has given out to us: it cannot go back in one and the same store. */
  private highestSequence = 0;
  private checkAt = 0;
  private pollAt = 0;
  private checking = false;
  private polling = false;
  private checkFailures = 0;
  private pollFailures = 0;
  private readonly faults = new Map<string, unknown>();
  private stopped = false;
  private holds = 0;

  constructor(
    private readonly ports: RelayPorts,
    options: Partial<RelayOptions> = {},
  ) {
    this.options = { ...RELAY_DEFAULTS, ...options };
  }

  /** null, or why not everything can be passed on at the moment. */
  get trouble(): string | null {
    const [cause] = this.faults.values();
    return this.faults.size === 0 ? null : String(cause instanceof Error ? cause.message : cause);
  }

  /** Per partition, how many facts are not known to be in the stream. */
  lag(): ReadonlyMap<number, number> {
    return new Map([...this.lanes.values()].map((lane) => [lane.partition, lane.lag]));
  }

  /** Something was committed, up to `position` if that is known. A hint: it may be wrong, doubled, late or lost. */
  ring(partition: number, position?: number): void {
    if (!Number.isInteger(partition) || partition < 0 || partition >= this.options.partitions) return;
    const lane = this.lane(partition);
    lane.head = Math.max(lane.head, position ?? lane.head + 1);
    this.startLanes();
  }

  /** Begins whatever is due. Returns at once. */
  tick(): void {
    if (this.stopped) return;
    const elapsed = this.ports.time.elapsed();
    if (!this.checking && elapsed >= this.checkAt) this.track(this.checkStream());
    if (!this.polling && elapsed >= this.pollAt) this.track(this.pollHeads());
    this.startLanes();
  }

  /** The connection to the stream is a new one: what was under way on the old one is unknown, and the stream may have lost its tail. */
  lookAgain(): void {
    this.streamIsKnown = false;
    this.checkAt = 0;
    this.checkFailures = 0;
    for (const lane of this.lanes.values()) lane.lookAgain();
    this.tick();
  }

  /**
   * Publishes nothing for a while; settles when nothing is under way. The function it gives ends that: then the stream is looked at first.
   * For relays that share a stream: whoever declares it anew holds the others, else they would go on in it where they stood in the old one.
   */
  async hold(): Promise<() => void> {
    this.holds += 1;
    await Promise.all(this.lanesUnderWay);
    return () => {
      this.holds -= 1;
      this.streamIsKnown = false;
      this.checkAt = 0;
      this.tick();
    };
  }

  /** Publishes nothing more; settles when what was under way is settled. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.settled();
  }

  /** Settles when nothing is under way (more may be due). */
  async settled(): Promise<void> {
    while (this.underWay.size > 0) await Promise.all(this.underWay);
  }

  private lane(partition: number): RelayLane {
    let lane = this.lanes.get(partition);
    if (lane === undefined) {
      lane = new RelayLane(partition, this.ports, this.options);
      this.lanes.set(partition, lane);
    }
    return lane;
  }

  private async checkStream(): Promise<void> {
    this.checking = true;
    try {
      const sequenceBefore = this.highestSequence;
      const found = await this.ports.target.streamState();
      if (found) this.compare(found, sequenceBefore);
      this.stream = found ?? (await this.declareAnew());
      this.streamIsKnown = true;
      this.checkFailures = 0;
      this.checkAt = this.ports.time.elapsed() + this.options.checkMs;
      this.well('stream');
    } catch (error) {
      this.streamIsKnown = false;
      this.checkFailures += 1;
      this.checkAt = this.ports.time.elapsed() + this.retryAfter(this.checkFailures);
      this.ill('stream', error);
    } finally {
      this.checking = false;
    }
  }

  /** Nothing may be under way when the new stream opens: it would stand in it before what it follows. */
  private async declareAnew(): Promise<StreamState> {
    this.streamIsKnown = false;
    await Promise.all(this.lanesUnderWay);
    const stream = await this.ports.target.declareStream();
    this.refill('there was no stream: declared it');
    return stream;
  }

  /** Finds out whether the stream is still the one the lanes know. */
  private compare(found: StreamState, sequenceBefore: number): void {
    const { incarnation } = this.stream;
    if (incarnation !== '' && found.incarnation !== incarnation) return this.refill('the stream was replaced');
    const emptied = found.messages === 0 && sequenceBefore > 0;
    if (!emptied && found.lastSequence >= sequenceBefore) return;
    this.ports.notices?.refilling?.(emptied ? 'the stream was emptied' : 'the stream has lost its end');
    this.highestSequence = emptied ? 0 : found.lastSequence;
    for (const lane of this.lanes.values()) lane.lookAgain();
  }

  private refill(why: string): void {
    this.ports.notices?.refilling?.(why);
    this.highestSequence = 0;
    for (const lane of this.lanes.values()) lane.fill();
  }

  private async pollHeads(): Promise<void> {
    this.polling = true;
    try {
      const heads = await this.ports.feed.heads();
      for (const [partition, head] of heads) this.lane(partition).head = Math.max(head, this.lane(partition).head);
      this.pollFailures = 0;
      this.pollAt = this.ports.time.elapsed() + this.options.pollMs;
      this.well('feed');
    } catch (error) {
      this.pollFailures += 1;
      this.pollAt = this.ports.time.elapsed() + this.retryAfter(this.pollFailures);
      this.ill('feed', error);
    } finally {
      this.polling = false;
    }
  }

  private startLanes(): void {
    if (!this.mayPublish()) return;
    const elapsed = this.ports.time.elapsed();
    for (const lane of this.lanes.values()) {
      if (this.lanesUnderWay.size >= this.options.sideBySide) return;
      if (!lane.running && lane.behind && elapsed >= lane.retryAt) this.track(this.runLane(lane), this.lanesUnderWay);
    }
  }

  private async runLane(lane: RelayLane): Promise<void> {
    lane.running = true;
    const key = `partition ${lane.partition}`;
    const { incarnation } = this.stream;
    try {
      const sequence = await lane.run(() => this.stream, () => this.mayPublish());
      if (incarnation === this.stream.incarnation) this.highestSequence = Math.max(this.highestSequence, sequence);
      this.well(key);
    } catch (error) {
      if (this.streamIsKnown) this.checkAt = 0; // the stream itself may be the reason
      this.ill(key, error);
    } finally {
      lane.running = false;
      // To the end of the queue, so that a busy partition does not hold others up.
      this.lanes.delete(lane.partition);
      this.lanes.set(lane.partition, lane);
    }
  }

  private mayPublish(): boolean {
    return !this.stopped && this.streamIsKnown && this.holds === 0;
  }

  private retryAfter(failures: number): number {
    return growingDelay(failures, FIRST_RETRY_MS, SLOWEST_RETRY_MS, this.ports.random);
  }

  private track(work: Promise<void>, ...sets: Set<Promise<void>>[]): void {
    for (const set of [this.underWay, ...sets]) set.add(work);
    void work.then(() => {
      for (const set of [this.underWay, ...sets]) set.delete(work);
      this.startLanes();
    });
  }

  private ill(what: string, cause: unknown): void {
    const first = this.faults.size === 0;
    this.faults.set(what, cause);
    if (first) this.ports.notices?.waiting?.(cause);
  }

  private well(what: string): void {
    if (this.faults.delete(what) && this.faults.size === 0) this.ports.notices?.recovered?.();
  }
}
