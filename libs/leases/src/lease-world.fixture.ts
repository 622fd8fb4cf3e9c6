import type { PoolClient } from 'pg';
import { createPools, type Pools, transaction } from '#database';
import { type EventStore, handleCommand, PostgresEventStore, type StoredEvent, type StreamFold } from '#event-store';
import { eventually, type FreshDatabase, freshDatabase } from '#testing';
import { type DueLease, lockDue, SLACK_MS } from './due-leases.js';
import type { LeaseEnd } from './expire-due.js';
import { type NewLease, openLease } from './lease-rows.js';
import { noteSight, patienceOf } from './sight.js';

/** What the business makes of sessions, as small as it can be: which are open. */
interface Owner {
  readonly sessions: readonly string[];
}
interface OwnerEvent {
  readonly type: 'Opened' | 'Expired' | 'Nudged';
  readonly data: { readonly sessionId: string; readonly lastSeenAt?: number };
  readonly effectiveAt?: number;
}

export const ownerFold: StreamFold<Owner, OwnerEvent> = {
  category: 'agent',
  stateVersion: 1,
  initial: { sessions: [] },
  evolve: ({ sessions }, { type, data }) => {
    if (type === 'Opened') return { sessions: [...sessions, data.sessionId] };
    return { sessions: type === 'Expired' ? sessions.filter((id) => id !== data.sessionId) : sessions };
  },
};

export const end: LeaseEnd<Owner, OwnerEvent> = {
  fold: ownerFold,
  decide: ({ sessions }, { sessionId, lastSeenAt, deadline }) =>
    sessions.includes(sessionId) ? [{ type: 'Expired', data: { sessionId, lastSeenAt }, effectiveAt: deadline }] : [],
};

export const patience = patienceOf(120);
export const { blindMs } = patience;

export interface OpenSession {
  readonly tenantId: string;
  readonly partition: number;
  readonly agentId: string;
  readonly sessionId: string;
  readonly leaseNo: number;
  readonly at: number;
}

/** Leases and streams on a Postgres of their own; the hour is Postgres's, so sessions are opened in the past. */
export class LeaseWorld {
  #sessions = 0;
  private constructor(
    readonly database: FreshDatabase,
    readonly pools: Pools,
    readonly store: EventStore,
  ) {}

  static async start(): Promise<LeaseWorld> {
    const database = await freshDatabase();
    const pools = createPools(database.serviceUrl);
    return new LeaseWorld(database, pools, new PostgresEventStore(pools));
  }

  async stop(): Promise<void> {
    await this.pools.close();
    await this.database.drop();
  }

  get sql() {
    return this.pools.engine;
  }

  async now(): Promise<number> {
    const { rows } = await this.sql.query<{ now: number }>('SELECT clock_timestamp() AS now');
    return rows[0]?.now ?? Number.NaN;
  }

  /** Nothing is known of any process, nobody was ever held back, and no lease is open. */
  async forget(): Promise<void> {
    await this.sql.query('DELETE FROM lease.sight');
    await this.forgetGate();
    await this.sql.query('UPDATE lease.session SET ended_at = clock_timestamp() WHERE ended_at IS NULL');
    await this.sql.query('DELETE FROM lease.alarm');
  }

  async forgetGate(): Promise<void> {
    await this.sql.query(
      `UPDATE lease.gate SET no_expiry_before = '-infinity', sight_until = NULL, held_back_at = NULL, keeper_at = NULL`,
    );
  }

  /** An agent-api process that has recorded everything. */
  async see(node = 'node-1', ageMs = 0): Promise<boolean> {
    return (await noteSight(this.sql, { node, ageMs }, patience)).returned;
  }

  /** Puts a process's last sight, or the gate, into the past or the future. */
  async setSight(node: string, ageMs: number): Promise<void> {
    await this.sql.query(
      `INSERT INTO lease.sight (node, at) VALUES ($1, clock_timestamp() - $2 * interval '1 millisecond')
       ON CONFLICT (node) DO UPDATE SET at = excluded.at`,
      [node, ageMs],
    );
  }

  async gate(): Promise<{ noExpiryBefore: number; sightUntil: number | null; keeperAt: number | null }> {
    const { rows } = await this.sql.query<{ noExpiryBefore: number; sightUntil: number | null; keeperAt: number | null }>(
      'SELECT no_expiry_before AS "noExpiryBefore", sight_until AS "sightUntil", keeper_at AS "keeperAt" FROM lease.gate',
    );
    return rows[0] as { noExpiryBefore: number; sightUntil: number | null; keeperAt: number | null };
  }

  async nodes(): Promise<string[]> {
    return (await this.sql.query<{ node: string }>('SELECT node FROM lease.sight ORDER BY 1')).rows.map(({ node }) => node);
  }

