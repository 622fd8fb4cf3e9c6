import { disableWebhook, type Webhook, type WebhookDisabledBecause, type WebhookEvent, webhookFold } from '#domain/tenant-settings/index';
import { type EventStore, handleCommand } from '#event-store';
import type { Logger } from '#observability';
import { disableEndpoint } from '#webhooks';

/** Disables an endpoint that fails, and tells of it (WebhookDisabled). Harmless if it is disabled or removed already. */
export type DisableWebhook = (
  webhook: { readonly tenantId: string; readonly partition: number; readonly webhookId: string },
  because: WebhookDisabledBecause,
) => Promise<void>;

export function disablingWith(store: EventStore, log: Logger): DisableWebhook {
  return async ({ tenantId, partition, webhookId }, because) => {
    await handleCommand<Webhook, WebhookEvent>(store, {
      stream: { tenantId, partition, streamId: `webhook-${webhookId}` },
      fold: webhookFold,
      decide: (webhook) => disableWebhook({ because }, webhook),
      actor: { kind: 'system', id: 'webhook-sender' },
      within: async (client, { events }) => {
        if (events.length > 0) await disableEndpoint(client, tenantId, webhookId, because);
      },
    });
    log.warn({ tenantId, webhookId, because }, 'a webhook was disabled');
  };
}
