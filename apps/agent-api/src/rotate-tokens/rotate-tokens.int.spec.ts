import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { RotatedTokens } from '#contract';
import { EVENT_STORE, type EventStore, StoreUnavailable } from '#event-store';
import { eventually } from '#testing';
import { expectProblem, World } from '../agent-api-world.fixture.js';

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.stop());

type Rotated = RotatedTokens & Record<string, unknown>;
const rotate = (refreshToken: unknown) => world.call<Rotated>('POST', '/agent/v1/tokens', { body: { refreshToken } });

/** Sends the request and closes the connection in one go. */
async function askAndHangUp(refreshToken: string): Promise<void> {
  const body = JSON.stringify({ refreshToken });
  const { hostname, port } = new URL(world.service.url);
  const socket = connect({ host: hostname, port: Number(port) });
  await once(socket, 'connect');
  socket.end(`POST /agent/v1/tokens HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
  socket.resume();
  await once(socket, 'close');
}

describe('refreshing the tokens', () => {
  it('gives a new pair, again and again, and makes no event', async () => {
    const anna = await world.person();
    const session = await world.signIn(anna);
    const before = await world.events(anna);
    let refreshToken = session.refreshToken;
    for (let i = 0; i < 3; i++) {
      const { status, body } = await rotate(refreshToken);
      expect([status, body.expiresIn]).toEqual([200, 600]);
      expect(body.refreshToken).not.toBe(refreshToken);
      expect((await world.putStatus(body, { status: 'offline' })).status).toBe(200);
      refreshToken = body.refreshToken;
    }
    expect(await world.events(anna)).toEqual(before);
  });

  it('a token used before signs the session out, for the thief and for the owner', async () => {
    const anna = await world.person();
    const session = await world.signIn(anna);
    const { body: owner } = await rotate(session.refreshToken);
    expectProblem(await rotate(session.refreshToken), 401, 'signed-out');
    expectProblem(await rotate(owner.refreshToken), 401, 'signed-out');
    expectProblem(await world.beat(owner), 401, 'signed-out');
    expectProblem(await world.beat(session), 401, 'signed-out');
    const last = (await world.events(anna)).at(-1);
    expect(last).toMatchObject({ type: 'AgentLoggedOut', data: { sessionId: session.sessionId, cause: 'refresh-token-reused' } });
  });

  it('of two uses at the same moment at most one is good, and the session is signed out', async () => {
    const session = await world.signIn(await world.person());
    const answers = await Promise.all([rotate(session.refreshToken), rotate(session.refreshToken)]);
    expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1);
    expect(answers.some(({ status, body }) => status === 401 && body['code'] === 'signed-out')).toBe(true);
    expectProblem(await world.beat(session), 401, 'signed-out');
  });

  it('asked for by clients that have hung up meanwhile uses nothing up and is no theft: their service stood still, and they ask again', async () => {
    const session = await world.signIn(await world.person());
    // Asked again and again while nobody answers; each request is whole and its connection closed before the service reads it.
    for (let i = 0; i < 3; i++) await askAndHangUp(session.refreshToken);
    await eventually(async () => (await world.call('GET', '/healthz')).status === 200);
    const { status, body } = await rotate(session.refreshToken);
    expect(status).toBe(200);
    expect((await world.beat(body)).status).toBe(204);
  });

  it('that failed for the store has used nothing up: the same token is good once more', async () => {
    const session = await world.signIn(await world.person());
    const store = world.service.app.get<EventStore>(EVENT_STORE, { strict: false });
    const away = jest.spyOn(store, 'load').mockRejectedValue(new StoreUnavailable('away'));
    expectProblem(await rotate(session.refreshToken), 503, 'store-unavailable');
    away.mockRestore();
    expect((await rotate(session.refreshToken)).status).toBe(200);
    expect((await world.beat(session)).status).toBe(204);
  });

  it('other sessions of the agent are not touched', async () => {
    const anna = await world.person();
    const [desktop, phone] = [await world.signIn(anna), await world.signIn(anna, 'mobile')];
    await rotate(desktop.refreshToken);
    await rotate(desktop.refreshToken);
    expect((await rotate(phone.refreshToken)).status).toBe(200);
  });

  it('of a session that has ended is 410', async () => {
    const anna = await world.person();
    const session = await world.signIn(anna);
    await world.deactivate(anna);
    expectProblem(await rotate(session.refreshToken), 410, 'session-expired');
  });

  it('an altered, an unknown and an access token are 401 and sign nobody out', async () => {
    const session = await world.signIn(await world.person());
    const altered = session.refreshToken.replace(/_1_/, '_2_');
    for (const bad of [altered, session.accessToken, 'rt_a_b_1_c', 'x'.repeat(1000)]) {
      expectProblem(await rotate(bad), 401, 'unauthenticated');
    }
    expect((await world.beat(session)).status).toBe(204);
  });

  it.each([[''], [5], [null], ['x'.repeat(1001)], ['a\u0000b']])('refuses %j', async (bad) => {
    expectProblem(await rotate(bad), 422, 'invalid-body', '/refreshToken');
  });
});
