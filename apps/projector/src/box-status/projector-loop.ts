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
const RETRY_MS = 500;

/**
 * Runs the projections of all partitions: a rung partition is folded at once, all others when the poll finds them behind.
 * States: running, and (after a fault of Postgres) waiting RETRY_MS; it never gives up, and says so once per change of state.
 */
export class ProjectorLoop {
  private readonly projectors: readonly PartitionProjector[];
  private readonly rung = new Set<number>();
  private readonly running = new Map<number, Promise<void>>();
  private timer: NodeJS.Timeout | undefined;
  private fault: string | null = null;
  private stopping = false;
  private waitUntilRetry: Promise<void> | null = null;

  constructor(
    private readonly ports: LoopPorts,
    private readonly log: Logger,
  ) {
    this.projectors = Array.from({ length: PARTITIONS }, (_, partition) => new PartitionProjector(partition, ports));
  }

  /** null while all is well, else what is wrong. */
  get trouble(): string | null {
    return this.fault;
  }

  start(): void {
    this.timer = setInterval(() => void this.poll(), POLL_MS);
    void this.poll();
  }

  /** Finishes the ranges under way; nothing is folded afterwards. */
  async stop(): Promise<void> {
    this.stopping = true;
    clearInterval(this.timer);
    await Promise.all(this.running.values());
  }

  /** The doorbell: this partition has something new. Any number may be rung, as often as one likes. */
  ring(partition: number): void {
    if (!Number.isInteger(partition) || partition < 0 || partition >= PARTITIONS) return;
    this.rung.add(partition);
    this.startNext();
  }

  private startNext(): void {
    for (const partition of this.rung) {
      if (this.stopping || this.waitUntilRetry || this.running.size >= SIDE_BY_SIDE) return;
      if (this.running.has(partition)) continue;
      this.rung.delete(partition);
      const run = this.run(partition).finally(() => {
        this.running.delete(partition);
        this.startNext();
      });
      this.running.set(partition, run);
    }
  }

  private async run(partition: number): Promise<void> {
    try {
      await this.projectors[partition]?.catchUp();
      this.noteWell();
    } catch (error) {
      this.noteFault(error);
      this.rung.add(partition);
    }
  }

  private async poll(): Promise<void> {
    if (this.stopping || this.waitUntilRetry) return;
    try {
      const heads = await this.ports.readHeads();
      for (const [partition, position] of heads) if (this.projectors[partition]?.position !== position) this.ring(partition);
      await this.ports.sendBeacon(this.projectors.map((p) => p.position ?? -1));
      this.noteWell();
    } catch (error) {
      this.noteFault(error);
    }
  }

  private noteWell(): void {
    if (this.fault !== null) this.log.info('the projection goes on');
    this.fault = null;
  }

  private noteFault(error: unknown): void {
    if (this.fault === null) this.log.warn({ err: error }, 'the projection has to wait');
    this.fault = error instanceof Error ? error.message : String(error);
    this.waitUntilRetry ??= new Promise<void>((resolve) => setTimeout(resolve, RETRY_MS)).then(() => {
      this.waitUntilRetry = null;
      this.startNext();
    });
  }
}
