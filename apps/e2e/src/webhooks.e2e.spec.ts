import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { AddedWebhook, DeliveryView, RotatedWebhookSecret, WebhookView } from '#contract';
import { eventually, sharedAmpel } from '#testing';
import { type Agent, type ProblemBody, Receiver, Tenant } from './client/index.js';

describe('webhooks', () => {
  const place = sharedAmpel();
  let tenant: Tenant;
  let agent: Agent;
  let receiver: Receiver;

  beforeAll(async () => {
    tenant = await Tenant.add(place);
    await tenant.addSite();
    agent = await tenant.addAgent();
  });
  beforeEach(async () => {
    receiver = await Receiver.start();
  });
  afterEach(async () => {
    await receiver.down();
    const { webhooks } = await tenant.admin<{ webhooks: WebhookView[] }>('GET', '/webhooks');
    await Promise.all(webhooks.map(({ id }) => tenant.ask('DELETE', `/webhooks/${id}`)));
  });

  async function addWebhook(eventTypes: string[]): Promise<AddedWebhook> {
    const added = await tenant.admin<AddedWebhook>('POST', '/webhooks', { name: 'Spec', url: receiver.url, eventTypes });
    receiver.trust(added.secret);
    return added;
  }

  const deliveries = async ({ id }: { id: string }, query = ''): Promise<DeliveryView[]> =>
    (await tenant.admin<{ deliveries: DeliveryView[] }>('GET', `/webhooks/${id}/deliveries${query}`)).deliveries;

  it('an agent clicks, and a receiver written with the public library gets both messages, verified', async () => {
    const webhook = await addWebhook(['StatusChanged', 'SiteStatusChanged']);
    expect(webhook.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const device = await agent.signIn();
    await device.click('online');
    const [changed, shown] = await eventually(() => {
      const found = ['StatusChanged', 'SiteStatusChanged'].map((wanted) => receiver.events.find(({ type }) => type === wanted));
      expect(found).not.toContain(undefined);
      return found;
    });
    expect(changed).toMatchObject({ tenantid: tenant.id, actorkind: 'agent', data: { agentId: agent.id, from: 'offline', to: 'online' } });
    expect(shown?.data).toMatchObject({ status: 'online', previousStatus: 'offline' });
    const [fact] = await tenant.events('type=StatusChanged');
    expect(changed?.id).toBe(fact?.id);
    for (const { headers, event } of receiver.received) {
      expect(headers['webhook-id']).toBe(event?.id);
      expect(headers['content-type']).toBe('application/cloudevents+json');
    }
    await eventually(async () => {
      const list = await deliveries(webhook);
      expect(list.map(({ state, attempts, lastStatus, nextAttemptAt }) => ({ state, attempts, lastStatus, nextAttemptAt }))).toEqual(
        list.map(() => ({ state: 'delivered', attempts: 1, lastStatus: 204, nextAttemptAt: null })),
      );
      expect(list.map(({ eventType }) => eventType).sort()).toEqual(['SiteStatusChanged', 'StatusChanged']);
    });
    await device.click('offline');
  });

  it('the receiver is down and comes up again: the event arrives, and what happened is told', async () => {
    const webhook = await addWebhook(['GroupAdded']);
    await receiver.down();
    const group = await tenant.addGroup('while it is down');
    await eventually(async () =>
      expect(await deliveries(webhook, '?state=pending')).toEqual([
        expect.objectContaining({ attempts: 1, lastStatus: null, lastError: 'the connection was refused', nextAttemptAt: expect.any(String) }),
      ]),
    );
    expect((await tenant.admin<WebhookView>('GET', `/webhooks/${webhook.id}`)).failingSince).toEqual(expect.any(String));
    await receiver.up();
    await eventually(() => receiver.events.some(({ data }) => data['groupId'] === group.id), { within: 15_000 });
    await eventually(async () => expect((await tenant.admin<WebhookView>('GET', `/webhooks/${webhook.id}`)).failingSince).toBeNull());
  });

  it('an answer 410 disables it, with an event; enabled again it sends what waited, and a delivery can be sent by hand', async () => {
    const webhook = await addWebhook(['GroupAdded', 'WebhookDisabled', 'WebhookEnabled']);
    receiver.answer(410);
    await tenant.addGroup('gone');
    await eventually(async () =>
      expect(await tenant.admin('GET', `/webhooks/${webhook.id}`)).toMatchObject({ enabled: false, disabledBecause: 'gone' }),
    );
    const [told] = await tenant.events('type=WebhookDisabled');
    expect(told).toMatchObject({ data: { webhookId: webhook.id, because: 'gone' }, actor: { kind: 'system', id: 'webhook-sender' } });
    const [waiting] = await deliveries(webhook, '?state=pending');
    const refused = await tenant.ask<ProblemBody>('POST', `/webhooks/${webhook.id}/deliveries/${waiting?.id}/redeliver`);
    expect([refused.status, refused.body.code]).toEqual([409, 'webhook-disabled']);

    receiver.answer(204);
    receiver.received.splice(0);
    expect(await tenant.admin('PATCH', `/webhooks/${webhook.id}`, { enabled: true })).toMatchObject({ enabled: true, disabledBecause: null });
    await eventually(() => expect(receiver.events.map(({ type }) => type).sort()).toEqual(['GroupAdded', 'WebhookEnabled']));
    const again = await tenant.admin<DeliveryView>('POST', `/webhooks/${webhook.id}/deliveries/${waiting?.id}/redeliver`);
    expect(again).toMatchObject({ eventType: 'GroupAdded', attempts: 0 });
    await eventually(() => receiver.received.filter(({ event }) => event?.type === 'GroupAdded').length === 2);
  });

  it('a secret is changed without losing a delivery: for a while both sign', async () => {
    const webhook = await addWebhook(['GroupAdded']);
    const rotated = await tenant.admin<RotatedWebhookSecret>('POST', `/webhooks/${webhook.id}/secret`, { overlapSeconds: 60 });
    expect(rotated.previousSecretUntil).toEqual(expect.any(String));
    await tenant.addGroup('old secret');
    await eventually(() => receiver.events.length === 1);
    receiver.trust(rotated.secret);
    await tenant.addGroup('new secret');
    await eventually(() => receiver.events.length === 2);
    const atOnce = await tenant.admin<RotatedWebhookSecret>('POST', `/webhooks/${webhook.id}/secret`, { overlapSeconds: 0 });
    expect(atOnce.previousSecretUntil).toBeNull();
    await tenant.addGroup('newest secret');
    await eventually(() => receiver.received.length === 3);
    expect(receiver.received.at(-1)?.event).toBeNull(); // it trusts the one before
    expect(receiver.received.at(-1)?.headers['webhook-signature']).toMatch(/^v1,\S+$/);
  });

  it('another tenant gets nothing, and hears of nothing', async () => {
    const other = await Tenant.add(place);
    const foreign = await other.admin<AddedWebhook>('POST', '/webhooks', { name: 'Other', url: receiver.url, eventTypes: ['GroupAdded'] });
    await addWebhook(['GroupAdded']);
    await tenant.addGroup('own');
    await eventually(() => receiver.events.length === 1);
    expect((await other.admin<{ deliveries: unknown[] }>('GET', `/webhooks/${foreign.id}/deliveries`)).deliveries).toEqual([]);
    expect(receiver.received).toHaveLength(1);
  });
});
