import { type ChangedNotices, type NoticeKind, type NoticeSettings, noticesWith } from '#domain/conversations/index';
import type { Instant } from './rows.js';
import type { Sql } from './sql.js';

/** A conversation as far as its visitor's box depends on it (behaviour D16, D17). */
export interface ConversationRow {
  readonly tenantId: string;
  readonly siteId: string;
  readonly conversationId: string;
  /** The group its page asked for last; null: the site itself. */
  readonly groupId: string | null;
  readonly visitor: string;
  /** Of its stream: a lower one is older. */
  readonly version: number;
  readonly openedAt: Instant;
  readonly ended: boolean;
  /** The notice that was sent since the visitor wrote what nobody has answered, and when it was due. */
  readonly notice: { readonly kind: NoticeKind; readonly at: Instant } | null;
}

const COLUMNS = `
  tenant_id AS "tenantId", site_id AS "siteId", conversation_id AS "conversationId", group_id AS "groupId", visitor, version,
  opened_at AS "openedAt", ended,
  CASE WHEN notice IS NOT NULL THEN jsonb_build_object('kind', notice, 'at', (extract(epoch FROM notice_at) * 1000)::bigint) END AS notice`;

/** For whoever writes these rows and hands them on. */
export const CONVERSATION_COLUMNS = COLUMNS;

/** All open conversations of a site. */
export async function readOpenConversations(sql: Sql, site: { readonly tenantId: string; readonly siteId: string }): Promise<ConversationRow[]> {
  const { rows } = await sql.query<ConversationRow>({
    name: 'read-open-conversations',
    text: `SELECT ${COLUMNS} FROM conversation.conversation WHERE tenant_id = $1 AND site_id = $2 AND NOT ended`,
    values: [site.tenantId, site.siteId],
  });
  return rows;
}

export async function readConversation(sql: Sql, tenantId: string, conversationId: string): Promise<ConversationRow | null> {
  const { rows } = await sql.query<ConversationRow>({
    name: 'read-conversation',
    text: `SELECT ${COLUMNS} FROM conversation.conversation WHERE tenant_id = $1 AND conversation_id = $2`,
    values: [tenantId, conversationId],
  });
  return rows[0] ?? null;
}

/** The notices of a site; those by default where it has changed nothing. */
export async function readNotices(sql: Sql, site: { readonly tenantId: string; readonly siteId: string }): Promise<NoticeSettings> {
  const { rows } = await sql.query<{ settings: ChangedNotices }>({
    name: 'read-notices',
    text: 'SELECT settings FROM conversation.notices WHERE tenant_id = $1 AND site_id = $2',
    values: [site.tenantId, site.siteId],
  });
  return noticesWith(rows[0]?.settings ?? {});
}
