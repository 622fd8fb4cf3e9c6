import { StoreUnavailable } from './errors.js';

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

export interface BatchOptions<Item> {
  /** At most so many items go together. */
  readonly size: number;
  /** Up to that many go together, whatever their lane: a small batch costs nearly as much as a big one. */
  readonly spread: number;
  /** So many batches may be on their way at once. */
  readonly lanes: number;
  /** Which lane an item belongs to: what would wait for each other in two batches goes in one. Any number from 0; counted round. */
  readonly laneOf: (item: Item) => number;
  /** Beyond that many waiting items the next is refused at once: memory stays bounded whatever the load. */
  readonly maxWaiting: number;
}

/**
 * Gathers items that wait at the same moment into batches. While all lanes are busy items queue up, and the next free lane takes
 * what has come meanwhile: batches grow with the load, and a lone item waits for nobody.
 */
export class Batches<Item, Result> {
  /** What waits, by the lane that it belongs to. */
  private readonly queues: Waiting<Item, Result>[][];
  private readonly busy: boolean[];
  private waiting = 0;
  private scheduled = false;

  /** @param run gives one settled result per item, in order; if it rejects, every item of the batch does */
  constructor(
    private readonly run: (items: readonly Item[]) => Promise<readonly PromiseSettledResult<Result>[]>,
    private readonly options: BatchOptions<Item>,
  ) {
    this.queues = Array.from({ length: options.lanes }, () => []);
    this.busy = this.queues.map(() => false);
  }

  add(item: Item): Promise<Result> {
    const { maxWaiting, lanes, laneOf } = this.options;
    if (this.waiting >= maxWaiting) return Promise.reject(new StoreUnavailable(`More than ${String(maxWaiting)} commands wait for the store`));
    return new Promise<Result>((resolve, reject) => {
      this.queues[laneOf(item) % lanes]?.push({ item, resolve, reject });
      this.waiting += 1;
      if (!this.scheduled && this.busy.includes(false)) {
        this.scheduled = true;
        // Not at once: whatever else arrives in this turn of the event loop comes along.
        setImmediate(() => {
          this.scheduled = false;
          this.fillLanes();
        });
      }
    });
  }

  private fillLanes(): void {
    this.busy.forEach((busy, lane) => {
      if (busy || this.waiting === 0) return;
      const batch = this.waiting <= this.options.spread ? this.takeAll() : this.takeOf(lane);
      if (batch.length > 0) void this.send(lane, batch);
    });
  }

  private takeAll(): Waiting<Item, Result>[] {
    this.waiting = 0;
    return this.queues.flatMap((queue) => queue.splice(0));
  }

  private takeOf(lane: number): Waiting<Item, Result>[] {
    const batch = this.queues[lane]?.splice(0, this.options.size) ?? [];
    this.waiting -= batch.length;
    return batch;
  }

  private async send(lane: number, batch: readonly Waiting<Item, Result>[]): Promise<void> {
    this.busy[lane] = true;
    try {
      const results = await this.run(batch.map((one) => one.item));
      batch.forEach((one, index) => {
        const result = results[index];
        if (result?.status === 'fulfilled') one.resolve(result.value);
        else one.reject(result?.reason);
      });
    } catch (error) {
      for (const one of batch) one.reject(error);
      // The store is away: those who wait would only wait for the same time-out again.
      if (error instanceof StoreUnavailable) for (const one of this.takeAll()) one.reject(error);
    } finally {
      this.busy[lane] = false;
      this.fillLanes();
    }
  }
}
