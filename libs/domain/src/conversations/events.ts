/** behaviour D16: what a visitor is told while nobody answers. */
export type NoticeKind = 'busy' | 'offline';

/** Which conversation, of whom, where. All of them opaque ids: a visitor's words and address are in no event (behaviour D27). */
export interface ConversationAddress {
  readonly conversationId: string;
  readonly siteId: string;
  /** The group the visitor's page asks for; null: the site itself. */
  readonly groupId: string | null;
  /** The page's own id of its visitor. */
  readonly visitorId: string;
}

/** `reported`: the chat platform says so. `lapsed`: nobody has written for a day, so nobody is waiting any more. */
export type ConversationEndedBecause = 'reported' | 'lapsed';

/** What can happen to a conversation. A storage format: never rename, upcast. */
export type ConversationEvent =
  /** `messageId`: of the stored message; null where the chat platform keeps it and only tells that it came. */
  | { readonly type: 'VisitorMessageReceived'; readonly data: ConversationAddress & { messageId: string | null } }
  | { readonly type: 'AgentReplied'; readonly data: ConversationAddress }
  | { readonly type: 'NoticeSent'; readonly data: ConversationAddress & { notice: NoticeKind } }
  | { readonly type: 'ConversationEnded'; readonly data: ConversationAddress & { because: ConversationEndedBecause } };
