import { noticeText } from '#domain/conversations/index';
import type { Clock } from '#clock';
import { frame, type SseReader } from '#http-kit';
import type { Bus } from '#messaging';
import type { Logger } from '#observability';
import { type ConversationRow, type Instant, readNotices, type Sql } from '#read-model';

/** A notice that was due so long before a stream was opened still concerns it: the page was about to come. Milliseconds. */
const JUST_BEFORE_MS = 5_000;

interface Listener {
  readonly reader: SseReader;
  readonly lang: string | undefined;
  readonly openedAt: Instant;
  /** When the last notice that this reader was given was due, by conversation: rows are told again for other reasons. */
  readonly given: Map<string, Instant>;
}

/**
 * Gives visitors who wait their notices (behaviour D16), as `event: notice` on their own streams and on nobody else's, in the language their
 * page asks for. A notice is told once: a reader that is away at that moment misses it, and the chat platform has it as an event.
 */
export class VisitorNotices {
  private readonly listeners = new Map<string, Set<Listener>>();
  private silence: (() => void) | undefined;

  constructor(
    private readonly sql: Sql,
    private readonly clock: Clock,
    private readonly log: Logger,
  ) {}

  start(bus: Bus): void {
    this.silence = bus.subscribe<ConversationRow>('conversation.*', (row) => void this.hear(row));
  }

  stop(): void {
    this.silence?.();
  }

  /** Tells this reader the notices of its visitor until it closes. */
  add(siteId: string, visitor: string, lang: string | undefined, reader: SseReader): void {
    const key = keyOf(siteId, visitor);
    const listener: Listener = { reader, lang, openedAt: this.clock.now(), given: new Map() };
    const others = this.listeners.get(key) ?? new Set<Listener>();
    this.listeners.set(key, others.add(listener));
    reader.onClose(() => {
      others.delete(listener);
      if (others.size === 0 && this.listeners.get(key) === others) this.listeners.delete(key);
    });
  }

  private async hear(row: ConversationRow): Promise<void> {
    const { notice, conversationId } = row;
    if (!notice) return;
    const waiting = [...(this.listeners.get(keyOf(row.siteId, row.visitor)) ?? [])].filter(
      ({ openedAt, given }) => notice.at >= openedAt - JUST_BEFORE_MS && notice.at > (given.get(conversationId) ?? 0),
    );
    if (waiting.length === 0) return;
    for (const { given } of waiting) given.set(conversationId, notice.at);
    try {
      const settings = await readNotices(this.sql, row);
      for (const { reader, lang } of waiting) {
        reader.nudge(frame({ event: 'notice', data: { kind: notice.kind, ...noticeText(settings, notice.kind, lang) } }));
      }
    } catch (err) {
      this.log.warn({ err, tenantId: row.tenantId, siteId: row.siteId }, 'the words of a notice could not be read');
    }
  }
}

function keyOf(siteId: string, visitor: string): string {
  return JSON.stringify([siteId, visitor]);
}
