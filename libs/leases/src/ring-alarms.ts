import {
  type EventStore, handleCommand, type NewEvent, StoreOutcomeUnknown, StoreUnavailable, type StreamFold,
} from '#event-store';
import { type Alarm, readDueAlarms, removeAlarms } from './alarms.js';
import type { Instant, Sql } from './lease-rows.js';

/** What an alarm of one kind is for. */
export interface AlarmRing<State, Event extends NewEvent> {
  readonly fold: StreamFold<State, Event>;
  /** Pure: what is due at `now`; `[]` if the alarm was set for something that was cancelled or carried out since. */
  decide(state: State, now: Instant): readonly Event[];
}

export interface RingOptions {
  /** Only alarms that have been due for that long, ms. */
  readonly overdueMs: number;
  /** At most so many, the oldest first. */
  readonly limit: number;
  /** Told about an alarm that cannot be carried out, by a fault of ours; it stays, and the others ring. */
  readonly onFault: (error: unknown, alarm: Alarm) => void;
}

/**
 * Carries out the alarms of a kind that are due, and removes them afterwards. Safe for anybody at any time: what was carried out before
 * (by another, or by this process before it crashed) decides to nothing. Gives how many rang.
 * @throws StoreUnavailable, StoreOutcomeUnknown, or the error of the reading: nothing can be carried out at this moment
 */
export async function ringAlarms<S, E extends NewEvent>(
  sql: Sql,
  store: EventStore,
  kind: string,
  ring: AlarmRing<S, E>,
  { overdueMs, limit, onFault }: RingOptions,
): Promise<number> {
  const due = await readDueAlarms(sql, kind, overdueMs, limit);
  if (due.length === 0) return 0;
  const rung: Alarm[] = [];
  let away: Error | undefined;
  // All at once: they share the packs of the group commit, so a thousand lunch breaks end within the second.
  const carryOut = async (alarm: Alarm): Promise<void> => {
    const { tenantId, partition, subjectId } = alarm;
    await handleCommand<S, E>(store, {
      stream: { tenantId, partition, streamId: `${ring.fold.category}-${subjectId}` },
      fold: ring.fold,
      decide: (state, now) => ring.decide(state, now),
      actor: { kind: 'system', id: kind },
    }).then(
      () => rung.push(alarm),
      (error: unknown) => {
        if (error instanceof StoreUnavailable || error instanceof StoreOutcomeUnknown) away = error;
        else onFault(error, alarm);
      },
    );
  };
  await Promise.all(due.map(carryOut));
  await removeAlarms(sql, rung);
  if (away !== undefined) throw away;
  return rung.length;
}
