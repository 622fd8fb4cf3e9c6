import type { JsMsg } from '@nats-io/jetstream';
import { type CloudEvent, cloudEventSchema } from '#contract';
import { readFactSubject, TRACE_HEADER } from '#messaging';
import { traceParentIn } from '#observability';

/** A message as it came, with what is needed to park it: its bytes may be anything. */
export interface ReceivedMessage {
  readonly subject: string;
  readonly data: Uint8Array;
  /** The message id, which is the event's; for a message without one, its place in the stream. */
  readonly eventId: string;
  /** From the subject, whose layout the server enforces. */
  readonly tenantId: string;
  readonly type: string;
  /** The span that published it, if somebody traces. */
  readonly traceParent?: string | null;
  /** 1 = the first time. */
  readonly deliveries: number;
}

/** The message can never be handled, however often it is delivered. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
}

const MESSAGE_ID = 'Nats-Msg-Id';

/** Looks at a message without reading its body. */
export function received(message: JsMsg): ReceivedMessage {
  const said = readFactSubject(message.subject);
  return {
    subject: message.subject,
    data: message.data,
    eventId: message.headers?.get(MESSAGE_ID) || `sequence-${message.seq}`,
    tenantId: said?.tenantId ?? '',
    type: said?.type ?? '',
    traceParent: traceParentIn(message.headers?.get(TRACE_HEADER)),
    deliveries: message.info.deliveryCount,
  };
}

/**
 * Reads the body of a message. Throws Unreadable if it is no JSON, no CloudEvent, or tells of another tenant, partition or type than
 * the subject it came on.
 */
export function readEvent({ subject, data }: Pick<ReceivedMessage, 'subject' | 'data'>): CloudEvent {
  const event = eventIn(data);
  const said = readFactSubject(subject);
  const agrees = said?.tenantId === event.tenantid && said.partition === String(event.partition) && said.type === event.type;
  if (!agrees) throw new Unreadable(`the message came on ${subject}, but tells of ${event.type} of another place`);
  return event;
}

function eventIn(data: Uint8Array): CloudEvent {
  let body: unknown;
  try {
    body = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(data));
  } catch (cause) {
    throw new Unreadable('the message is not JSON in UTF-8', { cause });
  }
  const read = cloudEventSchema.safeParse(body);
  if (read.success) return read.data;
  const [fault] = read.error.issues;
  throw new Unreadable(`the message is no CloudEvent of ours: ${fault?.path.join('/') || 'the whole'}: ${fault?.message ?? 'is invalid'}`);
}
