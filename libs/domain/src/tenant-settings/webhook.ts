import { Refusal } from '../refusal.js';
import type { WebhookAddress, WebhookDisabledBecause, WebhookEvent } from './events.js';

export interface Webhook {
  readonly webhookId: string;
  readonly standing: 'unknown' | 'present' | 'removed';
  readonly address: WebhookAddress;
  /** Names of types, or `*` for all of them. */
  readonly eventTypes: readonly string[];
  readonly disabledBecause: WebhookDisabledBecause | null;
}

/** The fold of a webhook's stream. Address, secrets and deliveries are the sender's. */
export const webhookFold = {
  category: 'webhook',
  stateVersion: 1,
  initial: {
    webhookId: '',
    standing: 'unknown',
    address: { origin: '', fingerprint: '' },
    eventTypes: [],
    disabledBecause: null,
  } satisfies Webhook as Webhook,
  evolve: evolveWebhook,
};

export function evolveWebhook(webhook: Webhook, event: WebhookEvent): Webhook {
  switch (event.type) {
    case 'WebhookAdded':
      return { ...event.data, standing: 'present', disabledBecause: null };
    case 'WebhookAddressChanged':
      return { ...webhook, address: event.data.to };
    case 'WebhookEventTypesChanged':
      return { ...webhook, eventTypes: event.data.to };
    case 'WebhookDisabled':
      return { ...webhook, disabledBecause: event.data.because };
    case 'WebhookEnabled':
      return { ...webhook, disabledBecause: null };
    case 'WebhookRemoved':
      return { ...webhook, standing: 'removed' };
    case 'WebhookSecretRotated':
    case 'WebhookRedeliveryRequested':
      return webhook;
    default:
      event satisfies never;
      return webhook;
  }
}

export function addWebhook(
  command: { webhookId: string; address: WebhookAddress; eventTypes: readonly string[] },
  webhook: Webhook,
): WebhookEvent[] {
  return webhook.standing === 'unknown' ? [{ type: 'WebhookAdded', data: { ...command, eventTypes: [...command.eventTypes] } }] : [];
}

/** PATCH webhook: only what differs becomes an event. */
export function changeWebhook(
  command: { address?: WebhookAddress | undefined; eventTypes?: readonly string[] | undefined; enabled?: boolean | undefined },
  webhook: Webhook,
): WebhookEvent[] {
  assertPresent(webhook);
  const { webhookId, address, eventTypes, disabledBecause } = webhook;
  const events: WebhookEvent[] = [];
  if (command.address !== undefined && command.address.fingerprint !== address.fingerprint) {
    events.push({ type: 'WebhookAddressChanged', data: { webhookId, from: address, to: command.address } });
  }
  if (command.eventTypes !== undefined && JSON.stringify(command.eventTypes) !== JSON.stringify(eventTypes)) {
    events.push({ type: 'WebhookEventTypesChanged', data: { webhookId, from: [...eventTypes], to: [...command.eventTypes] } });
  }
  if (command.enabled === true && disabledBecause !== null) events.push({ type: 'WebhookEnabled', data: { webhookId } });
  if (command.enabled === false) events.push(...disableWebhook({ because: 'admin' }, webhook));
  return events;
}

/** A webhook that is disabled already stays so for its first reason; one that is gone needs none. */
export function disableWebhook(command: { because: WebhookDisabledBecause }, webhook: Webhook): WebhookEvent[] {
  const { webhookId, standing, disabledBecause } = webhook;
  if (standing !== 'present' || disabledBecause !== null) return [];
  return [{ type: 'WebhookDisabled', data: { webhookId, ...command } }];
}

/** For `overlapSeconds` the old secret signs beside the new one, so that a receiver can change it without losing a delivery. */
export function rotateWebhookSecret(command: { overlapSeconds: number }, webhook: Webhook): WebhookEvent[] {
  assertPresent(webhook);
  return [{ type: 'WebhookSecretRotated', data: { webhookId: webhook.webhookId, ...command } }];
}

/** Somebody wants an event sent once more, whatever became of it. Refuses: `webhook-disabled`. */
export function requestRedelivery(command: { deliveryId: string; eventId: string }, webhook: Webhook): WebhookEvent[] {
  assertPresent(webhook);
  if (webhook.disabledBecause !== null) throw new Refusal('webhook-disabled', 'Nothing is sent while it is disabled: enable it first.');
  return [{ type: 'WebhookRedeliveryRequested', data: { webhookId: webhook.webhookId, ...command } }];
}

export function removeWebhook(webhook: Webhook): WebhookEvent[] {
  return webhook.standing === 'present' ? [{ type: 'WebhookRemoved', data: { webhookId: webhook.webhookId } }] : [];
}

function assertPresent(webhook: Webhook): void {
  if (webhook.standing !== 'present') throw new Refusal('not-found', 'There is no such webhook.');
}
