import { seenByVisitor, type SeenByVisitor } from '#domain/box-status/index';
import type { Status } from '#domain/agent-presence/index';
import { readBoxes } from './read-box.js';
import { readOpenConversations } from './read-conversations.js';
import { readTenantBoxes } from './read-tenant-boxes.js';
import type { BoxRow, Instant } from './rows.js';
import type { Sql } from './sql.js';

/** Whose box: of a site, or of a group on it, as this visitor sees it. */
export interface VisitorAsks {
  readonly tenantId: string;
  readonly siteId: string;
  readonly groupId: string | null;
  readonly visitor: string;
}

/**
 * What a visitor sees of a box at `now` (behaviour D17); `groupId`: the group asked for if there is one, else null (D19).
 * Null: there is no such site. One small query, unless the box is offline for everybody and the visitor is in a conversation.
 */
export async function readStatusForVisitor(sql: Sql, asks: VisitorAsks, now: Instant): Promise<{ status: Status; groupId: string | null } | null> {
  const { tenantId, siteId, visitor } = asks;
  const rows = (await readBoxes(sql, { tenantId, siteId })).filter(({ removed }) => !removed);
  const own = rows.find((row) => row.groupId === null);
  if (!own) return null;
  const box = rows.find((row) => row.groupId === asks.groupId) ?? own;
  const { groupId } = box;
  const all = boxAt(box, now);
  if (all.status !== 'offline') return { status: all.status, groupId };
  const mine = (await readOpenConversations(sql, { tenantId, siteId })).filter((one) => one.visitor === visitor);
  if (mine.length === 0) return { status: 'offline', groupId };
  const boxes = await readTenantBoxes(sql, tenantId);
  const site = boxes.sites.get(siteId)?.site;
  const openedAt = Math.min(...mine.map((one) => one.openedAt));
  const seen: SeenByVisitor | null = site ? seenByVisitor(boxes, site, groupId, all, openedAt, now) : null;
  return { status: seen?.status ?? 'offline', groupId };
}

/** A box at an instant: past `next.at` the future has begun, its event follows within a second (architecture 6). */
export function boxAt(box: Pick<BoxRow, 'status' | 'since' | 'next'>, now: Instant): Pick<BoxRow, 'status' | 'since' | 'next'> {
  const { status, since, next } = box;
  if (!next || now < next.at) return { status, since, next };
  return { status: next.status, since: next.status === status ? since : next.at, next: null };
}
