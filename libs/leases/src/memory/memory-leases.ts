import type { Instant, Sql } from '../lease-rows.js';
import { GATE_STATEMENTS } from './gate-statements.js';
import { LeaseTables } from './lease-tables.js';
import { Transaction } from './row-locks.js';
import { type Rows, SESSION_STATEMENTS, type Statement } from './session-statements.js';

export interface MemoryLeasesOptions {
  /** Postgres's clock, ms since epoch. */
  readonly clock: { now(): Instant };
  /** Calls `then` after so many milliseconds; without it nobody's patience ends. */
  readonly later?: (ms: number, then: () => void) => void;
  /** Told when a statement begins to wait for a row that somebody else has locked. */
  readonly onWait?: () => void;
}

/** As libs/database sets them for every connection. */
const STATEMENT_MS = 5_000;
const IDLE_IN_TRANSACTION_MS = 10_000;

const STATEMENTS: Readonly<Record<string, Statement>> = { ...SESSION_STATEMENTS, ...GATE_STATEMENTS };

/**
 * Schema `lease` in memory, for the simulation: the statements of this room with what Postgres does with them, row locks and READ
 * COMMITTED included. It takes the very statements that the functions of this room send, so what is tested on it is the real thing, and a
 * statement it does not know is an error. That it does what Postgres does is proved by generated histories (memory-leases.int.spec.ts).
 */
export class MemoryLeases {
  readonly tables: LeaseTables;

  constructor(private readonly options: MemoryLeasesOptions) {
    this.tables = new LeaseTables(() => options.clock.now());
  }

  /** A pool: every statement is a transaction of its own. */
  get pool(): Sql {
    return sqlOf(async (statement, values) => {
      const transaction = new Transaction();
      let done = false;
      try {
        const rows = await this.run(transaction, statement, values);
        done = true;
        return rows;
      } finally {
        transaction.end(done);
      }
    });
  }

  /** BEGIN on a connection of its own. */
  begin(): MemoryTransaction {
    const transaction = new Transaction();
    // Looked at after each statement: was there another one since?
    const watchIdle = (): void => {
      const { statements } = transaction;
      this.options.later?.(transaction.idleMs ?? IDLE_IN_TRANSACTION_MS, () => {
        if (transaction.statements === statements && !transaction.isWaiting) transaction.end(false);
      });
    };
    const sql = sqlOf((statement, values) => this.run(transaction, statement, values).finally(watchIdle));
    watchIdle();
    return {
      sql,
      get isOver() {
        return transaction.standing === 'over';
      },
      get hasFailed() {
        return transaction.standing === 'failed';
      },
      get isWaiting() {
        return transaction.isWaiting;
      },
      commit: () => transaction.end(transaction.standing === 'open'),
      rollback: () => transaction.end(false),
    };
  }

  private run(transaction: Transaction, statement: Statement, values: readonly unknown[]): Promise<Rows> {
    const patience = (giveUp: () => void): void => {
      this.options.onWait?.();
      this.options.later?.(STATEMENT_MS, giveUp);
    };
    return transaction.run(statement(this.tables, transaction, values as readonly never[]), patience);
  }
}

/** A transaction of several statements. */
export interface MemoryTransaction {
  readonly sql: Sql;
  /** Ended: by its owner, or by the server because nothing came for too long. */
  readonly isOver: boolean;
  readonly hasFailed: boolean;
  /** One of its statements waits for a row that another transaction holds. */
  readonly isWaiting: boolean;
  /** Commits, or rolls back if a statement has failed. */
  commit(): void;
  rollback(): void;
}

function sqlOf(run: (statement: Statement, values: readonly unknown[]) => Promise<Rows>): Sql {
  const query = (asked: string | { name?: string; text: string; values?: readonly unknown[] }, values: readonly unknown[] = []) =>
    typeof asked === 'string' ? run(statementOf(asked), values) : run(statementOf(asked.text, asked.name), asked.values ?? []);
  return { query } as unknown as Sql;
}

function statementOf(text: string, name?: string): Statement {
  const key = name ?? Object.keys(STATEMENTS).find((part) => text.includes(part));
  const statement = key === undefined ? undefined : STATEMENTS[key];
  if (!statement) throw new Error(`the leases in memory do not know this statement: ${name ?? text}`);
  return statement;
}
