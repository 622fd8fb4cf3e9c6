import type { Instant, Status } from '../agent-presence/status.js';
import { addressOf, assertSame, type Conversation, conversationFold, type Silence, told } from './conversation.js';
import type { ConversationAddress, ConversationEvent, NoticeKind } from './events.js';
import type { NoticeSettings } from './notice-settings.js';

/** Kind of the alarm that is set for the next notice of a conversation. */
export const NOTICE_ALARM = 'notice';

type EffectiveEvent = ConversationEvent & { readonly effectiveAt?: Instant };

/** What the visitor sees, and what the site has set for its notices. */
export interface Surroundings {
  /** As this very visitor sees the box (behaviour D17). */
  readonly status: Status;
  readonly settings: NoticeSettings;
}

/**
 * A visitor's message: told by its id, and with it the notice that is due at once (while busy).
 * @param address.groupId null keeps the group the conversation has. Refuses: `not-found` for somebody else's conversation.
 */
export function receiveMessage(
  { address, messageId }: { readonly address: ConversationAddress; readonly messageId: string | null },
  conversation: Conversation,
  around: Surroundings,
  now: Instant,
): EffectiveEvent[] {
  assertSame(address, conversation);
  const data = { ...told(address, conversation), messageId };
  const received = { type: 'VisitorMessageReceived', data } as const;
  const after = conversationFold.evolve(conversation, { ...received, effectiveAt: now });
  return [received, ...sendNotice(after, around, now)];
}

/**
 * The notice of a conversation, if it is due (behaviour D16): once in a silence, of the kind and with the delay that fit what the visitor
 * sees at this moment, however long ago it was written and whatever was seen then.
 * @param rangAt nominal time of the alarm that asks; the notice is not older than that
 */
export function sendNotice(conversation: Conversation, around: Surroundings, now: Instant, rangAt = 0): EffectiveEvent[] {
  const due = noticeDue(conversation, around);
  if (due === null || due.at > now) return [];
  const effectiveAt = Math.min(now, Math.max(due.at, rangAt));
  return [{ type: 'NoticeSent', data: { ...addressOf(conversation), notice: due.kind }, effectiveAt }];
}

/** When which notice is due, as things are; null: none, because somebody answered, or it was sent, or nobody waits. */
export function noticeDue(conversation: Conversation, { status, settings }: Surroundings): { readonly kind: NoticeKind; readonly at: Instant } | null {
  const { silence, standing } = conversation;
  if (standing !== 'open' || silence === null || silence.noticed) return null;
  return { kind: status === 'offline' ? 'offline' : 'busy', at: dueAt(silence, status, settings) };
}

/** While busy the notice is sent at once: that is what busy means. */
function dueAt({ since }: Silence, status: Status, { busy, offline }: NoticeSettings): Instant {
  if (status === 'busy') return since;
  return since + (status === 'online' ? busy : offline).delaySeconds * 1000;
}
