import {
  type Conversation, type ConversationEvent, LAPSE_ALARM, LAPSES_AFTER_MS, NOTICE_ALARM, noticeDue, type Surroundings,
} from '#domain/conversations/index';
import { setAlarm } from '#leases';
import { CONVERSATION_COLUMNS, type ConversationRow, type Instant, type Sql } from '#read-model';

/** A tenant, as far as its streams and alarms ask. */
export interface Partitioned {
  readonly id: string;
  readonly partition: number;
}

/** What a command made of a conversation. */
export interface ChangedConversation {
  readonly events: readonly (ConversationEvent & { readonly effectiveAt?: Instant })[];
  readonly state: Conversation;
  /** Of the stream after the events. */
  readonly version: number;
  readonly now: Instant;
}

/**
 * Writes what a command made of a conversation, in its transaction, and gives the row to hand on after the commit.
 * To be called with at least one event.
 */
export async function writeConversation(sql: Sql, tenantId: string, changed: ChangedConversation): Promise<ConversationRow> {
  const { events, state, version, now } = changed;
  const sent = events.findLast((event) => event.type === 'NoticeSent');
  const { rows } = await sql.query<ConversationRow>(
    `INSERT INTO conversation.conversation AS c
       (tenant_id, conversation_id, site_id, group_id, visitor, version, opened_at, ended, notice, notice_at, changed_at)
     VALUES ($1, $2, $3, $4, $5, $6, to_timestamp($7::float8 / 1000), $8, $9, to_timestamp($10::float8 / 1000), clock_timestamp())
     ON CONFLICT (tenant_id, conversation_id) DO UPDATE SET
       group_id = excluded.group_id, version = excluded.version, opened_at = excluded.opened_at, ended = excluded.ended,
       notice = CASE WHEN $11 THEN coalesce(excluded.notice, c.notice) END,
       notice_at = CASE WHEN $11 THEN coalesce(excluded.notice_at, c.notice_at) END, changed_at = excluded.changed_at
     RETURNING ${CONVERSATION_COLUMNS}`,
    [
      ...[tenantId, state.conversationId, state.siteId, state.groupId, state.visitorId, version, state.openedAt, state.standing === 'ended'],
      ...[sent?.data.notice ?? null, sent ? (sent.effectiveAt ?? now) : null, state.silence?.noticed ?? false],
    ],
  );
  return rows[0] as ConversationRow;
}

/** Sets what is due next in a conversation in which somebody has just written: its notice, and its end if nobody writes any more. */
export async function setConversationAlarms(sql: Sql, tenant: Partitioned, state: Conversation, around: Surroundings | null): Promise<void> {
  if (state.standing !== 'open') return;
  const of = { tenantId: tenant.id, partition: tenant.partition, subjectId: state.conversationId };
  await setAlarm(sql, { ...of, kind: LAPSE_ALARM, dueAt: state.lastAt + LAPSES_AFTER_MS });
  const due = around && noticeDue(state, around);
  if (due) await setAlarm(sql, { ...of, kind: NOTICE_ALARM, dueAt: due.at });
}
