import { rfc3339 } from '#contract';
import { seenByVisitor, type TenantBoxes } from '#domain/box-status/index';
import type { Bus } from '#messaging';
import type { Logger } from '#observability';
import { type ConversationRow, type Instant, readOpenConversations, readTenantBoxes, type Sql } from '#read-model';
import { type Answer, answerOfPayload } from './answers.js';
import type { CachedSite } from './box-copy.js';
import { shownAt } from './shown-status.js';

/** How old what decides a held box may be: agents who leave by hand close it within a second. While it is open for all, only `next` asks. ms */
const HELD_MS = 400;
const OPEN_MS = 10_000;
/** A message about a conversation may have been lost. ms */
const CONVERSATIONS_MS = 30_000;
/** No conversation holds a box for longer after it went offline (contract: the tenant's setting ends there). ms */
const LONGEST_HOLD_MS = 86_400_000;

interface Kept<T> {
  value: T;
  at: Instant;
  loading: Promise<void> | null;
}

/**
 * What visitors in a conversation see where it is not what everybody sees (behaviour D17). Keeps the open conversations of the sites whose
 * visitors ask, told by `conversation.*`, and the boxes' inputs of the tenants of those who are in one; nothing for anybody else.
 */
export class VisitorHolds {
  private readonly conversations = new Map<string, Kept<Map<string, ConversationRow>>>();
  private readonly tenants = new Map<string, Kept<TenantBoxes>>();
  private silence: (() => void) | undefined;

  constructor(
    private readonly sql: Sql,
    private readonly log: Logger,
  ) {}

  start(bus: Bus): void {
    this.silence = bus.subscribe<ConversationRow>('conversation.*', (row) => this.hear(row));
  }

  stop(): void {
    this.silence?.();
  }

  /** Whether this visitor may see something else than everybody: the box is offline, or will change. */
  mayDiffer(site: CachedSite, all: Answer, now: Instant): boolean {
    const { status, since, next } = all.payload;
    return !site.site.removed && (status === 'offline' ? now - Date.parse(since) < LONGEST_HOLD_MS : next !== null);
  }

  /** Loads what the answer for this visitor needs, if it may differ. */
  async prepare(site: CachedSite, visitor: string, all: Answer, now: Instant): Promise<void> {
    if (!this.mayDiffer(site, all, now)) return;
    await this.conversationsOf(site, now).loading;
    if (this.openedAt(site, visitor, now) !== null) await this.tenantOf(site, all, now).loading;
  }

  /** The visitor's own answer; null: the same as for all, as far as is known at this moment. */
  answer(site: CachedSite, group: string | null, visitor: string, all: Answer, now: Instant, rightUntil: Instant): Answer | null {
    if (!this.mayDiffer(site, all, now)) return null;
    const openedAt = this.openedAt(site, visitor, now);
    if (openedAt === null) return null;
    const boxes = this.tenantOf(site, all, now).value;
    const inputs = boxes.sites.get(site.siteId)?.site;
    const shown = shownAt(site, group, now, rightUntil);
    if (!inputs || !shown) return null;
    const { payload } = shown;
    const seen = seenByVisitor(boxes, inputs, group, { status: payload.status, since: Date.parse(payload.since) }, openedAt, now);
    if (!seen) return null;
    const next = seen.next && { at: rfc3339(seen.next.at), status: seen.next.status };
    return answerOfPayload({ ...payload, status: seen.status, next }, seen.next?.at ?? Infinity, all.freshness);
  }

  private openedAt(site: CachedSite, visitor: string, now: Instant): Instant | null {
    const mine = [...this.conversationsOf(site, now).value.values()].filter((row) => row.visitor === visitor && !row.ended);
    return mine.length === 0 ? null : Math.min(...mine.map(({ openedAt }) => openedAt));
  }

  private hear(row: ConversationRow): void {
    const known = this.conversations.get(row.siteId)?.value;
    if (!known || (known.get(row.conversationId)?.version ?? 0) > row.version) return;
    if (row.ended) known.delete(row.conversationId);
    else known.set(row.conversationId, row);
  }

  private conversationsOf(site: CachedSite, now: Instant): Kept<Map<string, ConversationRow>> {
    return this.kept(this.conversations, site.siteId, CONVERSATIONS_MS, now, new Map<string, ConversationRow>(), async () => {
      const rows = await readOpenConversations(this.sql, site);
      return new Map(rows.map((row) => [row.conversationId, row]));
    });
  }

  private tenantOf(site: CachedSite, all: Answer, now: Instant): Kept<TenantBoxes> {
    const maxAge = all.payload.status === 'offline' ? HELD_MS : OPEN_MS;
    return this.kept(this.tenants, site.tenantId, maxAge, now, NOTHING, () => readTenantBoxes(this.sql, site.tenantId));
  }

  private kept<T>(all: Map<string, Kept<T>>, key: string, maxAge: number, now: Instant, none: T, load: () => Promise<T>): Kept<T> {
    let entry = all.get(key);
    if (!entry) {
      if (all.size >= MOST_KEPT) all.delete(all.keys().next().value as string);
      all.set(key, (entry = { value: none, at: Number.NEGATIVE_INFINITY, loading: null }));
    }
    const mine = entry;
    if (now - mine.at > maxAge && mine.loading === null) {
      mine.loading = load()
        .then((value) => Object.assign(mine, { value, at: now }))
        .catch((err: unknown) => this.log.debug({ err }, 'what a visitor in a conversation sees could not be read'))
        .then(() => void (mine.loading = null));
    }
    return mine;
  }
}

/** Sites and tenants kept; the oldest goes first. */
const MOST_KEPT = 10_000;
const NOTHING = { sites: new Map() } as unknown as TenantBoxes;
