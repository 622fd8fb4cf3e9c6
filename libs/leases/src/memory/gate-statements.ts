import type { Alarm } from '../alarms.js';
import type { Instant } from '../lease-rows.js';
import type { LeaseTables } from './lease-tables.js';
import { rowsOf, select, type Statement } from './session-statements.js';

/** A transaction of one statement that takes the gate's row first. */
function onGate(change: (tables: LeaseTables, ...values: never[]) => readonly object[]): Statement {
   
  return function* (tables, _transaction, values) {
    return rowsOf(change(tables, ...values));
  };
}

export const GATE_STATEMENTS: Readonly<Record<string, Statement>> = {
  // lease.note_sight
  'note-sight': onGate(({ gate, sight, now: clock }, me: string, ageMs: number, blindMs: number, graceMs: number, latestMs: Instant | null) => {
    const now = clock();
    const newest = Math.max(gate.sightUntil ?? Number.NEGATIVE_INFINITY, ...sight.values());
    const vanished = [...sight].filter(([node, at]) => node !== me && at < now - blindMs);
    for (const [node] of vanished) sight.delete(node);
    const returned = vanished.length > 0 || (newest !== Number.NEGATIVE_INFINITY && newest < now - blindMs);
    if (returned) gate.noExpiryBefore = Math.max(gate.noExpiryBefore, now + graceMs);
    sight.set(me, Math.max(sight.get(me) ?? Number.NEGATIVE_INFINITY, Math.min(now, latestMs ?? now) - Math.max(ageMs, 0)));
    return [{ returned, hour: now }];
  }),
  'lease.say_goodbye': onGate(({ gate, sight }, me: string) => {
    const last = sight.get(me);
    sight.delete(me);
    if (last !== undefined) gate.sightUntil = Math.max(gate.sightUntil ?? last, last);
    return [{}];
  }),
  'hold-back': onGate(({ gate, now: clock }, forMs: number, nextWaveMs: number) => {
    const now = clock();
    if (gate.heldBackAt !== null && gate.heldBackAt >= now - nextWaveMs) return [];
    gate.heldBackAt = now;
    gate.noExpiryBefore = Math.max(gate.noExpiryBefore, now + forMs);
    return [{}];
  }),
  'note-keeper': onGate(({ gate, now }) => {
    gate.keeperAt = now();
    return [{ at: gate.keeperAt }];
  }),
  'keeper-silence': select(({ gate, now }) => [{ ms: gate.keeperAt === null ? null : now() - gate.keeperAt }]),

  'INSERT INTO lease.alarm': function* (tables, transaction, values) {
    const [tenantId, kind, subjectId, partition, dueAt] = values as unknown as [string, string, string, number, Instant];
    const slot = tables.alarm(tenantId, kind, subjectId);
    const known = yield* transaction.lock(slot);
    slot.draft = known ? { ...known, dueAt } : { tenantId, kind, subjectId, partition, dueAt };
    return rowsOf([{}]);
  },
   
  'due-alarms': function* (tables, transaction, values) {
    const [kind, overdueMs, limit] = values as unknown as [string, number, number];
    const due = [...tables.alarms.values()]
      .flatMap((slot) => slot.seenBy(transaction) ?? [])
      .filter((alarm) => alarm.kind === kind && alarm.dueAt <= tables.now() - overdueMs)
      .sort((a, b) => a.dueAt - b.dueAt);
    return rowsOf(due.slice(0, limit).map((alarm) => ({ ...alarm })));
  },
  'DELETE FROM lease.alarm': function* (tables, transaction, values) {
    const [tenantIds, kinds, subjectIds, dues] = values as unknown as [string[], string[], string[], number[]];
    let removed = 0;
    for (const [i, tenantId] of tenantIds.entries()) {
      const slot = tables.alarm(tenantId, kinds[i] as string, subjectIds[i] as string);
      const hasRung = (alarm: Alarm | null): boolean => alarm !== null && alarm.dueAt <= (dues[i] as number);
      if (!hasRung(slot.seenBy(transaction)) || !hasRung(yield* transaction.lock(slot))) continue;
      slot.draft = null;
      removed += 1;
    }
    return { rows: [], rowCount: removed };
  },
};
