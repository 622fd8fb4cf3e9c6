import { type DueLease, LOCKED_IDLE_MS, SLACK_MS, type WatchedLease } from '../due-leases.js';
import type { Instant } from '../lease-rows.js';
import type { LeaseTables, SessionRow } from './lease-tables.js';
import { DatabaseError, type Slot, type Steps, type Transaction } from './row-locks.js';

/** What a statement gives, as pg does. */
export interface Rows {
  readonly rows: readonly object[];
  readonly rowCount: number;
}

/** A statement of this room, restated: what Postgres does with it. Throws what Postgres throws. */
export type Statement = (tables: LeaseTables, transaction: Transaction, values: readonly never[]) => Steps<Rows>;

export const rowsOf = (rows: readonly object[]): Rows => ({ rows, rowCount: rows.length });

/** SELECT without locks. */
export function select(read: (tables: LeaseTables, rows: SessionRow[], ...values: never[]) => readonly object[]): Statement {
   
  return function* (tables, transaction, values) {
    return rowsOf(read(tables, visible(tables, transaction).map(([, row]) => row), ...values));
  };
}

/** UPDATE: rows that match, locked one after the other in the order given, and looked at again if somebody else had them. */
function update<Values extends readonly unknown[]>(
  wanted: (tables: LeaseTables, transaction: Transaction, values: Values) => [Slot<SessionRow>, SessionRow][],
  change: (tables: LeaseTables, row: SessionRow, values: Values) => SessionRow | null,
  returning: (row: SessionRow) => object = () => ({}),
): Statement {
  return function* (tables, transaction, given) {
    const values = given as unknown as Values;
    const matching = wanted(tables, transaction, values).filter(([, row]) => change(tables, row, values) !== null);
    const changed: object[] = [];
    for (const [slot] of matching) {
      const newest = yield* transaction.lock(slot);
      const after = newest && change(tables, newest, values);
      if (!after) continue;
      slot.draft = after;
      changed.push(returning(after));
    }
    return rowsOf(changed);
  };
}

