import type { z } from 'zod';
import { agentEvents } from './agent-presence.js';
import { boxChanges } from './box-status.js';
import { conversationEvents } from './conversations.js';
import { groupEvents, siteEvents, tenantEvents, webhookEvents } from './tenant-settings.js';

/** Fourth token of a message's subject: a fact of the log, or a change of what a box shows. */
export type MessageKind = 'event' | 'box';

/** One type of message on the bus. */
export interface MessageType {
  readonly type: string;
  readonly kind: MessageKind;
  /** Version of the shape of `data`: a new optional field keeps it, any other change raises it. */
  readonly schemaVersion: number;
  readonly data: z.ZodType;
}

/** Types whose data has changed since version 1 (with an upcaster for the log); all others are at version 1. */
const SCHEMA_VERSIONS: Readonly<Record<string, number>> = {};

const of = (kind: MessageKind, schemas: Readonly<Record<string, z.ZodType>>): MessageType[] =>
  Object.entries(schemas).map(([type, data]) => ({ type, kind, data, schemaVersion: SCHEMA_VERSIONS[type] ?? 1 }));

/** Every type of message that the relay publishes. */
export const messageTypes: readonly MessageType[] = [
  ...of('event', agentEvents),
  ...of('event', tenantEvents),
  ...of('event', siteEvents),
  ...of('event', groupEvents),
  ...of('event', webhookEvents),
  ...of('event', conversationEvents),
  ...of('box', boxChanges),
];
