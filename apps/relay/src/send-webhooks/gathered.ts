interface Waiting<Item> {
  readonly item: Item;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Gathers what comes while the last call is under way into the next one. If a call of several fails, each is tried alone, so that one bad
 * item fails no other.
 */
export class Gathered<Item> {
  private waiting: Waiting<Item>[] = [];
  private busy = false;

  constructor(private readonly call: (items: readonly Item[]) => Promise<void>) {}

  /** Settles with the call that carried the item. */
  add(item: Item): Promise<void> {
    return new Promise((done, failed) => {
      this.waiting.push({ item, done, failed });
      if (!this.busy) void this.work();
    });
  }

  private async work(): Promise<void> {
    this.busy = true;
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0);
      try {
        await this.call(batch.map(({ item }) => item));
        for (const { done } of batch) done();
      } catch (error) {
        if (batch.length === 1) batch[0]?.failed(error);
        else for (const one of batch) await this.call([one.item]).then(one.done, one.failed);
      }
    }
    this.busy = false;
  }
}
