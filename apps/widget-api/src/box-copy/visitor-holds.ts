import { rfc3339 } from '#contract';
import type { Status } from '#domain/agent-presence/index';
import { seenByVisitor, type TenantBoxes } from '#domain/box-status/index';
import type { Bus } from '#messaging';
import type { Logger } from '#observability';
import { type ConversationRow, type Instant, readOpenConversations, readShownBefore, readTenantBoxes, type Sql } from '#read-model';
import { type Answer, answerOfPayload } from './answers.js';
import type { CachedSite } from './box-copy.js';
import { type KeptRead, KeptReads, NEVER } from './kept-reads.js';
import { shownAt } from './shown-status.js';

/** How old what decides a held box may be: agents who leave by hand close it within a second. While it is open for all, only `next` asks. ms */
const HELD_MS = 400;
const OPEN_MS = 10_000;
/** A message about a conversation may have been lost. ms */
const CONVERSATIONS_MS = 30_000;
/** No conversation holds a box for longer after it went offline (contract: the tenant's setting ends there). ms */
const LONGEST_HOLD_MS = 86_400_000;
/** So long after a box closed a visitor waits for what decides the own one; then what everybody sees is the safer answer. ms */
const PATIENCE_MS = 3_000;

/** What a box showed before it closed, and since when; null: nothing. */
type Before = { readonly status: Status; readonly since: Instant } | null;

/** Known in a moment; meanwhile what the visitor saw last is the better guess, because most of what closes a box is its hours. */
export const BEING_READ = 'being-read';

/**
 * What visitors in a conversation see where it is not what everybody sees (behaviour D17). Keeps the open conversations of the sites whose
 * visitors ask, told by `conversation.*`, and the boxes' inputs of the tenants of those who are in one; nothing for anybody else.
 */
export class VisitorHolds {
  private readonly conversations: KeptReads<Map<string, ConversationRow>>;
  private readonly tenants: KeptReads<TenantBoxes>;
  private readonly before: KeptReads<Before | undefined>;
  private readonly listeners: ((tenantId: string) => void)[] = [];
  private silence: (() => void) | undefined;

  constructor(
    private readonly sql: Sql,
    log: Logger,
  ) {
    const onFault = (err: unknown): void => log.debug({ err }, 'what a visitor in a conversation sees could not be read');
    const tell = (tenantId: string): void => this.listeners.forEach((listener) => listener(tenantId));
    this.conversations = new KeptReads(new Map<string, ConversationRow>(), tell, onFault);
    this.tenants = new KeptReads(NOTHING, tell, onFault);
    this.before = new KeptReads<Before | undefined>(undefined, tell, onFault);
  }

  start(bus: Bus): void {
    this.silence = bus.subscribe<ConversationRow>('conversation.*', (row) => this.hear(row));
  }

  stop(): void {
    this.silence?.();
  }

  /** Told the tenant of whose boxes an answer was `being-read`, as soon as there is another one. */
  onRead(listener: (tenantId: string) => void): void {
    this.listeners.push(listener);
  }

  /** Whether this visitor may see something else than everybody: the box is offline, or will change. */
  mayDiffer(site: CachedSite, all: Answer, now: Instant): boolean {
    const { status, since, next } = all.payload;
    return !site.site.removed && (status === 'offline' ? now - Date.parse(since) < LONGEST_HOLD_MS : next !== null);
  }

  /** Loads what the answer for this visitor needs, if it may differ. */
  async prepare(site: CachedSite, group: string | null, visitor: string, all: Answer, now: Instant): Promise<void> {
    if (!this.mayDiffer(site, all, now)) return;
    await this.conversationsOf(site, now).loading;
    if (this.openedAt(site, visitor, now) === null) return;
    // A reading under way may have begun before the box changed, the one after it has not.
    for (let i = 0; i < 2; i++) await Promise.all([this.tenantOf(site, all, now).loading, this.beforeOf(site, group, all, now)?.loading]);
  }

