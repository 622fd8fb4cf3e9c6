import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { GroupView } from '#contract';
import { sharedAmpel } from '#testing';
import { type Agent, type ProblemBody, Tenant } from './client/index.js';

describe('the same command twice (behaviour, case 51)', () => {
  const place = sharedAmpel();
  let tenant: Tenant;
  let agent: Agent;

  beforeAll(async () => {
    tenant = await Tenant.add(place);
    agent = await tenant.addAgent();
  });
  afterAll(() => tenant.close());

  const changes = async () => (await tenant.events(`type=StatusChanged&agentId=${agent.id}`)).length;

  it('case 51: the same command id twice: one event, the same answer', async () => {
    const device = await agent.signIn();
    const key = { 'idempotency-key': randomUUID() };
    const before = await changes();

    const first = await device.wish('busy', undefined, key);
    await device.click('online');
    const again = await device.wish('busy', undefined, key);

    expect(first).toMatchObject({ status: 200, body: { status: 'busy' } });
    expect([again.status, again.body]).toEqual([200, first.body]);
    expect(await changes()).toBe(before + 2);
    expect(await device.status()).toMatchObject({ status: 'online' });
  });

  it('ten times at the same moment: one event, the same answer ten times', async () => {
    const device = await agent.signIn();
    await device.click('online');
    const before = await changes();
    const key = { 'idempotency-key': randomUUID() };

    const replies = await Promise.all(Array.from({ length: 10 }, () => device.wish('offline', undefined, key)));

    expect(new Set(replies.map(({ status, body }) => JSON.stringify([status, body]))).size).toBe(1);
    expect(await changes()).toBe(before + 1);
  });

  it('the same key with another body is refused, and nothing happens', async () => {
    const device = await agent.signIn();
    const key = { 'idempotency-key': randomUUID() };
    const { body: state } = await device.wish('busy', undefined, key);

    const other = await device.wish('offline', undefined, key);

    expect([other.status, other.body.code]).toEqual([422, 'idempotency-key-reused']);
    expect(await device.status()).toEqual(state);
  });

  it('a creation repeated gives the first one again', async () => {
    const headers = { 'idempotency-key': randomUUID() };
    const body = { name: `G ${randomUUID()}` };
    const ask = () => tenant.ask<GroupView>('POST', '/groups', body, headers);
    const [first, again] = [await ask(), await ask()];
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.body).toEqual(first.body);
    expect((await tenant.events('type=GroupAdded')).filter(({ data }) => data['groupId'] === first.body.id)).toHaveLength(1);
    const other = await tenant.ask<ProblemBody>('POST', '/groups', { name: 'another' }, headers);
    expect([other.status, other.body.code]).toEqual([422, 'idempotency-key-reused']);
  });

  it('a secret is not shown a second time', async () => {
    const headers = { 'idempotency-key': randomUUID() };
    const ask = () => tenant.ask<{ id: string; key?: string }>('POST', '/api-keys', { name: 'once', role: 'manager' }, headers);
    const [first, again] = [await ask(), await ask()];
    expect(first.body.key).toBeDefined();
    expect(again.body).toEqual({ id: first.body.id });
  });
});
