import {
  type Conversation, type ConversationEvent, conversationFold, lapse, LAPSE_ALARM, LAPSES_AFTER_MS, NOTICE_ALARM, noticeDue, sendNotice, type Surroundings,
} from '#domain/conversations/index';
import { type EventStore, handleCommand, StoreOutcomeUnknown, StoreUnavailable } from '#event-store';
import { type Alarm, moveAlarms, readDueAlarms } from '#leases';
import { type ConversationRow, type Instant, readConversation, readNotices, readStatusForVisitor, type Sql } from '#read-model';
import { writeConversation } from './conversation-rows.js';

export interface RingConversationsOptions {
  /** At most so many of each kind, the oldest first. */
  readonly limit: number;
  /** Now, by Postgres's clock. */
  readonly now: () => Instant;
  /** Hands on what became of a conversation, after the commit. */
  readonly tell: (row: ConversationRow, partition: number) => void;
  /** Told about an alarm that cannot be carried out, by a fault of ours; it stays, and the others ring. */
  readonly onFault: (error: unknown, alarm: Alarm) => void;
}

/** Alarms carried out at the same time: each asks a few questions on a connection of the pool that others need too. */
const AT_ONCE = 8;

/**
 * Sends the notices that are due (behaviour D16), and ends the conversations in which nobody writes any more. Safe for anybody at any time:
 * what was sent or answered meanwhile decides to nothing, and a notice that is due later by now gets its new time. Gives how many rang.
 * @throws StoreUnavailable, StoreOutcomeUnknown, or the error of the reading: nothing can be carried out at this moment
 */
export async function ringConversations(sql: Sql, store: EventStore, options: RingConversationsOptions): Promise<number> {
  const due = [
    ...(await readDueAlarms(sql, NOTICE_ALARM, 0, options.limit)),
    ...(await readDueAlarms(sql, LAPSE_ALARM, 0, options.limit)),
  ];
  const moves: { rung: Alarm; next: Instant | null }[] = [];
  let away: Error | undefined;
  const ring = async (alarm: Alarm): Promise<void> => {
    try {
      moves.push({ rung: alarm, next: await carryOut(sql, store, alarm, options) });
    } catch (error) {
      if (error instanceof StoreUnavailable || error instanceof StoreOutcomeUnknown) away = error;
      else options.onFault(error, alarm);
    }
  };
  const waiting = due.values();
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (const alarm of waiting) await ring(alarm);
  }));
  await moveAlarms(sql, moves);
  if (away !== undefined) throw away;
  return moves.length;
}

/** Gives when the conversation's alarm of this kind is due again; null: not any more. */
async function carryOut(sql: Sql, store: EventStore, alarm: Alarm, { now, tell }: RingConversationsOptions): Promise<Instant | null> {
  const { tenantId, partition, subjectId } = alarm;
  let around: Surroundings | null = null;
  let version = 0;
  let changed: ConversationRow | null = null;
  const decide = (conversation: Conversation, at: Instant): readonly (ConversationEvent & { readonly effectiveAt?: Instant })[] => {
    if (alarm.kind === LAPSE_ALARM) return lapse(conversation, at);
    return around ? sendNotice(conversation, around, at, alarm.dueAt) : [];
  };
  const handled = await handleCommand<Conversation, ConversationEvent>(store, {
    stream: { tenantId, partition, streamId: `${conversationFold.category}-${subjectId}` },
    fold: conversationFold,
    prepare: async () => {
      if (alarm.kind === NOTICE_ALARM) around = await surroundingsOf(sql, alarm, now());
    },
    decide: (conversation, at, before) => {
      const events = decide(conversation, at);
      version = before + events.length;
      return events;
    },
    actor: { kind: 'system', id: alarm.kind },
    within: async (client, { events, state, now: at }) => {
      changed = events.length === 0 ? null : await writeConversation(client, tenantId, { events, state, version, now: at });
    },
  });
  if (changed !== null) tell(changed, partition);
  const { state } = handled;
  if (alarm.kind === LAPSE_ALARM) return state.standing === 'open' ? state.lastAt + LAPSES_AFTER_MS : null;
  return (around && noticeDue(state, around)?.at) ?? null;
}

/** What the visitor of a conversation sees at this moment, and the notices of its site; null: there is nobody to tell any more. */
async function surroundingsOf(sql: Sql, { tenantId, subjectId }: Alarm, now: Instant): Promise<Surroundings | null> {
  const row = await readConversation(sql, tenantId, subjectId);
  if (!row || row.ended) return null;
  const seen = await readStatusForVisitor(sql, row, now);
  return seen && { status: seen.status, settings: await readNotices(sql, row) };
}
