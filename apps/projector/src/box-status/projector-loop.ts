import type { Logger } from '#observability';
import { PartitionProjector, type ProjectionPorts } from './project-partition.js';

/** What the loop needs beside the ports of a partition. */
export interface LoopPorts extends ProjectionPorts {
  /** Last position of every partition that has events. */
  readHeads(): Promise<ReadonlyMap<number, number>>;
  /** Tells readers that the projector lives and how far each partition is folded. */
  sendBeacon(positions: readonly number[]): Promise<void>;
}

const PARTITIONS = 64;
// A lost doorbell is found after a second (behaviour: "with NATS away the status is right, only slower").
const POLL_MS = 1_000;
// Partitions folded side by side: more than the connections would only queue.
const SIDE_BY_SIDE = 6;
// After a fault: long enough not to hammer a database that is coming back, short enough to be in time for 30 s of lag (targets, liveness).
const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 5_000;

/**
 * Runs the projections of all partitions: a rung partition is folded at once, all others when the poll finds them behind.
 * A partition is idle, running, or (after a fault) waiting for its next try with a growing delay; one that waits stops no other, and
 * the beacon goes out all the same (targets I15). The loop never gives up, and says so once per change of state.
 */
export class ProjectorLoop {
  private readonly projectors: readonly PartitionProjector[];
  private readonly rung = new Set<number>();
  private readonly running = new Map<number, Promise<void>>();
  /** Partitions that could not be folded, until their next try. */
  private readonly waiting = new Map<number, NodeJS.Timeout>();
  /** As the last poll found them. */
  private heads: ReadonlyMap<number, number> = new Map();
  private timer: NodeJS.Timeout | undefined;
  private polling: Promise<void> | null = null;
  private blind = false;
  private stopping = false;

  constructor(
    private readonly ports: LoopPorts,
    private readonly log: Logger,
  ) {
    this.projectors = Array.from({ length: PARTITIONS }, (_, partition) => new PartitionProjector(partition, ports));
  }

  /** null while all is well, else what is wrong, in words for everybody. */
  get trouble(): string | null {
    if (this.blind) return 'the log cannot be read';
    return this.waiting.size > 0 ? `partitions that cannot be folded: ${[...this.waiting.keys()].join(', ')}` : null;
  }

  /** Events that are not folded yet, per partition that has any events, as of the last poll; a partition not yet looked into is left out. */
  lag(): [partition: number, events: number][] {
    return [...this.heads].flatMap(([partition, head]): [number, number][] => {
      const position = this.projectors[partition]?.position ?? null;
      return position === null ? [] : [[partition, Math.max(0, head - position)]];
    });
  }

  /** Partitions that wait for another try after a fault. */
  get failing(): number {
    return this.waiting.size;
  }

  start(): void {
    this.timer = setInterval(() => void (this.polling ??= this.poll().finally(() => (this.polling = null))), POLL_MS);
    this.polling = this.poll().finally(() => (this.polling = null));
  }

  /** Finishes the ranges under way; nothing is folded afterwards. */
  async stop(): Promise<void> {
    this.stopping = true;
    clearInterval(this.timer);
    for (const timer of this.waiting.values()) clearTimeout(timer);
    await this.polling;
    await Promise.all(this.running.values());
  }

  /** The doorbell: this partition has something new. Any number may be rung, as often as one likes. */
  ring(partition: number): void {
    if (!Number.isInteger(partition) || partition < 0 || partition >= PARTITIONS || this.waiting.has(partition)) return;
    this.rung.add(partition);
    this.startNext();
  }

  private startNext(): void {
    for (const partition of this.rung) {
      if (this.stopping || this.running.size >= SIDE_BY_SIDE) return;
      if (this.running.has(partition)) continue;
      this.rung.delete(partition);
      this.begin(partition, 0);
    }
  }

  private begin(partition: number, failures: number): void {
    const run = this.run(partition, failures).finally(() => {
      this.running.delete(partition);
      this.startNext();
    });
    this.running.set(partition, run);
  }

  private async run(partition: number, failures: number): Promise<void> {
    try {
      await this.projectors[partition]?.catchUp();
      if (failures > 0) this.log.info({ partition }, 'the projection of the partition goes on');
    } catch (error) {
      if (failures === 0) this.log.warn({ err: error, partition }, 'the projection of the partition has to wait');
      this.tryLater(partition, failures + 1);
    }
  }

  private tryLater(partition: number, failures: number): void {
    const delay = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** (failures - 1));
    const timer = setTimeout(() => {
      this.waiting.delete(partition);
      if (!this.stopping) this.begin(partition, failures);
    }, delay);
    this.waiting.set(partition, timer);
  }

  private async poll(): Promise<void> {
    if (this.stopping) return;
    try {
      const heads = (this.heads = await this.ports.readHeads());
      for (const [partition, position] of heads) if (this.projectors[partition]?.position !== position) this.ring(partition);
      await this.ports.sendBeacon(this.projectors.map((p) => p.position ?? -1));
      if (this.blind) this.log.info('the projector reads the log again');
      this.blind = false;
    } catch (error) {
      if (!this.blind) this.log.warn({ err: error }, 'the projector cannot read the log');
      this.blind = true;
    }
  }
}
