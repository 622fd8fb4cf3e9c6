// What surrounds a relay, played without servers: for relay-core.unit.spec.ts and relay-simulation.unit.spec.ts. It holds no spec itself.
import { RelayCore } from './relay-core.js';
import type {
  LastPublished,
  OutboxMessage,
  PublishOutcome,
  RelayFeed,
  RelayNotices,
  RelayOptions,
  RelayTarget,
  StreamState,
} from './relay-ports.js';

const DUPLICATE_WINDOW_MS = 120_000;
/** Every promise that is ready has run its course after so many turns of the microtask queue. */
const TURNS = 24;

export interface StoredMessage {
  readonly sequence: number;
  readonly message: OutboxMessage;
  readonly settled: number;
  readonly at: number;
}

/** A call of a relay that the world has not answered yet. */
export interface Call {
  readonly relay: PlayedRelay;
  readonly name: 'heads' | 'readAfter' | 'streamState' | 'declareStream' | 'lastPublished' | 'publish';
  answer(): void;
  fail(): void;
}

export class World {
  now = 1_000_000_000;
  elapsed = 0;
  readonly log = new Map<number, OutboxMessage[]>();
  calls: Call[] = [];
  readonly relays: PlayedRelay[] = [];
  private streams = 0;
  private stored: StoredMessage[] | null = null;
  private sequence = 0;
  private firstSequence = 1;
  private incarnation = '';

  /** What the stream holds, oldest first; empty if there is none. */
  get stream(): readonly StoredMessage[] {
    return this.stored ?? [];
  }

  append(partition: number, count = 1): void {
    const rows = this.log.get(partition) ?? [];
    this.log.set(partition, rows);
    for (let i = 0; i < count; i += 1) {
      const position = rows.length + 1;
      const subject = `v1.${partition}.t.event.E`;
      rows.push({ partition, position, id: `${partition}-${position}`, recordedAt: this.now, subject, body: '{}' });
    }
  }

  start(options: Partial<RelayOptions> = {}, notices: Partial<RelayNotices> = {}): PlayedRelay {
    const relay = new PlayedRelay(this, options, notices);
    this.relays.push(relay);
    return relay;
  }

  pass(ms: number): void {
    this.now += ms;
    this.elapsed += ms;
  }

  declare(): StreamState {
    if (this.stored === null) {
      this.stored = [];
      this.sequence = 0;
      this.firstSequence = 1;
      this.streams += 1;
      this.incarnation = `stream ${this.streams}`;
    }
    return this.state() as StreamState;
  }

  deleteStream(): void {
    this.stored = null;
  }

  /** A power cut: the server comes back without its last messages, and nobody is connected any more. */
  loseEnd(messages: number): void {
    this.stored?.splice(Math.max(0, this.stored.length - messages));
    this.sequence = this.stored?.at(-1)?.sequence ?? this.firstSequence - 1;
    for (const relay of this.relays) relay.cut();
  }

  /** What nobody should be able to do (deny_purge). The ids are still remembered. */
  purge(): void {
    this.purged.push(...this.stream);
    this.stored = [];
    this.firstSequence = this.sequence + 1;
  }

  private readonly purged: StoredMessage[] = [];

  state(): StreamState | null {
    if (this.stored === null) return null;
    const first = this.stored[0]?.sequence ?? this.firstSequence;
    return { incarnation: this.incarnation, messages: this.stored.length, firstSequence: first, lastSequence: this.sequence };
  }

  last(partition: number): LastPublished | null {
    if (this.stored === null) throw new Error('stream not found');
    const found = this.stored.findLast(({ message }) => message.partition === partition);
    return found ? { position: found.message.position, id: found.message.id, settled: found.settled } : null;
  }

  store(message: OutboxMessage, settled: number): PublishOutcome {
    if (this.stored === null) throw new Error('no responders');
    const remembered = [...this.stored, ...this.purged].filter((one) => one.at > this.now - DUPLICATE_WINDOW_MS);
    const known = remembered.findLast((one) => one.message.id === message.id);
    if (known) return { kind: 'duplicate', sequence: known.sequence };
    this.sequence += 1;
    this.stored.push({ sequence: this.sequence, message, settled, at: this.now });
    return { kind: 'stored', sequence: this.sequence };
  }

  /** Answers calls in the order they were made, lets time pass and ticks, until every relay is idle and nothing is owed. */
  async heal(): Promise<void> {
    for (let round = 0; round < 400; round += 1) {
      for (const relay of this.relays) relay.core.tick();
      await this.answerAll();
      this.pass(250);
      if (this.isComplete() && round > 24) return;
    }
  }

