import { describe, expect, it } from '@jest/globals';
import { givenFor } from '#testing';
import type { WebhookEvent } from './events.js';
import { addWebhook, changeWebhook, disableWebhook, removeWebhook, requestRedelivery, rotateWebhookSecret, type Webhook, webhookFold } from './webhook.js';

const given = givenFor<Webhook, WebhookEvent>(webhookFold);
const address = { origin: 'https://a.example', fingerprint: 'a' };
const elsewhere = { origin: 'https://a.example', fingerprint: 'b' };
const added: WebhookEvent = { type: 'WebhookAdded', data: { webhookId: 'w', address, eventTypes: ['StatusChanged'] } };
const disabled: WebhookEvent = { type: 'WebhookDisabled', data: { webhookId: 'w', because: 'failures' } };
const removed: WebhookEvent = { type: 'WebhookRemoved', data: { webhookId: 'w' } };

describe('a webhook', () => {
  it('is added once', () => {
    given([]).when((webhook) => addWebhook({ webhookId: 'w', address, eventTypes: ['StatusChanged'] }, webhook)).then([added]);
    given([added]).when((webhook) => addWebhook({ webhookId: 'w', address, eventTypes: ['*'] }, webhook)).thenNothing();
    given([removed]).when((webhook) => addWebhook({ webhookId: 'w', address, eventTypes: ['*'] }, webhook)).thenNothing();
  });

  it('tells only what differs', () => {
    given([added]).when((webhook) => changeWebhook({ address, eventTypes: ['StatusChanged'], enabled: true }, webhook)).thenNothing();
    given([added])
      .when((webhook) => changeWebhook({ address: elsewhere, eventTypes: ['*'] }, webhook))
      .then([
        { type: 'WebhookAddressChanged', data: { webhookId: 'w', from: address, to: elsewhere } },
        { type: 'WebhookEventTypesChanged', data: { webhookId: 'w', from: ['StatusChanged'], to: ['*'] } },
      ])
      .thenState((webhook) => expect(webhook).toMatchObject({ address: elsewhere, eventTypes: ['*'] }));
  });

  it('is disabled for its first reason, and enabled by a person', () => {
    given([added]).when((webhook) => disableWebhook({ because: 'failures' }, webhook)).then([disabled]);
    given([added, disabled]).when((webhook) => disableWebhook({ because: 'gone' }, webhook)).thenNothing();
    given([added, disabled]).when((webhook) => changeWebhook({ enabled: false }, webhook)).thenNothing();
    given([added, disabled]).when((webhook) => changeWebhook({ enabled: true }, webhook)).then([{ type: 'WebhookEnabled', data: { webhookId: 'w' } }]);
    given([added])
      .when((webhook) => changeWebhook({ enabled: false }, webhook))
      .then([{ type: 'WebhookDisabled', data: { webhookId: 'w', because: 'admin' } }]);
  });

  it('changes its secret as often as anybody wants', () => {
    given([added])
      .when((webhook) => rotateWebhookSecret({ overlapSeconds: 60 }, webhook))
      .then([{ type: 'WebhookSecretRotated', data: { webhookId: 'w', overlapSeconds: 60 } }]);
  });

  it('is sent an event once more while it is enabled', () => {
    const again = { deliveryId: 'd', eventId: 'e' };
    given([added])
      .when((webhook) => requestRedelivery(again, webhook))
      .then([{ type: 'WebhookRedeliveryRequested', data: { webhookId: 'w', ...again } }]);
    given([added, disabled]).when((webhook) => requestRedelivery(again, webhook)).thenRefused('webhook-disabled');
  });

  it('that was removed, or never was, is not found', () => {
    for (const past of [[], [added, removed]]) {
      given(past).when((webhook) => changeWebhook({ enabled: false }, webhook)).thenRefused('not-found');
      given(past).when((webhook) => rotateWebhookSecret({ overlapSeconds: 0 }, webhook)).thenRefused('not-found');
      given(past).when((webhook) => requestRedelivery({ deliveryId: 'd', eventId: 'e' }, webhook)).thenRefused('not-found');
      given(past).when((webhook) => disableWebhook({ because: 'gone' }, webhook)).thenNothing();
      given(past).when(removeWebhook).thenNothing();
    }
    given([added]).when(removeWebhook).then([removed]);
  });
});