  /** A session whose last sign of life was its opening, `agoMs` ago; by default its lease of 120 s is over since ten seconds. */
  async session(options: { agoMs?: number; agentId?: string; device?: NewLease['device']; leaseSeconds?: number } = {}): Promise<OpenSession> {
    this.#sessions += 1;
    const { agoMs = 130_000, agentId = `a${this.#sessions}`, device = 'desktop', leaseSeconds = 120 } = options;
    const tenantId = 't1';
    const partition = 3;
    const sessionId = `s${String(this.#sessions).padStart(5, '0')}`; // in the order of their making
    const at = (await this.now()) - agoMs;
    await handleCommand<Owner, OwnerEvent>(this.store, {
      stream: { tenantId, partition, streamId: `agent-${agentId}` },
      fold: ownerFold,
      decide: () => [{ type: 'Opened', data: { sessionId } }],
      actor: { kind: 'system', id: 'spec' },
      within: (sql) => openLease(sql, { tenantId, partition, sessionId, agentId, device, leaseSeconds, at }),
    });
    const { rows } = await this.sql.query<{ no: number }>('SELECT lease_no AS no FROM lease.session WHERE session_id = $1', [sessionId]);
    return { tenantId, partition, agentId, sessionId, leaseNo: rows[0]?.no ?? 0, at };
  }

  /** Somebody writes to the agent's stream. */
  async nudge({ tenantId, partition, agentId, sessionId }: OpenSession): Promise<void> {
    await handleCommand<Owner, OwnerEvent>(this.store, {
      stream: { tenantId, partition, streamId: `agent-${agentId}` },
      fold: ownerFold,
      decide: () => [{ type: 'Nudged', data: { sessionId } }],
      actor: { kind: 'system', id: 'spec' },
    });
  }

  async expired({ tenantId, partition, agentId }: OpenSession): Promise<StoredEvent<string, OwnerEvent['data']>[]> {
    const events = await this.store.readStream({ tenantId, partition, streamId: `agent-${agentId}` });
    return events.filter(({ type }) => type === 'Expired') as StoredEvent<string, OwnerEvent['data']>[];
  }

  async row({ sessionId }: OpenSession): Promise<{ lastSeen: number; endedAt: number | null; deadline: number }> {
    const { rows } = await this.sql.query<{ lastSeen: number; endedAt: number | null; deadline: number }>(
      'SELECT last_seen AS "lastSeen", ended_at AS "endedAt", lease.deadline(s) AS deadline FROM lease.session s WHERE session_id = $1',
      [sessionId],
    );
    return rows[0] as { lastSeen: number; endedAt: number | null; deadline: number };
  }

  /**
   * What `lockDue` gives if its statement has looked at leases and gate, and stops there until `meanwhile` is committed, before it looks at
   * the sight and takes its locks.
   */
  async lockDueAround({ leaseNo }: OpenSession, meanwhile: (sql: PoolClient) => Promise<void>): Promise<DueLease[]> {
    const client = await this.sql.connect();
    try {
      // Planned once and for all, it asks for the lock on lease.sight only while it runs.
      for (let i = 0; i < 8; i++) await lockDue(client, [], SLACK_MS, blindMs);
      let locking: Promise<DueLease[]> | undefined;
      await transaction(this.sql, async (sql) => {
        await sql.query('LOCK TABLE lease.sight IN ACCESS EXCLUSIVE MODE');
        locking = lockDue(client, [leaseNo], SLACK_MS, blindMs);
        await this.untilWaiting();
        await meanwhile(sql);
      });
      return (await locking) ?? [];
    } finally {
      client.release();
    }
  }

  /** Waits until that many statements of this database wait for a lock. */
  async untilWaiting(statements = 1): Promise<void> {
    await eventually(async () => {
      const { rows } = await this.sql.query<{ n: number }>(
        `SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      return (rows[0]?.n ?? 0) >= statements;
    });
  }

  /** The store, stopping in the middle of an expiry: the rows are locked and marked, nothing is appended yet. `then` may fail it. */
  pausing(then: () => void = () => undefined): { store: EventStore; reached: Promise<void>; goOn: () => void } {
    let goOn = (): void => undefined;
    const released = new Promise<void>((resolve) => (goOn = resolve));
    let reach = (): void => undefined;
    const reached = new Promise<void>((resolve) => (reach = resolve));
    const store = this.with('transact', (transact) => (work) =>
      transact(async (sql) => {
        const done = await work(sql);
        reach();
        await released;
        then();
        return done;
      }),
    );
    return { store, reached, goOn };
  }

  /** The store with one method changed. */
  with<Name extends keyof EventStore>(method: Name, change: (original: EventStore[Name]) => EventStore[Name]): EventStore {
    return new Proxy(this.store, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        const bound = value.bind(target) as EventStore[Name];
        return name === method ? change(bound) : bound;
      },
    });
  }
}
