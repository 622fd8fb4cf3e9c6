import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addGroup, addMemberships } from '#directory';
import type { OwnProfile } from '#contract';
import { expectProblem, World } from '../agent-api-world.fixture.js';

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.stop());

const meOf = (session: { accessToken: string }) => world.call<OwnProfile>('GET', '/agent/v1/me', { token: session.accessToken });

describe('who is signed in', () => {
  it('is told the own name, role and groups, and every own device with its last sign of life', async () => {
    const anna = await world.person();
    await addGroup(world.pools.engine, anna.tenantId, { id: 'DE', name: 'German' });
    await addMemberships(world.pools.engine, anna.tenantId, anna.agentId, ['DE']);
    const desktop = await world.signIn(anna);
    const phone = await world.signIn(anna, 'mobile');
    await world.call('DELETE', '/agent/v1/session', { token: desktop.accessToken });
    const { status, body } = await meOf(phone);
    expect(status).toBe(200);
    expect(body).toMatchObject({ agent: { id: anna.agentId, role: 'agent' }, tenant: { id: anna.tenantId }, groups: [{ id: 'DE', name: 'German' }] });
    const device = (sessionId: string) => body.devices.find((one) => one.sessionId === sessionId);
    expect(device(phone.sessionId)).toMatchObject({ kind: 'mobile', own: true, signedOut: false, reachableByPush: false });
    expect(device(desktop.sessionId)).toMatchObject({ kind: 'desktop', own: false, signedOut: true });
    const { lastSeenAt = '', expiresAt = '' } = device(phone.sessionId) ?? {};
    expect(Date.parse(expiresAt) - Date.parse(lastSeenAt)).toBe(phone.leaseSeconds * 1000);
  });

  it('hears nothing of another person', async () => {
    const [anna, bob] = [await world.person(), await world.person()];
    const [annas, bobs] = [await world.signIn(anna), await world.signIn(bob)];
    expect((await meOf(bobs)).body.devices.map(({ sessionId }) => sessionId)).toEqual([bobs.sessionId]);
    expect((await meOf(annas)).body.agent.id).toBe(anna.agentId);
  });

  it('is told to open sessions only', async () => {
    expectProblem(await world.call('GET', '/agent/v1/me'), 401, 'unauthenticated');
  });
});
