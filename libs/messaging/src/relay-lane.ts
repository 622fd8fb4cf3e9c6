import { growingDelay } from './delay.js';
import type { LastPublished, OutboxMessage, RelayOptions, RelayPorts, StreamState } from './relay-ports.js';

// After a fault: soon at first, and never slower than this, so that lag is 0 within 30 s of the last fault (targets, liveness).
const FIRST_RETRY_MS = 50;
const SLOWEST_RETRY_MS = 2_000;
/** A lane lets others have its turn after so many batches. */
const BATCHES_PER_TURN = 8;

interface BatchOutcome {
  readonly accepted: number;
  readonly highestSequence: number;
  readonly fault: NotPublished | null;
}

/** Thrown when something was not stored, or nobody knows. */
export class NotPublished extends Error {
  override readonly name = 'NotPublished';
}

/**
 * One partition on its way into the stream. States of its cursor:
 *   unknown  → the stream must be looked at first (at the start, after a fault, after a reconnection)
 *   to fill  → the stream is new: it begins as far back as the stream's max_age, whatever lies in it
 *   known    → everything up to it is in the stream, the next one is cursor + 1
 * A batch goes out in one go and the next only when all of it is settled: so what a lost connection swallows is always a tail.
 */
export class RelayLane {
  /** The last position known to exist. A hint: a wrong one only causes a look. */
  head = 0;
  running = false;
  /** Of RelayTime.elapsed(). */
  retryAt = 0;
  private cursor: number | null = null;
  /** Everything up to here was seen stored in this incarnation of the stream. */
  private settled: number | null = null;
  private toFill = false;
  private failures = 0;
  /** Steps whenever what was learned about the stream is void: work begun before must not go on. */
  private era = 0;

  constructor(
    readonly partition: number,
    private readonly ports: RelayPorts,
    private readonly options: RelayOptions,
  ) {}

  get behind(): boolean {
    return this.cursor === null ? this.head > 0 : this.head > this.cursor;
  }

  /** Messages that exist and are not known to be in the stream. */
  get lag(): number {
    return Math.max(0, this.head - (this.cursor ?? this.settled ?? 0));
  }

  /** What is in the stream must be looked at again. */
  lookAgain(): void {
    this.era += 1;
    this.cursor = null;
    this.failures = 0;
    this.retryAt = 0;
  }

  /** The stream is another one, and empty: all of it is to be published again. */
  fill(): void {
    this.lookAgain();
    this.settled = null;
    this.toFill = true;
  }

  /**
   * Publishes until nothing is left, its turn is over or `mayGoOn` says no. `stream` gives the last known state of the stream,
   * the result is the highest sequence number that the stream gave to a message of this run (0: none).
   * Rejects with the cause of a fault; the lane then wants to be run again at `retryAt`.
   */
  async run(stream: () => StreamState, mayGoOn: () => boolean): Promise<number> {
    const { era } = this;
    const isVoid = (): boolean => this.era !== era;
    let highestSequence = 0;
    try {
      let position = this.cursor ?? (await this.findStart());
      if (isVoid()) return 0;
      this.cursor = this.settled = position;
      this.toFill = false;
      for (let turn = 0; turn < BATCHES_PER_TURN; turn += 1) {
        const messages = await this.ports.feed.readAfter(this.partition, position, this.options.batch);
        if (isVoid()) return 0;
        if (messages.length === 0) this.head = position; // the bell was wrong
        if (messages.length === 0 || !mayGoOn()) break;
        assertDense(messages, position);
        const outcome = await this.publishAll(allButTheLast(messages), position, stream);
        if (isVoid()) return 0;
        position = this.cursor = this.settled = position + outcome.accepted;
        this.head = Math.max(this.head, position);
        highestSequence = Math.max(highestSequence, outcome.highestSequence);
        if (outcome.accepted > 0) this.ports.notices?.published?.(outcome.accepted);
        if (outcome.fault) throw outcome.fault;
        if (messages.length === 1 && !this.behind) break;
      }
      this.failures = 0;
      return highestSequence;
    } catch (error) {
      if (!isVoid()) this.fail();
      throw error;
    }
  }

