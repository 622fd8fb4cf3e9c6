import { StoreUnavailable } from './errors.js';

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

export interface BatchOptions {
  /** At most so many items go together. */
  readonly size: number;
  /** Fewer than twice that many are not spread over the free lanes: a small batch costs nearly as much as a big one. */
  readonly spread: number;
  /** So many batches may be on their way at once. */
  readonly lanes: number;
  /** Beyond that many waiting items the next is refused at once: memory stays bounded whatever the load. */
  readonly maxWaiting: number;
}

/**
 * Gathers items that wait at the same moment into batches. While all lanes are busy items queue up, and the next free lane takes
 * what has come meanwhile: batches grow with the load, and a lone item waits for nobody.
 */
export class Batches<Item, Result> {
  private waiting: Waiting<Item, Result>[] = [];
  private busy = 0;
  private scheduled = false;

  /** @param run gives one settled result per item, in order; if it rejects, every item of the batch does */
  constructor(
    private readonly run: (items: readonly Item[]) => Promise<readonly PromiseSettledResult<Result>[]>,
    private readonly options: BatchOptions,
  ) {}

  add(item: Item): Promise<Result> {
    if (this.waiting.length >= this.options.maxWaiting) {
      return Promise.reject(new StoreUnavailable(`More than ${String(this.options.maxWaiting)} commands wait for the store`));
    }
    return new Promise<Result>((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      if (!this.scheduled && this.busy < this.options.lanes) {
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
    const { size, lanes, spread } = this.options;
    while (this.busy < lanes && this.waiting.length > 0) {
      // An even share for every free lane, so that one half is at work in Postgres while the other is at work here.
      const share = Math.ceil(this.waiting.length / (lanes - this.busy));
      const batch = this.waiting.splice(0, Math.min(size, Math.max(spread, share)));
      this.busy += 1;
      void this.send(batch);
    }
  }

  private async send(batch: readonly Waiting<Item, Result>[]): Promise<void> {
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
      if (error instanceof StoreUnavailable) for (const one of this.waiting.splice(0)) one.reject(error);
    } finally {
      this.busy -= 1;
      this.fillLanes();
    }
  }
}