export const SESSION_STATEMENTS: Readonly<Record<string, Statement>> = {
  'INSERT INTO lease.session': function* (tables, transaction, values) {
    const [tenantId, partition, sessionId, agentId, device, leaseSeconds, at] = values as unknown as [
      string, number, string, string, 'desktop' | 'mobile', number, Instant,
    ];
    const slot = tables.session(tenantId, sessionId);
    if (yield* transaction.lock(slot)) throw new DatabaseError('23505', 'duplicate key value violates unique constraint');
    slot.draft = {
      leaseNo: (tables.lastLeaseNo += 1), tenantId, partition, sessionId, agentId, device, leaseSeconds,
      startedAt: at, lastSeen: at, signedOutAt: null, endedAt: null, pushSeconds: null, heldUntil: null, armedAt: tables.now(),
    };
    return rowsOf([{}]);
  },

  'SET signed_out_at': update<[tenantId: string, sessionId: string, at: Instant]>(
    (tables, transaction, [tenantId, sessionId]) => one(tables, transaction, tenantId, sessionId),
    (tables, row, [, , at]) => {
      const wasReachable = (row.pushSeconds ?? 0) > 0;
      const now = tables.now();
      return {
        ...row,
        signedOutAt: row.signedOutAt ?? at,
        heldUntil: wasReachable ? now + row.leaseSeconds * 1_000 : row.heldUntil,
        armedAt: wasReachable ? now : row.armedAt,
        pushSeconds: null,
      };
    },
  ),

  'AND push_seconds IS NOT NULL AND ended_at IS NULL': update<[pushSeconds: number, tenantId: string]>(
    (tables, transaction, [, tenantId]) => visible(tables, transaction).filter(([, row]) => row.tenantId === tenantId),
    (tables, row, [pushSeconds]) => (row.pushSeconds === null ? null : withPush(tables, row, pushSeconds)),
  ),
  'SET push_seconds': update<[pushSeconds: number | null, tenantId: string, sessionId: string]>(
    (tables, transaction, [, tenantId, sessionId]) => one(tables, transaction, tenantId, sessionId),
    (tables, row, [pushSeconds]) => withPush(tables, row, pushSeconds),
  ),

  'SET ended_at = to_timestamp': update<[tenantId: string, sessionIds: readonly string[], at: Instant]>(
    (tables, transaction, [tenantId, sessionIds]) =>
      sessionIds.flatMap((sessionId) => one(tables, transaction, tenantId, sessionId)),
    (_tables, row, [, , at]) => (row.endedAt === null ? { ...row, endedAt: at } : null),
  ),

  'lease.record_beats': function* (tables, transaction, values) {
    const [tenantIds, sessionIds, ages, accepted, latestMs] = values as unknown as [string[], string[], number[], boolean, number | null];
    const toldAt = Math.min(tables.now(), latestMs ?? Number.POSITIVE_INFINITY);
    const written: object[] = [];
    for (const [i, sessionId] of sessionIds.entries()) {
      const tenantId = tenantIds[i] as string;
      const at = toldAt - Math.max(ages[i] as number, 0);
      const beat = update(
        () => one(tables, transaction, tenantId, sessionId),
        (_tables, row) => {
          if (row.endedAt !== null || (row.signedOutAt !== null && at > row.signedOutAt + (accepted ? 1_000 : 0))) return null;
          return { ...row, lastSeen: Math.max(row.lastSeen, Math.min(at, row.signedOutAt ?? at)) };
        },
        ({ leaseSeconds, signedOutAt }) => ({ sessionId, leaseSeconds, signedOut: signedOutAt !== null }),
      );
      written.push(...(yield* beat(tables, transaction, values)).rows);
    }
    return rowsOf(written);
  },

  'ended_at IS NULL AS "signedOut"': select((_tables, rows, tenantIds: string[], sessionIds: string[]) =>
    rows
      .filter(({ tenantId, sessionId }) => sessionIds.some((id, i) => id === sessionId && tenantIds[i] === tenantId))
      .map(({ sessionId, leaseSeconds, endedAt }) => ({ sessionId, leaseSeconds, signedOut: endedAt === null })),
  ),

  'open-lease-numbers': select((tables, rows, after: number, limit: number) =>
    rows
      .filter(({ endedAt, leaseNo }) => endedAt === null && leaseNo > after)
      .sort(byNumber)
      .slice(0, limit)
      .map((row) => watched(tables, row)),
  ),
  'newly-armed-leases': select((tables, rows, withinMs: number) =>
    rows
      .filter(({ endedAt, armedAt }) => endedAt === null && armedAt > tables.now() - withinMs)
      .map((row) => ({ ...watched(tables, row), armedAt: row.armedAt })),
  ),
  'watched-leases': select((tables, rows, leaseNos: number[]) =>
    rows.filter(({ leaseNo }) => leaseNos.includes(leaseNo)).map((row) => watched(tables, row)),
  ),
  'overdue-leases': select((tables, rows, overdueMs: number, blindMs: number, limit: number) =>
    rows
      .filter((row) => tables.isDue(row, overdueMs, blindMs))
      .slice(0, limit)
      .map((row) => watched(tables, row)),
  ),
  'lapsed-leases': select((tables, rows, tenantId: string, agentId: string, blindMs: number) =>
    rows
      .filter((row) => row.tenantId === tenantId && row.agentId === agentId && tables.isDue(row, 0, blindMs))
      .map(({ leaseNo }) => ({ leaseNo })),
  ),
  'due-leases': select((tables, rows, leaseNos: number[], slackMs: number, blindMs: number) =>
    rows.filter((row) => leaseNos.includes(row.leaseNo) && tables.isDue(row, slackMs, blindMs)).map((row) => due(tables, row)),
  ),

  'lock-due-leases': function* (tables, transaction, values) {
    const [leaseNos, slackMs, blindMs] = values as unknown as [number[], number, number];
    const locked: DueLease[] = [];
    const candidates = visible(tables, transaction)
      .filter(([slot, row]) => !slot.isLockedFor(transaction) && leaseNos.includes(row.leaseNo) && tables.isDue(row, slackMs, blindMs))
      .sort(([, a], [, b]) => byNumber(a, b));
    transaction.idleMs = LOCKED_IDLE_MS;
    for (const [slot, row] of candidates) {
      yield* transaction.lock(slot);
      locked.push(due(tables, row));
    }
    return rowsOf(locked);
  },
  'end-due-leases': update<[leaseNos: readonly number[]]>(
    (tables, transaction, [leaseNos]) => visible(tables, transaction).filter(([, row]) => leaseNos.includes(row.leaseNo)),
    (tables, row) => ({ ...row, endedAt: tables.now() }),
  ),

  'count-unsigned': select((_tables, rows) => [
    { n: rows.filter(({ endedAt, signedOutAt }) => endedAt === null && signedOutAt === null).length },
  ]),
};

function visible(tables: LeaseTables, transaction: Transaction): [Slot<SessionRow>, SessionRow][] {
  const seen: [Slot<SessionRow>, SessionRow][] = [];
  for (const slot of tables.sessions.values()) {
    const row = slot.seenBy(transaction);
    if (row) seen.push([slot, row]);
  }
  return seen;
}

function one(tables: LeaseTables, transaction: Transaction, tenantId: string, sessionId: string): [Slot<SessionRow>, SessionRow][] {
  const slot = tables.session(tenantId, sessionId);
  const row = slot.seenBy(transaction);
  return row ? [[slot, row]] : [];
}

function withPush(tables: LeaseTables, row: SessionRow, pushSeconds: number | null): SessionRow | null {
  if (row.endedAt !== null) return null;
  const now = tables.now();
  const less = (pushSeconds ?? 0) < (row.pushSeconds ?? 0);
  return { ...row, pushSeconds, armedAt: now, heldUntil: less ? now + row.leaseSeconds * 1_000 : row.heldUntil };
}

function watched(tables: LeaseTables, row: SessionRow): WatchedLease {
  const now = tables.now();
  return {
    leaseNo: row.leaseNo,
    remainingMs: SLACK_MS - (now - tables.applied(row)),
    signedOut: row.signedOutAt !== null,
    endedMs: row.endedAt === null ? null : now - row.endedAt,
  };
}

function due(tables: LeaseTables, row: SessionRow): DueLease {
  const { leaseNo, tenantId, partition, agentId, sessionId, lastSeen: lastSeenAt, signedOutAt } = row;
  return { leaseNo, tenantId, partition, agentId, sessionId, lastSeenAt, signedOut: signedOutAt !== null, deadline: tables.applied(row) };
}

function byNumber(a: { leaseNo: number }, b: { leaseNo: number }): number {
  return a.leaseNo - b.leaseNo;
}
