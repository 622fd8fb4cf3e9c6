// A visitor's browser waits no longer for a status either. Milliseconds.
const LONGEST_WAIT_MS = 3_000;

/** Nothing can be said about this site now: it is not in the copy, and Postgres does not answer. */
export class RowsUnavailable extends Error {
  override readonly name = 'RowsUnavailable';
}

/** Lets `atOnce` go ahead and `queued` wait, each at most LONGEST_WAIT_MS. */
export class Turns {
  private running = 0;
  private readonly waiting = new Set<() => void>();

  constructor(
    private readonly atOnce: number,
    private readonly queued: number,
  ) {}

  /** Resolves with what to call when done. Throws RowsUnavailable if it takes too long, or too many wait already. */
  async take(): Promise<() => void> {
    if (this.running >= this.atOnce) await this.wait();
    else this.running++;
    return () => {
      const [next] = this.waiting;
      if (next) next();
      else this.running--;
    };
  }

  /** The turn of whoever is done passes on to the first that waits. */
  private async wait(): Promise<void> {
    if (this.waiting.size >= this.queued) throw new RowsUnavailable('too many sites are being looked up');
    await new Promise<void>((resolve, reject) => {
      const mine = (): void => {
        clearTimeout(timer);
        this.waiting.delete(mine);
        resolve();
      };
      const timer = setTimeout(() => {
        this.waiting.delete(mine);
        reject(new RowsUnavailable('the look-up of the site had to wait too long'));
      }, LONGEST_WAIT_MS);
      this.waiting.add(mine);
    });
  }
}
