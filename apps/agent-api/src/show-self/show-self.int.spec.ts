import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { forceOffline, setActive } from '#domain/agent-presence/index';
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

  it('is told who set them offline and why, until they change the status again (case 19)', async () => {
    const anna = await world.person();
    const session = await world.signIn(anna);
    expect((await meOf(session)).body.forcedOffline).toBeUndefined();
    await world.putStatus(session, { status: 'online' });
    await world.decide(anna, (agent) => forceOffline({ reason: 'Gone home, still online' }, agent));
    for (let i = 0; i < 20; i++) await world.decide(anna, (agent) => [...setActive({ active: i % 2 === 1 }, agent)]);
    const again = await world.signIn(anna);
    const told = (await meOf(again)).body.forcedOffline;
    expect(told).toEqual({ at: expect.stringMatching(/Z$/), by: { kind: 'platform' }, reason: 'Gone home, still online' });
    await world.putStatus(again, { status: 'online' });
    await world.putStatus(again, { status: 'offline' });
    expect((await meOf(again)).body.forcedOffline).toBeUndefined();
  });

  it('is told the name of the person who did it', async () => {
    const anna = await world.person();
    const olga = await world.person({ in: anna, role: 'owner' });
    const session = await world.signIn(anna);
    await world.putStatus(session, { status: 'busy' });
    await world.decide(anna, (agent) => forceOffline({ reason: 'asleep' }, agent), { kind: 'agent', id: olga.agentId });
    expect((await meOf(session)).body.forcedOffline).toMatchObject({ by: { kind: 'person', name: 'A Person' }, reason: 'asleep' });
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
