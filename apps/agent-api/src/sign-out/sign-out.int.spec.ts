import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectProblem, World } from '../agent-api-world.fixture.js';

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.stop());

const signOut = (token: string, query = '', headers: Record<string, string> = {}) =>
  world.call('DELETE', `/agent/v1/session${query}`, { token, headers });

describe('signing out', () => {
  it('keeps the intent and lets the lease run out (D11)', async () => {
    const anna = await world.person();
    const session = await world.signIn(anna);
    await world.putStatus(session, { status: 'online' });
    expect((await signOut(session.accessToken)).status).toBe(204);
    expect((await world.events(anna)).map(({ type }) => type)).toEqual(['AgentAdded', 'AgentLoggedIn', 'StatusChanged', 'AgentLoggedOut']);
    const [lease] = await world.leases(anna);
    expect(lease).toMatchObject({ sessionId: session.sessionId, signedOutAt: expect.any(Number) });
    expect((await world.signIn(anna)).state).toMatchObject({ status: 'online', effectiveStatus: 'online', version: 1 });
  });

  it('with status=offline goes offline at once, in the same step', async () => {
    const anna = await world.person();
    const session = await world.signIn(anna);
    await world.putStatus(session, { status: 'online' });
    expect((await signOut(session.accessToken, '?status=offline')).status).toBe(204);
    const events = await world.events(anna);
    expect(events.slice(-2)).toMatchObject([
      { type: 'StatusChanged', data: { to: 'offline', statusVersion: 2 } },
      { type: 'AgentLoggedOut', data: { cause: 'agent' } },
    ]);
    expect(events.at(-1)?.recordedAt).toBe(events.at(-2)?.recordedAt);
  });

  it('afterwards every call of the session is 401', async () => {
    const session = await world.signIn(await world.person());
    const { accessToken: token, refreshToken } = session;
    await signOut(token);
    const calls: [string, string, unknown?][] = [
      ['GET', '/agent/v1/status'],
      ['PUT', '/agent/v1/status', { status: 'online' }],
      ['POST', '/agent/v1/status/preview', { status: 'online' }],
      ['POST', '/agent/v1/heartbeat'],
      ['GET', '/agent/v1/stream'],
      ['DELETE', '/agent/v1/session'],
      ['POST', '/agent/v1/tokens', { refreshToken }],
    ];
    for (const [method, path, body] of calls) expectProblem(await world.call(method, path, { token, body }), 401, 'signed-out');
  });

  it('touches no other device', async () => {
    const anna = await world.person();
    const [desktop, phone] = [await world.signIn(anna), await world.signIn(anna, 'mobile')];
    await signOut(desktop.accessToken);
    expect((await world.beat(phone)).status).toBe(204);
    expect((await world.putStatus(phone, { status: 'busy' })).status).toBe(200);
  });

  it('the same key twice is one sign-out and the same answer', async () => {
    const anna = await world.person();
    const { accessToken } = await world.signIn(anna);
    const key = { 'idempotency-key': 'bye' };
    expect((await signOut(accessToken, '', key)).status).toBe(204);
    expect((await signOut(accessToken, '', key)).status).toBe(204);
    expectProblem(await signOut(accessToken, '?status=offline', key), 422, 'idempotency-key-reused');
    expect((await world.events(anna)).filter(({ type }) => type === 'AgentLoggedOut')).toHaveLength(1);
  });

  it.each([
    ['?status=busy', '?status'],
    ['?status=offline&status=offline', '?status'],
    ['?force=true', '?force'],
    ['?status=%00', '?status'],
  ])('refuses %s and signs nobody out', async (query, pointer) => {
    const session = await world.signIn(await world.person());
    expectProblem(await signOut(session.accessToken, query), 422, 'invalid-query', pointer);
    expect((await world.beat(session)).status).toBe(204);
  });
});
