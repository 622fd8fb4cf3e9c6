import type { Alarm } from '../alarms.js';
import type { NewLease, Instant } from '../lease-rows.js';
import { Slot } from './row-locks.js';

/** A row of lease.session. */
export interface SessionRow extends Omit<NewLease, 'at'> {
  readonly leaseNo: number;
  readonly startedAt: Instant;
  readonly lastSeen: Instant;
  readonly signedOutAt: Instant | null;
  readonly endedAt: Instant | null;
  readonly pushSeconds: number | null;
  readonly heldUntil: Instant | null;
  readonly armedAt: Instant;
}

/** The row of lease.gate. */
export interface Gate {
  noExpiryBefore: Instant;
  sightUntil: Instant | null;
  heldBackAt: Instant | null;
  keeperAt: Instant | null;
}

/**
 * The tables of schema `lease` (migrations 0003, 0005). Gate and sight are only touched by transactions of one statement that take the
 * gate's row first, so nobody ever waits for one of them for longer than that statement: they need no locks here.
 */
export class LeaseTables {
  readonly sessions = new Map<string, Slot<SessionRow>>();
  readonly alarms = new Map<string, Slot<Alarm>>();
  readonly sight = new Map<string, Instant>();
  readonly gate: Gate = { noExpiryBefore: Number.NEGATIVE_INFINITY, sightUntil: null, heldBackAt: null, keeperAt: null };
  /** The number given out last, as by a sequence: one that was rolled back is not given again. */
  lastLeaseNo = 0;

  /** @param now Postgres's clock, ms since epoch */
  constructor(readonly now: () => Instant) {}

  session(tenantId: string, sessionId: string): Slot<SessionRow> {
    return slotOf(this.sessions, `${tenantId} ${sessionId}`);
  }

  alarm(tenantId: string, kind: string, subjectId: string): Slot<Alarm> {
    return slotOf(this.alarms, `${tenantId} ${kind} ${subjectId}`);
  }

  /** lease.deadline */
  deadline({ lastSeen, leaseSeconds, pushSeconds, heldUntil }: SessionRow): Instant {
    return Math.max(lastSeen + Math.max(leaseSeconds, pushSeconds ?? 0) * 1_000, heldUntil ?? Number.NEGATIVE_INFINITY);
  }

  /** The deadline that applies (behaviour D10). */
  applied(row: SessionRow): Instant {
    return Math.max(this.deadline(row), this.gate.noExpiryBefore);
  }

  /** lease.horizon: up to when everything is recorded; null while blind. */
  horizon(blindMs: number): Instant | null {
    if (this.sight.size === 0) return null;
    const oldest = Math.min(...this.sight.values());
    return oldest >= this.now() - blindMs ? oldest : null;
  }

  isDue(row: SessionRow, slackMs: number, blindMs: number): boolean {
    const recordedUntil = this.horizon(blindMs);
    return recordedUntil !== null && row.endedAt === null && this.applied(row) <= Math.min(recordedUntil, this.now() - slackMs);
  }
}

function slotOf<Row>(slots: Map<string, Slot<Row>>, key: string): Slot<Row> {
  const known = slots.get(key);
  if (known) return known;
  const slot = new Slot<Row>();
  slots.set(key, slot);
  return slot;
}
