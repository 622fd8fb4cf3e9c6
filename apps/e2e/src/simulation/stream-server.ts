import type { LastPublished, OutboxMessage, PublishOutcome, RelayTarget, StreamState } from '#messaging';
import { type Life, latency, type World, WireFault } from './process.js';

/** An id is recognised for so long. Two minutes in earnest; here short, so that repetitions really come to stand in the stream. */
const DUPLICATE_WINDOW_MS = 1_500;
const RECONNECT = { from: 20, to: 600 };

export interface StoredMessage {
  readonly sequence: number;
  readonly message: OutboxMessage;
  readonly settled: number;
  readonly at: number;
}

/**
 * A nats-server with the one stream that all kinds of facts share. It may lose its connections, and with them its newest messages
 * or the whole stream, as it does on a power cut with the default settings (architecture 3).
 */
export class StreamServer {
  private stored: StoredMessage[] | null = null;
  private sequence = 0;
  private incarnations = 0;
  private readonly connections = new Set<StreamConnection>();

  constructor(private readonly world: World) {}

  get messages(): readonly StoredMessage[] {
    return this.stored ?? [];
  }

  connect(life: Life, onReconnect: () => void): StreamConnection {
    const connection = new StreamConnection(this, life, this.world, onReconnect);
    this.connections.add(connection);
    life.onEnd(() => connection.die());
    return connection;
  }

  /** kill -9 and start; `tail` messages were not on the disk yet, `wipe`: nothing was. */
  restart({ tail = 0, wipe = false }: { readonly tail?: number; readonly wipe?: boolean } = {}): void {
    if (wipe) this.stored = null;
    else if (this.stored) {
      this.stored.splice(Math.max(0, this.stored.length - tail));
      this.sequence = this.stored.at(-1)?.sequence ?? 0;
    }
    for (const connection of this.connections) connection.cut();
  }

  state(): StreamState | null {
    if (!this.stored) return null;
    const firstSequence = this.stored[0]?.sequence ?? this.sequence + 1;
    return { incarnation: `stream ${this.incarnations}`, messages: this.stored.length, firstSequence, lastSequence: this.sequence };
  }

  declare(): StreamState {
    if (!this.stored) {
      this.stored = [];
      this.sequence = 0;
      this.incarnations += 1;
    }
    return this.state() as StreamState;
  }

  last(kind: string, partition: number): LastPublished | null {
    if (!this.stored) throw new WireFault('stream not found');
    const found = this.stored.findLast(({ message }) => message.partition === partition && kindOf(message) === kind);
    return found ? { position: found.message.position, id: found.message.id, settled: found.settled } : null;
  }

  take(message: OutboxMessage, settled: number): PublishOutcome {
    if (!this.stored) throw new WireFault('no responders');
    const now = this.world.scheduler.now();
    const known = this.stored.findLast((one) => one.message.id === message.id);
    if (known && known.at > now - DUPLICATE_WINDOW_MS) {
      this.world.faults.saw('saw: repetition recognised by the stream');
      return { kind: 'duplicate', sequence: known.sequence };
    }
    if (known) this.world.faults.saw('saw: message stored twice');
    this.sequence += 1;
    this.stored.push({ sequence: this.sequence, message, settled, at: now });
    return { kind: 'stored', sequence: this.sequence };
  }
}

/** Fourth token of `v1.<partition>.<tenant>.<kind>.<type>`. */
export function kindOf({ subject }: OutboxMessage): string {
  return subject.split('.')[3] ?? '';
}

interface Sent {
  readonly message: OutboxMessage;
  readonly settled: number;
  resolve(outcome: PublishOutcome): void;
  reject(error: Error): void;
}

/** A relay's connection: what it publishes arrives in the order sent, up to where the connection breaks. */
export class StreamConnection {
  private wire: Sent[] = [];
  private epoch = 0;
  private broken = false;
  private dead = false;

  constructor(
    private readonly server: StreamServer,
    private readonly life: Life,
    private readonly world: World,
    private readonly onReconnect: () => void,
  ) {}

  /** What is under way is lost; after a while there is a new connection. */
  cut(): void {
    if (this.dead || this.broken) return;
    this.broken = true;
    this.epoch += 1;
    for (const sent of this.wire.splice(0))
      this.life.after(latency(this.world), 'loses a publish', () => sent.reject(new WireFault('connection lost')));
    this.life.after(this.world.dice.between(RECONNECT.from, RECONNECT.to), 'reconnects', () => {
      this.broken = false;
      this.onReconnect();
    });
  }

  /** The process is gone. The first few of what it sent may still arrive. */
  die(): void {
    this.dead = true;
    this.wire = this.wire.slice(0, this.world.dice.between(0, this.wire.length));
  }

  /** The stream as the relay of one kind of facts uses it. */
  target(kind: string): RelayTarget {
    return {
      streamState: () => this.ask('asks for the stream', () => this.server.state()),
      declareStream: () => this.ask('declares the stream', () => this.server.declare()),
      lastPublished: (partition) => this.ask('asks for the last message', () => this.server.last(kind, partition)),
      publish: (message, settled) => this.publish(message, settled),
    };
  }

  private publish(message: OutboxMessage, settled: number): Promise<PublishOutcome> {
    if (this.broken) return Promise.reject(new WireFault('not connected'));
    if (this.world.faults.strikes('publish lost', 0.3)) this.cut();
    return new Promise((resolve, reject) => {
      const sent = { message, settled, resolve, reject };
      if (this.broken) return reject(new WireFault('connection lost'));
      this.wire.push(sent);
      const { epoch } = this;
      this.world.scheduler.in(latency(this.world), `${this.life.name} publishes`, () => this.arrive(epoch));
    });
  }

  /** Whichever of them is due, it is the turn of the one that was sent first. */
  private arrive(epoch: number): void {
    const next = epoch === this.epoch ? this.wire.shift() : undefined;
    if (!next) return;
    const answer = (settle: () => void): void => this.life.after(latency(this.world), 'hears of its publish', settle);
    try {
      const outcome = this.server.take(next.message, next.settled);
      if (this.world.faults.strikes('publish ack lost')) return answer(() => next.reject(new WireFault('timeout')));
      answer(() => next.resolve(outcome));
    } catch (error) {
      answer(() => next.reject(error as Error));
    }
  }

  private async ask<T>(what: string, effect: () => T): Promise<T> {
    const { epoch } = this;
    if (this.broken) throw new WireFault('not connected');
    return this.life.call(
      what,
      () => {
        if (epoch !== this.epoch) throw new WireFault('connection lost');
        return effect();
      },
      { refused: 'stream call refused' },
    );
  }
}