  /** The visitor's own answer; null: the same as for all. */
  answer(site: CachedSite, group: string | null, visitor: string, all: Answer, now: Instant, rightUntil: Instant): Answer | typeof BEING_READ | null {
    if (!this.mayDiffer(site, all, now)) return null;
    const mayWait = all.payload.status === 'offline' && now - Date.parse(all.payload.since) < PATIENCE_MS;
    const conversations = this.conversationsOf(site, now);
    if (mayWait && conversations.at === NEVER) return beingRead(conversations);
    const openedAt = this.openedAt(site, visitor, now);
    if (openedAt === null) return null;
    const tenant = this.tenantOf(site, all, now);
    const before = this.beforeOf(site, group, all, now);
    if (mayWait && !isAsNewAs(tenant.value, site, all)) return beingRead(tenant);
    if (mayWait && before && before.value === undefined) return beingRead(before);
    const inputs = tenant.value.sites.get(site.siteId)?.site;
    const shown = shownAt(site, group, now, rightUntil);
    if (!inputs || !shown) return null;
    const { payload } = shown;
    const seen = seenByVisitor(tenant.value, inputs, group, { status: payload.status, since: Date.parse(payload.since) }, openedAt, now);
    if (!seen) return null;
    const next = seen.next && { at: rfc3339(seen.next.at), status: seen.next.status };
    // For this visitor the box has not changed by closing time.
    const goesOn = seen.held && before?.value?.status === seen.status ? before.value.since : null;
    const since = goesOn === null ? payload.since : rfc3339(goesOn);
    return answerOfPayload({ ...payload, status: seen.status, since, next }, seen.next?.at ?? Infinity, all.freshness);
  }

  private openedAt(site: CachedSite, visitor: string, now: Instant): Instant | null {
    const mine = [...this.conversationsOf(site, now).value.values()].filter((row) => row.visitor === visitor && !row.ended);
    return mine.length === 0 ? null : Math.min(...mine.map(({ openedAt }) => openedAt));
  }

  private hear(row: ConversationRow): void {
    const known = this.conversations.peek(row.siteId);
    if (!known || (known.get(row.conversationId)?.version ?? 0) > row.version) return;
    if (row.ended) known.delete(row.conversationId);
    else known.set(row.conversationId, row);
  }

  private conversationsOf(site: CachedSite, now: Instant): KeptRead<Map<string, ConversationRow>> {
    return this.conversations.take(site.siteId, site.tenantId, now, CONVERSATIONS_MS, async () => {
      const rows = await readOpenConversations(this.sql, site);
      return new Map(rows.map((row) => [row.conversationId, row]));
    });
  }

  private tenantOf(site: CachedSite, all: Answer, now: Instant): KeptRead<TenantBoxes> {
    const maxAge = all.payload.status === 'offline' ? HELD_MS : OPEN_MS;
    const load = (): Promise<TenantBoxes> => readTenantBoxes(this.sql, site.tenantId);
    return this.tenants.take(site.tenantId, site.tenantId, now, maxAge, load, (boxes) => maxAge !== HELD_MS || isAsNewAs(boxes, site, all));
  }

  /** What the box showed before it closed; null: it is open. */
  private beforeOf(site: CachedSite, group: string | null, all: Answer, now: Instant): KeptRead<Before | undefined> | null {
    if (all.payload.status !== 'offline') return null;
    const closedAt = Date.parse(all.payload.since);
    const groupId = all.payload.group?.found ? group : null;
    const { tenantId, siteId } = site;
    const key = JSON.stringify([siteId, groupId, closedAt]);
    const load = (): Promise<Before> => readShownBefore(this.sql, { tenantId, siteId, groupId }, closedAt);
    return this.before.take(key, tenantId, now, Infinity, load, (value) => value !== undefined);
  }
}

function beingRead(read: { awaited: boolean }): typeof BEING_READ {
  read.awaited = true;
  return BEING_READ;
}

/** The inputs hold the change that the box tells of: both are committed together. */
function isAsNewAs(boxes: TenantBoxes, { siteId }: CachedSite, { version }: Answer): boolean {
  return (boxes.sites.get(siteId)?.version ?? -1) >= version;
}

const NOTHING = { sites: new Map() } as unknown as TenantBoxes;
