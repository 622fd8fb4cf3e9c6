/** A row with at most one writer: what others see, and what the writer has made of it. */
export class Slot<Row> {
  owner: Transaction | null = null;
  draft: Row | null = null;
  readonly waiting = new Set<() => void>();

  constructor(public committed: Row | null = null) {}

  /** The row as a statement of this transaction sees it; null: there is none. */
  seenBy(transaction: Transaction): Row | null {
    return this.owner === transaction ? this.draft : this.committed;
  }

  isLockedFor(transaction: Transaction): boolean {
    return this.owner !== null && this.owner !== transaction;
  }

  release(committed: boolean): void {
    if (committed) this.committed = this.draft;
    this.owner = null;
    for (const wake of this.waiting) wake();
    this.waiting.clear();
  }
}

/** A slot that has to become free before the statement can go on. */
type Waiting = Slot<unknown>;

/** A statement in progress: it yields whatever it has to wait for. */
export type Steps<Result> = Generator<Waiting, Result, void>;

/** An error as Postgres gives it. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** One transaction on the server, READ COMMITTED: row locks, kept until it ends. */
export class Transaction {
  /** `failed`: one of its statements did; it only waits for its ROLLBACK. `over`: committed, rolled back, or ended by the server. */
  standing: 'open' | 'failed' | 'over' = 'open';
  /** Counts statements, so that the server notices one that does nothing. */
  statements = 0;
  /** So long without a statement, ms, and the server ends it; as for every connection without it. */
  idleMs: number | null = null;
  private readonly held = new Set<Slot<unknown>>();
  private waitsFor: Waiting | null = null;
  private stopWaiting: ((error: Error) => void) | null = null;

  /** Locks a row, waiting for whoever has it. Gives the newest version, null if there is none. */
  *lock<Row>(slot: Slot<Row>): Steps<Row | null> {
    while (slot.isLockedFor(this)) yield slot;
    if (slot.owner === null) {
      slot.owner = this;
      slot.draft = slot.committed;
      this.held.add(slot);
    }
    return slot.draft;
  }

  /** Runs a statement to its end. Rejects with a deadlock at once, and after `patience` if a lock does not come free. */
  async run<Result>(steps: Steps<Result>, patience: (giveUp: () => void) => void = () => undefined): Promise<Result> {
    this.assertNotOver();
    if (this.standing === 'failed') throw new DatabaseError('25P02', 'current transaction is aborted');
    this.statements += 1;
    try {
      for (;;) {
        const next = steps.next();
        if (next.done) return next.value;
        await this.wait(next.value, patience);
        this.assertNotOver(); // it may have been ended at the moment in which the lock came free
      }
    } catch (error) {
      if (this.standing === 'open') this.standing = 'failed';
      throw error;
    }
  }

  get isWaiting(): boolean {
    return this.waitsFor !== null;
  }

  end(committed: boolean): void {
    if (this.standing === 'over') return;
    this.standing = 'over';
    this.stopWaiting?.(ended());
    for (const slot of this.held) slot.release(committed);
    this.held.clear();
  }

  private assertNotOver(): void {
    if (this.standing === 'over') throw ended();
  }

  private async wait(slot: Waiting, patience: (giveUp: () => void) => void): Promise<void> {
    for (let other = slot.owner; other; other = other.waitsFor?.owner ?? null) {
      if (other === this) throw new DatabaseError('40P01', 'deadlock detected');
    }
    this.waitsFor = slot;
    try {
      await new Promise<void>((resolve, reject) => {
        this.stopWaiting = reject;
        slot.waiting.add(resolve);
        patience(() => reject(new DatabaseError('57014', 'canceling statement due to statement timeout')));
      });
    } finally {
      this.waitsFor = null;
      this.stopWaiting = null;
    }
  }
}

const ended = (): DatabaseError => new DatabaseError('57P05', 'this transaction was ended by the server');
