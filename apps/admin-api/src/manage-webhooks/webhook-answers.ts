import { type DeliveryView, rfc3339, type WebhookView } from '#contract';
import type { DeliveryRow, WebhookRow } from '#webhooks';

const timeOf = (instant: number | null): string | null => (instant === null ? null : rfc3339(instant));

export function webhookAnswer(row: WebhookRow): WebhookView {
  const { id, name, url, eventTypes, disabledBecause, failingSince, previousSecretUntil, createdAt } = row;
  return {
    id,
    name,
    url,
    eventTypes,
    enabled: disabledBecause === null,
    disabledBecause,
    failingSince: timeOf(failingSince),
    previousSecretUntil: timeOf(previousSecretUntil),
    createdAt: rfc3339(createdAt),
  };
}

export function deliveryAnswer(row: DeliveryRow): DeliveryView {
  const { id, eventId, eventType, state, attempts, createdAt, lastTriedAt, nextAttemptAt, lastStatus, lastError } = row;
  return {
    id,
    eventId,
    eventType,
    state,
    attempts,
    createdAt: rfc3339(createdAt),
    lastAttemptAt: timeOf(lastTriedAt),
    nextAttemptAt: timeOf(nextAttemptAt),
    lastStatus,
    lastError,
  };
}