  async answerAll(): Promise<void> {
    await settle();
    while (this.calls.length > 0) {
      this.calls.shift()?.answer();
      await settle();
    }
  }

  /** Whether every fact of the log is in the stream. */
  isComplete(): boolean {
    const ids = new Set(this.stream.map(({ message }) => message.id));
    return [...this.log.values()].every((rows) => rows.every((row) => ids.has(row.id)));
  }

  /** Positions of a partition in the order in which they came first into the stream. */
  firstArrivals(partition: number): number[] {
    const positions = this.stream.filter(({ message }) => message.partition === partition).map(({ message }) => message.position);
    return [...new Set(positions)];
  }
}

interface Sent {
  readonly message: OutboxMessage;
  readonly settled: number;
  resolve(outcome: PublishOutcome): void;
  reject(error: Error): void;
}

/** A relay with its connection: what it publishes reaches the stream in order, or is cut off from some message on. */
export class PlayedRelay {
  readonly core: RelayCore;
  private readonly wire: Sent[] = [];

  constructor(
    private readonly world: World,
    options: Partial<RelayOptions>,
    notices: Partial<RelayNotices>,
  ) {
    const time = { now: () => world.now, elapsed: () => world.elapsed };
    this.core = new RelayCore({ feed: this.feed(), target: this.target(), time, random: () => 0, notices }, options);
  }

  /** The connection breaks: what is under way is lost or unknown, and the relay is told. */
  cut(): void {
    for (const sent of this.wire.splice(0)) sent.reject(new Error('connection closed'));
    const mine = this.world.calls.filter((call) => call.relay === this && call.name !== 'heads' && call.name !== 'readAfter');
    this.world.calls = this.world.calls.filter((call) => !mine.includes(call));
    for (const call of mine) if (call.name !== 'publish') call.fail();
    this.core.lookAgain();
  }

  /** The process is killed. What it has sent may still arrive: `arriving` of it does. */
  kill(arriving: number): void {
    void this.core.stop();
    for (const sent of this.wire.splice(0, arriving)) this.store(sent);
    this.world.calls = this.world.calls.filter((call) => call.relay !== this);
    this.world.relays.splice(this.world.relays.indexOf(this), 1);
  }

  private store(sent: Sent): PublishOutcome | null {
    try {
      return this.world.store(sent.message, sent.settled);
    } catch {
      return null;
    }
  }

  private call<T>(name: Call['name'], work: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      const answer = (): void => {
        try {
          resolve(work());
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      };
      this.world.calls.push({ relay: this, name, answer, fail: () => reject(new Error(`${name} failed`)) });
    });
  }

  private feed(): RelayFeed {
    const { log } = this.world;
    return {
      heads: () => this.call('heads', () => new Map([...log].map(([partition, rows]) => [partition, rows.length]))),
      readAfter: (partition, after, limit) =>
        this.call('readAfter', () => (log.get(partition) ?? []).filter((row) => row.position > after).slice(0, limit)),
    };
  }

  private target(): RelayTarget {
    const { world } = this;
    return {
      streamState: () => this.call('streamState', () => world.state()),
      declareStream: () => this.call('declareStream', () => world.declare()),
      lastPublished: (partition) => this.call('lastPublished', () => world.last(partition)),
      publish: (message, settled) => {
        const sent = new Promise<PublishOutcome>((resolve, reject) => this.wire.push({ message, settled, resolve, reject }));
        // Whichever call is answered, it is the turn of the message that was sent first.
        const answer = (): void => {
          const next = this.wire.shift();
          if (!next) return;
          const outcome = this.store(next);
          if (outcome) next.resolve(outcome);
          else next.reject(new Error('no responders'));
        };
        // Stored, but the ack does not arrive.
        const fail = (): void => {
          const next = this.wire.shift();
          if (!next) return;
          this.store(next);
          next.reject(new Error('timeout'));
        };
        this.world.calls.push({ relay: this, name: 'publish', answer, fail });
        return sent;
      },
    };
  }

  /** The server refuses the message whose turn it is, and takes the ones behind it. */
  refuseNext(): void {
    const next = this.wire.shift();
    const index = this.world.calls.findIndex((call) => call.relay === this && call.name === 'publish');
    if (index >= 0) this.world.calls.splice(index, 1);
    next?.reject(new Error('insufficient resources'));
  }
}

/** Lets every promise that is ready run its course. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn += 1) await Promise.resolve();
}
