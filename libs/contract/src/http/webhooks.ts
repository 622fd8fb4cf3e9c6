import { z } from 'zod';
import { messageTypes } from '../events/index.js';
import { cursorParam, limitParam, line, pageOf, timestamp } from './shared.js';

/** Every type of message, or `*` for all of them, also those of later versions. */
const ALL = '*';
const eventType = z.enum([ALL, ...messageTypes.map(({ type }) => type)]);

const eventTypes = z
  .array(eventType)
  .min(1)
  .max(messageTypes.length)
  .refine((given) => new Set(given).size === given.length, 'must not name a type twice')
  .refine((given) => !given.includes(ALL) || given.length === 1, 'must be * alone, or names of types')
  .describe('names of types as in /asyncapi.json, or * alone for all of them');

/** Which addresses may be sent to is looked at by the service: it depends on a setting. */
const url = z.string().min(1).max(2000).describe('https, port 443 or one from 1024 up, on the internet');

/** A week: long enough for a receiver that is released weekly. */
const LONGEST_OVERLAP = 604_800;
const DAY = 86_400;

export const addWebhookBody = z.strictObject({ name: line(200), url, eventTypes });
export type AddWebhookBody = z.infer<typeof addWebhookBody>;

export const changeWebhookBody = z.strictObject({
  name: line(200).optional(),
  url: url.optional(),
  eventTypes: eventTypes.optional(),
  enabled: z.boolean().optional().describe('true: sends what waited, and what happens from now on'),
});
export type ChangeWebhookBody = z.infer<typeof changeWebhookBody>;

export const rotateWebhookSecretBody = z.strictObject({
  overlapSeconds: z.int().min(0).max(LONGEST_OVERLAP).default(DAY).describe('how long the old secret signs beside the new one; 0 = no more'),
});
export type RotateWebhookSecretBody = z.infer<typeof rotateWebhookSecretBody>;

const view = {
  id: z.string(),
  name: z.string(),
  url: z.string(),
  eventTypes: z.array(z.string()),
  enabled: z.boolean(),
  disabledBecause: z
    .enum(['admin', 'failures', 'gone'])
    .nullable()
    .describe('somebody switched it off, nothing was delivered for about a day, or the receiver answered 410'),
  failingSince: timestamp.nullable().describe('nothing was delivered since then, though it was tried'),
  previousSecretUntil: timestamp.nullable().describe('until then the secret before the present one signs too'),
  createdAt: timestamp,
};

export const webhookView = z.object(view).meta({ id: 'Webhook' });
export type WebhookView = z.infer<typeof webhookView>;
export const webhookPage = pageOf('webhooks', webhookView).meta({ id: 'WebhookPage' });

const secret = z
  .string()
  .optional()
  .describe('`whsec_` and base64, as Standard Webhooks spells it; shown once: a repeated request answers without it');

export const addedWebhook = z.object({ ...view, secret }).meta({ id: 'AddedWebhook' });
export type AddedWebhook = z.infer<typeof addedWebhook>;

export const rotatedWebhookSecret = z
  .object({ secret, previousSecretUntil: timestamp.nullable() })
  .meta({ id: 'RotatedWebhookSecret' });
export type RotatedWebhookSecret = z.infer<typeof rotatedWebhookSecret>;

const deliveryState = z.enum(['pending', 'delivered', 'failed']);

export const deliveriesQuery = z.strictObject({ limit: limitParam, cursor: cursorParam, state: deliveryState.optional() });
export type DeliveriesQuery = z.infer<typeof deliveriesQuery>;

export const deliveryView = z
  .object({
    id: z.string(),
    eventId: z.string().describe('also the header webhook-id'),
    eventType: z.string(),
    state: deliveryState.describe('failed: all attempts were used up; send it again by hand'),
    attempts: z.int().min(0),
    createdAt: timestamp,
    lastAttemptAt: timestamp.nullable(),
    nextAttemptAt: timestamp.nullable().describe('at the earliest; an endpoint that fails is left alone for up to five minutes'),
    lastStatus: z.int().nullable().describe('HTTP status of the last answer; null: there was none'),
    lastError: z.string().nullable(),
  })
  .meta({ id: 'WebhookDelivery' });
export type DeliveryView = z.infer<typeof deliveryView>;
export const deliveryPage = pageOf('deliveries', deliveryView).meta({ id: 'WebhookDeliveryPage' });

const parkedState = z.enum(['parked', 'retrying', 'handled']);

export const parkedEventsQuery = z.strictObject({
  limit: limitParam,
  cursor: cursorParam,
  state: parkedState.optional().describe('without it, those that are parked or being retried'),
});
export type ParkedEventsQuery = z.infer<typeof parkedEventsQuery>;

export const parkedEventView = z
  .object({
    id: z.string(),
    consumer: z.string().describe('who could not handle it'),
    eventId: z.string(),
    eventType: z.string(),
    state: parkedState,
    reason: z.string(),
    deliveries: z.int().describe('how often it was tried'),
    parkedAt: timestamp,
  })
  .meta({ id: 'ParkedEvent' });
export type ParkedEventView = z.infer<typeof parkedEventView>;
export const parkedEventPage = pageOf('parkedEvents', parkedEventView).meta({ id: 'ParkedEventPage' });
