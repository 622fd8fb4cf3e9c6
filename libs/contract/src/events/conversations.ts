import { z } from 'zod';
import type { ConversationEvent } from '#domain/conversations/index';
import { groupId, id, type SchemasOf, siteId } from './fields.js';

const address = {
  conversationId: id('a conversation, as the page or the chat platform calls it'),
  siteId,
  groupId: groupId.nullable().describe("the group the visitor's page asks for; null: the site itself"),
  visitorId: id("a visitor, as the page calls it"),
};

/** Data of what can happen to a conversation; stream `conversation-<conversationId>`. No words and no addresses of people are in it. */
export const conversationEvents = {
  VisitorMessageReceived: z
    .object({ ...address, messageId: id('the stored message').nullable().describe('of the stored message; null: the chat platform has it') })
    .describe('A visitor has written. What was written is read from the inbox, by the id.'),
  AgentReplied: z.object(address).describe('Somebody has answered a visitor, as the chat platform reports.'),
  NoticeSent: z
    .object({ ...address, notice: z.enum(['busy', 'offline']).describe('which notice') })
    .describe('A visitor who waits for an answer is told that we are busy, or offline. effectiveAt is when the notice was due.'),
  ConversationEnded: z
    .object({ ...address, because: z.enum(['reported', 'lapsed']).describe('reported by the chat platform, or nobody has written for a day') })
    .describe('A conversation is over: its visitor sees what everybody sees.'),
} satisfies SchemasOf<ConversationEvent>;
