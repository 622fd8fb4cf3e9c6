import { z } from 'zod';
import { email } from './admin-fields.js';
import { cursorParam, limitParam, opaqueId, pageOf, text, timestamp } from './shared.js';
import { optionalGroup } from './widget-api.js';

/** contract: "texts over 2,000 characters" are refused, of visitors and of notices. */
const words = text(2000);

/** Stands in events for ever, so it must not be what a person is known by. */
const visitor = opaqueId
  .refine((id) => !id.includes('@'), 'must be an opaque id, not an e-mail address')
  .describe("the page's opaque id of its visitor");

/** `{id}` of a conversation is the page's or the chat platform's own. */
export const conversationOnSiteParams = z.object({ siteKey: opaqueId, conversationId: opaqueId });
export const conversationParams = z.object({ tenantId: opaqueId, conversationId: opaqueId });

// A visitor's message

export const sendMessageBody = z.strictObject({
  visitor,
  text: words,
  email: email.optional().describe('required while this visitor sees offline'),
});
export type SendMessageBody = z.infer<typeof sendMessageBody>;

/** Parameters not named here are ignored, as by the reads of a widget. */
export const sendMessageQuery = z.object({ group: optionalGroup });
export type SendMessageQuery = z.infer<typeof sendMessageQuery>;

export const messageAccepted = z.object({ messageId: z.string() }).meta({ id: 'MessageAccepted' });
export type MessageAccepted = z.infer<typeof messageAccepted>;

/** What the widget's door asks admin-api to store: it may write nothing itself (architecture 2). On the bus of our own services only. */
export const visitorMessage = z.object({
  tenantId: z.string().min(1),
  siteId: z.string().min(1),
  conversationId: z.string().min(1),
  groupId: z.string().nullable(),
  message: sendMessageBody,
  idempotency: z.object({ commandId: z.string(), requestHash: z.string() }).optional(),
});
export type VisitorMessage = z.infer<typeof visitorMessage>;

/** What is answered: the id of the stored message, or the problem the visitor's page is told. */
export type VisitorMessageAnswer =
  | { readonly messageId: string }
  | { readonly problem: { readonly code: string; readonly detail: string; readonly extra: Readonly<Record<string, unknown>> } };

// What the chat platform reports

export const conversationEventBody = z.strictObject({
  type: z.enum(['visitor-message', 'agent-reply', 'ended']),
  siteId: opaqueId,
  groupId: opaqueId.optional(),
  visitor,
});
export type ConversationEventBody = z.infer<typeof conversationEventBody>;

export const conversationView = z
  .object({
    id: z.string(),
    siteId: z.string(),
    groupId: z.string().nullable(),
    visitor: z.string(),
    state: z.enum(['open', 'ended']),
    waitingSince: timestamp.nullable().describe('when the visitor wrote what nobody has answered yet'),
  })
  .meta({ id: 'Conversation' });
export type ConversationView = z.infer<typeof conversationView>;

// The inbox

export const messagesQuery = z.strictObject({
  limit: limitParam,
  cursor: cursorParam,
  siteId: opaqueId.optional().describe('only those of this site'),
  since: z.iso.datetime({ offset: true }).max(40).optional().describe('only those received at this time or later'),
});
export type MessagesQuery = z.infer<typeof messagesQuery>;

export const messageView = z
  .object({
    id: z.string(),
    conversationId: z.string(),
    siteId: z.string(),
    groupId: z.string().nullable(),
    visitor: z.string(),
    text: z.string(),
    email: z.string().nullable(),
    receivedAt: timestamp,
  })
  .meta({ id: 'Message' });
export type MessageView = z.infer<typeof messageView>;
export const messagePage = pageOf('messages', messageView).meta({ id: 'MessagePage' });

// Notices

/** Longer than an hour nobody waits for a word. */
const delaySeconds = z.number().min(0).max(3600).describe('seconds, also parts of one');
const notice = z.strictObject({
  delaySeconds: delaySeconds.optional(),
  texts: z.strictObject({ de: words.optional(), en: words.optional() }).optional(),
});

/** PUT notices: what is left out is as by default. */
export const noticesBody = z.strictObject({
  language: z.enum(['de', 'en']).optional().describe('for visitors whose page asks for no language of ours'),
  busy: notice.optional().describe('sent so long after an unanswered message while online, at once while busy'),
  offline: notice.optional().describe('sent so long after a message while offline'),
});
export type NoticesBody = z.infer<typeof noticesBody>;

const noticeView = z.object({ delaySeconds, texts: z.object({ de: z.string(), en: z.string() }) });
export const noticesView = z.object({ language: z.enum(['de', 'en']), busy: noticeView, offline: noticeView }).meta({ id: 'Notices' });
export type NoticesView = z.infer<typeof noticesView>;
