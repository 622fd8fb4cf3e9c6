import type { Instant } from '../agent-presence/status.js';
import { Refusal } from '../refusal.js';
import type { ConversationAddress, ConversationEvent } from './events.js';

/** A visitor has written, and nobody has answered since. */
export interface Silence {
  /** Of the first message that is unanswered. */
  readonly since: Instant;
  /** At most one notice is sent in it (behaviour D16). */
  readonly noticed: boolean;
}

/** A conversation of a visitor with whoever answers on a site. */
export interface Conversation extends ConversationAddress {
  readonly standing: 'unknown' | 'open' | 'ended';
  readonly openedAt: Instant;
  /** When somebody last wrote. */
  readonly lastAt: Instant;
  readonly silence: Silence | null;
}

/** Kind of the alarm that is set for the end of a conversation in which nobody writes any more. */
export const LAPSE_ALARM = 'conversation-lapse';

/** A conversation without a word for that long is over, ms: what is never reported as ended must not hold boxes open for ever (ADR 24). */
export const LAPSES_AFTER_MS = 86_400_000;

/** The fold of a conversation's stream. */
export const conversationFold = {
  category: 'conversation',
  stateVersion: 1,
  initial: {
    ...{ conversationId: '', siteId: '', groupId: null, visitorId: '' },
    ...{ standing: 'unknown', openedAt: 0, lastAt: 0, silence: null },
  } satisfies Conversation as Conversation,
  evolve: evolveConversation,
};

export function evolveConversation(conversation: Conversation, event: ConversationEvent & { readonly effectiveAt: Instant }): Conversation {
  const { effectiveAt: at } = event;
  switch (event.type) {
    case 'VisitorMessageReceived': {
      const { silence, ...written } = afterWords(conversation, event.data, at);
      return { ...written, silence: silence ?? { since: at, noticed: false } };
    }
    case 'AgentReplied':
      return { ...afterWords(conversation, event.data, at), silence: null };
    case 'NoticeSent':
      return { ...conversation, silence: conversation.silence && { ...conversation.silence, noticed: true } };
    case 'ConversationEnded':
      return { ...conversation, standing: 'ended', silence: null };
    default:
      event satisfies never;
      return conversation;
  }
}

/** Words open a conversation that is not open; what its page asks for now is its group. */
function afterWords(was: Conversation, { conversationId, siteId, groupId, visitorId }: ConversationAddress, at: Instant): Conversation {
  const openedAt = was.standing === 'open' ? was.openedAt : at;
  return { conversationId, siteId, groupId, visitorId, standing: 'open', openedAt, lastAt: at, silence: was.silence };
}

/** The chat platform reports that an agent has answered: whatever notice was due is not any more. Refuses: `not-found`. */
export function agentReplied(address: ConversationAddress, conversation: Conversation): ConversationEvent[] {
  assertSame(address, conversation);
  return [{ type: 'AgentReplied', data: told(address, conversation) }];
}

/** The chat platform reports the end; one that is not open has ended already. Refuses: `not-found`. */
export function endConversation(address: ConversationAddress, conversation: Conversation): ConversationEvent[] {
  assertSame(address, conversation);
  if (conversation.standing !== 'open') return [];
  return [{ type: 'ConversationEnded', data: { ...told(address, conversation), because: 'reported' } }];
}

/** Ends a conversation in which nobody has written for a day, with the nominal time. */
export function lapse(conversation: Conversation, now: Instant): (ConversationEvent & { readonly effectiveAt: Instant })[] {
  const at = conversation.lastAt + LAPSES_AFTER_MS;
  if (conversation.standing !== 'open' || at > now) return [];
  return [{ type: 'ConversationEnded', data: { ...addressOf(conversation), because: 'lapsed' }, effectiveAt: at }];
}


/** The address as an event tells it: without a group it keeps the one the conversation has. */
export function told(address: ConversationAddress, conversation: Conversation): ConversationAddress {
  return { ...address, groupId: address.groupId ?? conversation.groupId };
}

export function addressOf({ conversationId, siteId, groupId, visitorId }: Conversation): ConversationAddress {
  return { conversationId, siteId, groupId, visitorId };
}

/** A conversation belongs to one visitor of one site for ever; to others it does not exist. */
export function assertSame({ siteId, visitorId }: ConversationAddress, conversation: Conversation): void {
  if (conversation.standing === 'unknown') return;
  if (conversation.siteId !== siteId || conversation.visitorId !== visitorId) {
    throw new Refusal('not-found', 'There is no such conversation of this visitor.');
  }
}
