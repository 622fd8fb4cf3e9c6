import { createMemoryStore, type EventStore } from '#event-store';
import { MemoryLeases, type MemoryTransaction, type Sql } from '#leases';
import { type CallErrors, type CallFaults, type Life, WireFault, type World } from '../process.js';

/** How calls of a process fare at this moment: answered, refused at once, or without any answer (a half-open connection). */
type Reach = 'open' | 'refused' | 'silent';

/** As libs/database sets it for every connection: no answer at all for that long, and the client gives up. */
const ANSWER_MS = 6_000;

const WIRE_ERRORS: CallErrors = { refused: () => new WireFault('refused'), unknown: () => new WireFault('connection lost') };

/** The one Postgres: log and leases, and who can reach it. */
export class Database {
  readonly store: EventStore;
  readonly leases: MemoryLeases;
  /** Every deadline that the gate ever set. */
  readonly graces = new Set<number>();
  /** When the brake was pulled. */
  readonly heldBackAt: number[] = [];
  private awayUntil = 0;
  private readonly cuts = new Map<string, { readonly until: number; readonly silent: boolean }>();
  private readonly transactions = new Set<MemoryTransaction>();

  constructor(private readonly world: World) {
    const { scheduler } = world;
    this.store = createMemoryStore(scheduler);
    this.leases = new MemoryLeases({
      clock: scheduler,
      later: (ms, then) => scheduler.in(ms, 'Postgres looks at its clock', then),
      onWait: () => world.faults.saw('saw: statement waited for a lock'),
    });
  }

  /** Nobody reaches it for so long; transactions that are open are lost (0: a restart). */
  goAway(ms: number): void {
    this.awayUntil = this.world.scheduler.now() + ms;
    for (const transaction of this.transactions) transaction.rollback();
    this.transactions.clear();
  }

  /** One process does not reach it for so long. */
  cut(process: string, ms: number, silent: boolean): void {
    const now = this.world.scheduler.now();
    this.cuts.set(process, { until: now + ms, silent });
    this.world.trouble?.(process, now, now + ms + (silent ? ANSWER_MS : 0));
  }

  get isAway(): boolean {
    return this.awayUntil > this.world.scheduler.now();
  }

  reach(process: string): Reach {
    const now = this.world.scheduler.now();
    if (this.awayUntil > now) return 'refused';
    const cut = this.cuts.get(process);
    if (!cut || cut.until <= now) return 'open';
    return cut.silent ? 'silent' : 'refused';
  }

  begin(life: Life): MemoryTransaction {
    const transaction = this.leases.begin();
    this.transactions.add(transaction);
    // kill -9 closes its sockets.
    life.onEnd(() => this.end(transaction, false));
    return transaction;
  }

  end(transaction: MemoryTransaction, committed: boolean): void {
    if (committed) transaction.commit();
    else transaction.rollback();
    this.transactions.delete(transaction);
  }

  /** Somebody is about to lock these leases. */
  noteHeld(leaseNos: readonly number[]): void {
    for (const { owner, committed } of this.leases.tables.sessions.values()) {
      if (owner && committed && leaseNos.includes(committed.leaseNo)) this.world.faults.saw('saw: lease held by somebody else');
    }
  }

  /** To be called after every statement. */
  noteGate(): void {
    const { noExpiryBefore, heldBackAt } = this.leases.tables.gate;
    this.graces.add(noExpiryBefore);
    if (heldBackAt !== null && heldBackAt !== this.heldBackAt.at(-1)) {
      this.heldBackAt.push(heldBackAt);
      this.world.faults.saw('saw: mass expiry held back');
    }
  }
}

/** One life's connections to the database. */
export class Line {
  constructor(
    readonly life: Life,
    readonly database: Database,
  ) {}

  /** As `Life.call`, if the database can be reached, now and when the request arrives. */
  call<T>(what: string, effect: () => T | Promise<T>, faults: CallFaults = {}, errors: CallErrors = WIRE_ERRORS): Promise<T> {
    const { life, database } = this;
    if (database.reach(life.name) === 'silent') {
      return new Promise((_resolve, reject) => life.after(ANSWER_MS, `gets no answer: ${what}`, () => reject(errors.unknown())));
    }
    const arrive = (): T | Promise<T> => {
      if (database.reach(life.name) !== 'open') throw errors.refused();
      return effect();
    };
    return life.call(what, arrive, faults, errors);
  }

  /** A pool: each statement a transaction of its own. */
  pool(faultsOf: (statement: string) => CallFaults = () => ({})): Sql {
    return this.sql(this.database.leases.pool, faultsOf);
  }

  /** Statements over the wire. */
  sql(right: Sql, faultsOf: (statement: string) => CallFaults = () => ({})): Sql {
    const query = (asked: string | { name?: string; text: string }, values?: unknown[]): Promise<unknown> => {
      const name = typeof asked === 'string' ? nameOf(asked) : (asked.name ?? nameOf(asked.text));
      const carryOut = async (): Promise<unknown> => {
        if (name === 'lock-due-leases') this.database.noteHeld((asked as unknown as { values: [number[]] }).values[0]);
        const answer = await (right.query(asked as never, values as never) as unknown as Promise<unknown>);
        this.database.noteGate();
        return answer;
      };
      return this.call(name, carryOut, faultsOf(name));
    };
    return { query } as unknown as Sql;
  }
}

/** What is written in a trace for a statement that has no name of its own. */
function nameOf(text: string): string {
  if (text.includes('lease.record_beats')) return 'writes beats';
  return text.trim().split(/\s+/).slice(0, 3).join(' ');
}