  private fail(): void {
    this.failures += 1;
    this.cursor = null;
    this.retryAt = this.ports.time.elapsed() + growingDelay(this.failures, FIRST_RETRY_MS, SLOWEST_RETRY_MS, this.ports.random);
  }

  /** Sends them all at once. Counts how many from the first on are in the stream: what follows a failed one is sent again. */
  private async publishAll(messages: readonly OutboxMessage[], settled: number, stream: () => StreamState): Promise<BatchOutcome> {
    const results = await Promise.allSettled(messages.map((message) => this.ports.target.publish(message, settled)));
    const { firstSequence } = stream();
    let highestSequence = 0;
    for (const [accepted, result] of results.entries()) {
      if (result.status === 'rejected') {
        const fault = new NotPublished('a message may not have reached the stream', { cause: result.reason });
        return { accepted, highestSequence, fault };
      }
      const outcome = result.value;
      if (outcome.kind === 'unfit') {
        this.ports.notices?.unfit?.(messages[accepted] as OutboxMessage, outcome.reason);
      } else if (outcome.kind === 'duplicate' && outcome.sequence < firstSequence) {
        // The ids of purged messages are remembered for two minutes; then they are taken in again (architecture 11, pitfall 4).
        return { accepted, highestSequence, fault: new NotPublished('the stream remembers a message that it no longer has') };
      } else {
        highestSequence = Math.max(highestSequence, outcome.sequence);
      }
    }
    return { accepted: messages.length, highestSequence, fault: null };
  }

  /** Gives the position after which to publish. */
  private async findStart(): Promise<number> {
    const last = this.toFill ? null : await this.ports.target.lastPublished(this.partition);
    if (last === null || !(await this.isOurs(last))) return this.findOldest();
    // Between `settled` and the last one lie messages of one batch: sent together with it, but perhaps not stored.
    const stored = last.settled >= last.position - 1 ? last.position : last.settled;
    return Math.min(stored, this.settled ?? stored);
  }

  /** False after Postgres was restored from a backup, or if somebody else has written into the stream: positions prove nothing then. */
  private async isOurs(last: LastPublished): Promise<boolean> {
    const [same] = await this.ports.feed.readAfter(this.partition, last.position - 1, 1);
    if (same?.position === last.position && same.id === last.id) return true;
    this.ports.notices?.refilling?.(`partition ${this.partition} of the stream does not continue the log at ${last.position}`);
    return false;
  }

  /** The position before the oldest fact that the stream would still keep. Recorded order is position order, so halving finds it. */
  private async findOldest(): Promise<number> {
    const { feed, time } = this.ports;
    const oldest = this.options.maxAgeMs === 0 ? 0 : time.now() - this.options.maxAgeMs;
    const [first] = await feed.readAfter(this.partition, 0, 1);
    if (first === undefined) return 0;
    let before = first.position - 1;
    if (first.recordedAt >= oldest) return before;
    let notBefore = this.head;
    while (before < notBefore) {
      const middle = Math.floor((before + notBefore) / 2);
      const [message] = await feed.readAfter(this.partition, middle, 1);
      if (message === undefined || message.recordedAt >= oldest) notBefore = middle;
      else before = middle + 1;
    }
    return before;
  }
}

/**
 * The newest message goes out alone, once all others are settled, and says so (`settled`): a later relay that finds it then knows that
 * nothing is missing before it, and need not send a whole batch again.
 */
function allButTheLast(messages: readonly OutboxMessage[]): readonly OutboxMessage[] {
  return messages.length > 1 ? messages.slice(0, -1) : messages;
}

function assertDense(messages: readonly OutboxMessage[], after: number): void {
  const gap = messages.findIndex((message, index) => message.position !== after + 1 + index);
  if (gap >= 0) throw new Error(`the feed has no position ${after + 1 + gap}, but ${messages[gap]?.position}`);
}
