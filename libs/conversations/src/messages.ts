import type { Instant, Sql } from '#read-model';

/** What a visitor wrote, and where an answer may be sent (behaviour D27). */
export interface Message {
  readonly id: string;
  readonly conversationId: string;
  readonly siteId: string;
  readonly groupId: string | null;
  readonly visitor: string;
  readonly text: string;
  readonly email: string | null;
  readonly receivedAt: Instant;
}

const COLUMNS = `
  message_id AS id, conversation_id AS "conversationId", site_id AS "siteId", group_id AS "groupId", visitor, words AS text, email,
  received_at AS "receivedAt"`;

/** Stores a message, in the transaction that tells of it. */
export async function addMessage(sql: Sql, tenantId: string, message: Omit<Message, 'receivedAt'>): Promise<void> {
  const { id, conversationId, siteId, groupId, visitor, text, email } = message;
  await sql.query(
    `INSERT INTO conversation.message (tenant_id, message_id, conversation_id, site_id, group_id, visitor, words, email)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [tenantId, id, conversationId, siteId, groupId, visitor, text, email],
  );
}

/** A page of the inbox. `before`: only ids below it. */
export interface MessagesAsked {
  readonly before: string | null;
  readonly limit: number;
  readonly siteId?: string | undefined;
  readonly since?: Instant | undefined;
}

/** The inbox, newest first (ids ascend with time). */
export async function listMessages(sql: Sql, tenantId: string, { before, limit, siteId, since }: MessagesAsked): Promise<Message[]> {
  const { rows } = await sql.query<Message>(
    `SELECT ${COLUMNS} FROM conversation.message
     WHERE tenant_id = $1 AND message_id < coalesce($2, '~') AND ($3::text IS NULL OR site_id = $3)
       AND ($4::float8 IS NULL OR received_at >= to_timestamp($4 / 1000))
     ORDER BY message_id DESC LIMIT $5`,
    [tenantId, before, siteId ?? null, since ?? null, limit],
  );
  return rows;
}

export async function findMessage(sql: Sql, tenantId: string, messageId: string): Promise<Message | null> {
  const text = `SELECT ${COLUMNS} FROM conversation.message WHERE tenant_id = $1 AND message_id = $2`;
  const { rows } = await sql.query<Message>(text, [tenantId, messageId]);
  return rows[0] ?? null;
}

/** Erases a message for good. False if it was gone already. */
export async function eraseMessage(sql: Sql, tenantId: string, messageId: string): Promise<boolean> {
  const { rowCount } = await sql.query('DELETE FROM conversation.message WHERE tenant_id = $1 AND message_id = $2', [tenantId, messageId]);
  return rowCount === 1;
}

/** Erases everything visitors left with a tenant, with its conversations and notices. */
export async function eraseConversationsOf(sql: Sql, tenantId: string): Promise<void> {
  for (const table of ['message', 'conversation', 'notices']) await sql.query(`DELETE FROM conversation.${table} WHERE tenant_id = $1`, [tenantId]);
}

/** Ended conversations are known for so long: whoever keeps a copy of the open ones has heard of the end by then. */
const ENDED_FOR = `interval '1 day'`;

/** Erases messages that are older than their tenants want them kept, and the rows of conversations long over. Gives how many messages. */
export async function eraseOld(sql: Sql): Promise<number> {
  await sql.query(`DELETE FROM conversation.conversation WHERE ended AND changed_at < statement_timestamp() - ${ENDED_FOR}`);
  const { rowCount } = await sql.query(
    `DELETE FROM conversation.message AS m USING directory.tenant AS t
     WHERE m.tenant_id = t.tenant_id AND m.received_at < clock_timestamp() - t.message_retention_days * interval '1 day'`,
  );
  return rowCount ?? 0;
}
